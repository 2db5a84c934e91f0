#pragma once

#include "engine/base/child_process.h"

#include <string>

namespace ipclab {

/// The small process that outlives a killed supervisor and removes what its journal lists. It sleeps in
/// flock(2) until the supervisor is gone. To be destroyed after the journal: there is nothing left for it to
/// do then.
class Reaper final {
public:
    /// Throws std::system_error.
    Reaper(const std::string& workerProgram, const std::string& journal);

private:
    ChildProcess m_process;
};

} // namespace ipclab
