#include "engine/run/faults/fault_text.h"

#include "engine/base/quantity.h"

#include <fmt/format.h>

namespace ipclab {

std::string doneText(const Fault& fault)
{
    const std::string length = fault.length > Nanoseconds::zero()
                                   ? fmt::format(" for {}", formatDuration(fault.length))
                                   : std::string();
    switch (fault.kind) {
    case FaultKind::Stop:
        return "stopped on purpose (SIGSTOP)" + length;
    case FaultKind::Continue:
        return "told to go on (SIGCONT)";
    case FaultKind::Kill:
        return "killed on purpose (SIGKILL)";
    case FaultKind::Slow:
        return fmt::format("slowed down on purpose: {} of work for each message{}",
                           formatDuration(fault.workPerMessage), length);
    case FaultKind::Close:
        return "told to close its ends of the channels";
    case FaultKind::Leak:
        return "its reading ends are kept open by the supervisor too" + length;
    case FaultKind::Fill:
        return "stopped until the channel is full";
    case FaultKind::HoldLock:
        return "told to take the lock and to keep it" + length;
    case FaultKind::KillInLock:
        return "told to take the lock, in which it will be killed (SIGKILL)";
    case FaultKind::LockBoth:
        return "told to take the lock it sends under, then that it receives under as well";
    case FaultKind::RemoveLock:
        return "the lock was removed on purpose" + length;
    case FaultKind::RestoreLock:
        return "the lock was restored";
    }
    return {};
}

std::string undoneText(FaultKind kind)
{
    switch (kind) {
    case FaultKind::Slow:
        return "no longer slowed down";
    case FaultKind::Leak:
        return "its leaked reading ends are closed";
    case FaultKind::HoldLock:
        return "told to give the lock back";
    case FaultKind::LockBoth:
        return "told to give the locks back";
    case FaultKind::RemoveLock:
        return "the lock was restored";
    default:
        return "goes on (SIGCONT)";
    }
}

} // namespace ipclab
