#pragma once

#include "engine/base/unique_fd.h"

#include <string>
#include <vector>

namespace ipclab {

// Who has what open, as /proc/PID/fd and /proc/PID/fdinfo tell.

/// A descriptor of another process.
struct ForeignDescriptor {
    int pid = 0;
    int number = 0;
    std::string object; ///< as the kernel names it: "pipe:[4711]", "socket:[815]", a path
};

/// Those of a process, from `first` on, that can be read from: pipes, FIFOs and sockets, one per object.
std::vector<ForeignDescriptor> readableEnds(int pid, int first);

/// Every process that this user may look into and that has an end of `object` open for reading; of each the
/// first descriptor.
std::vector<ForeignDescriptor> holdersOfReadingEnd(const std::string& object);

/// The same open file as a descriptor of this process: pidfd_getfd(2), which the kernel allows on one's own
/// descendants. Throws std::system_error.
UniqueFd borrow(int pidDescriptor, const ForeignDescriptor& descriptor);

/// The name of a process's program, proc_pid_comm(5).
std::string programOf(int pid);

} // namespace ipclab
