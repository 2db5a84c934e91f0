#pragma once

#include "engine/base/failure.h"

#include <functional>
#include <string>

namespace ipclab {

/// The sentence with which `attempt` ends, for instance in a process that has to report it.
inline std::string failureOf(const std::function<void()>& attempt)
{
    try {
        attempt();
    } catch (const FailureError& error) {
        return error.what();
    }
    return "nothing failed";
}

} // namespace ipclab
