#pragma once

#include <sys/resource.h>

namespace ipclab {

/// Lowers a limit of this process and puts it back.
class LoweredLimit final {
public:
    LoweredLimit(__rlimit_resource_t resource, rlim_t value) : m_resource(resource)
    {
        ::getrlimit(resource, &m_before);
        const rlimit lowered{value, m_before.rlim_max};
        ::setrlimit(resource, &lowered);
    }
    LoweredLimit(const LoweredLimit&) = delete;
    LoweredLimit& operator=(const LoweredLimit&) = delete;
    ~LoweredLimit() { ::setrlimit(m_resource, &m_before); }

private:
    __rlimit_resource_t m_resource;
    rlimit m_before{};
};

} // namespace ipclab
