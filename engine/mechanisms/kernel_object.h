#pragma once

#include "engine/base/unique_fd.h"
#include "engine/mechanisms/mechanism.h"

#include <sys/types.h>

#include <string>

struct ipc_perm;

namespace ipclab {

/// As the kernel calls it in /proc/PID/fd: "pipe:[31337]", "socket:[31338]", "/memfd:ring (deleted)".
std::string nameOfDescriptor(int descriptor);

/// The System V key that a NamedObject has for a name.
key_t keyFrom(const std::string& name);

/// A second descriptor for the same open file, closed on exec. Throws std::system_error.
UniqueFd duplicate(const UniqueFd& descriptor);

// What the kernel says of an object: inode, owner and mode. A socket without a path has no mode, for nobody
// asks for one; an eventfd has none of them, for the kernel keeps only one inode for all. All throw
// std::system_error.

/// fstat(2) of what the descriptor refers to, under the name that /proc/self/fd gives it.
KernelObject objectOf(const std::string& kind, int descriptor);
/// The same under another name.
KernelObject objectOf(const std::string& kind, const std::string& name, int descriptor);
/// lstat(2) of a path.
KernelObject objectAt(const std::string& kind, const std::string& path);
/// A System V object, from the answer to IPC_STAT.
KernelObject objectOf(const std::string& kind, int id, const ipc_perm& permissions);

/// What the worker of that end makes when it joins, in the place that the kernel has for all of its kind: it
/// is named as in /proc/PID/fd, "anon_inode:[signalfd]", and belongs to nobody.
KernelObject objectOfWorker(const std::string& kind, ChannelEnd end);

} // namespace ipclab
