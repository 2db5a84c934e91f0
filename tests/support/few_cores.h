#pragma once

#include "engine/base/cores.h"

#include <sched.h>

#include <algorithm>

namespace ipclab {

/// This process, and who it starts, may use only the first of its cores, as long as this lives.
class FewCores final {
public:
    explicit FewCores(std::size_t most)
    {
        ::sched_getaffinity(0, sizeof m_before, &m_before);
        const std::vector<int> cores = usableCores();
        cpu_set_t few;
        CPU_ZERO(&few);
        for (std::size_t index = 0; index < std::min(most, cores.size()); ++index)
            CPU_SET(static_cast<std::size_t>(cores[index]), &few);
        ::sched_setaffinity(0, sizeof few, &few);
    }
    FewCores(const FewCores&) = delete;
    FewCores& operator=(const FewCores&) = delete;
    ~FewCores() { ::sched_setaffinity(0, sizeof m_before, &m_before); }

private:
    cpu_set_t m_before;
};

} // namespace ipclab
