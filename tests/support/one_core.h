#pragma once

#include "engine/base/cores.h"

#include <sched.h>

namespace ipclab {

/// This process may use only the first of its cores, as long as it lives.
class OneCore final {
public:
    OneCore()
    {
        ::sched_getaffinity(0, sizeof m_before, &m_before);
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(static_cast<std::size_t>(usableCores().front()), &one);
        ::sched_setaffinity(0, sizeof one, &one);
    }
    OneCore(const OneCore&) = delete;
    OneCore& operator=(const OneCore&) = delete;
    ~OneCore() { ::sched_setaffinity(0, sizeof m_before, &m_before); }

private:
    cpu_set_t m_before;
};

} // namespace ipclab
