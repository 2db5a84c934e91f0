#pragma once

#include <array>
#include <string>
#include <string_view>

namespace ipclab {

/// Kernel objects that outlive the processes that use them, because they have a name.
enum class NameKind {
    Path,
    PosixQueue,
    PosixSharedMemory,
    PosixSemaphore,
    SystemVQueue,
    SystemVSharedMemory,
    SystemVSemaphore
};

inline constexpr std::array allNameKinds{NameKind::Path,
                                         NameKind::PosixQueue,
                                         NameKind::PosixSharedMemory,
                                         NameKind::PosixSemaphore,
                                         NameKind::SystemVQueue,
                                         NameKind::SystemVSharedMemory,
                                         NameKind::SystemVSemaphore};

/// One of them, as the kernel and the journal name it.
struct NamedObject {
    NameKind kind = NameKind::Path;
    std::string name; ///< a path, a POSIX name with its slash, or a System V key in decimal
    bool operator==(const NamedObject&) const = default;
};

/// System V keys of this program differ from this one in the bits of the mask only.
inline constexpr int systemVKeyBase = 0x1bc00000;
inline constexpr int systemVKeyMask = 0x000fffff;

/// Where files of this program lie that have to be on a disk: others may make files there too, but not touch
/// ours.
inline constexpr std::string_view diskDirectory = "/var/tmp";

/// The word for a kind in a journal: "posix-queue".
std::string_view word(NameKind kind);

/// Whether this program could have made it: a path directly in `directory` or in
/// diskDirectory whose last part begins with "ipclab-", a POSIX name that begins with
/// "ipclab-", or a System V key of this program's range. Nothing else is ever listed or removed, so that no
/// journal can name a stranger's object.
bool isOurs(const NamedObject& object, const std::string& directory);

/// Removes one object from the system; false if it was not there any more or is not this user's.
bool removeNamedObject(const NamedObject& object);

/// "POSIX message queue /ipclab-812-1".
std::string describe(const NamedObject& object);

} // namespace ipclab
