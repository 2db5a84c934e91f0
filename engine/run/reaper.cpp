#include "engine/run/reaper.h"

namespace ipclab {

Reaper::Reaper(const std::string& workerProgram, const std::string& journal)
    : m_process({.program = workerProgram, .arguments = {"reap", journal}, .descriptors = {}})
{
}

} // namespace ipclab
