#pragma once

namespace ipclab {

/// From now on every use of the system call `number` (SYS_…) by this process, and by whatever it becomes,
/// fails with `error`, as in a container with a narrow profile (seccomp(2)). False if no filter can be had
/// here. Safe after fork(2).
bool forbidSystemCall(unsigned number, unsigned error);

} // namespace ipclab
