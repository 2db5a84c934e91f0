#include "engine/base/named_object.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <mqueue.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include <charconv>
#include <optional>
#include <string_view>

namespace ipclab {

namespace {

constexpr std::string_view prefix = "ipclab-";

/// IPC_PRIVATE would make a new object instead of finding one, and is never a key of ours.
std::optional<key_t> keyOf(std::string_view text)
{
    key_t key = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), key);
    if (error != std::errc() || end != text.data() + text.size() || key == IPC_PRIVATE)
        return std::nullopt;
    return key;
}

/// "ipclab-" and something more that names no other place.
bool isOurWord(std::string_view word)
{
    return word.size() > prefix.size() && word.starts_with(prefix) &&
           word.find_first_of("/\n") == std::string_view::npos;
}

bool isOurPath(std::string_view path, std::string_view directory)
{
    return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/' &&
           isOurWord(path.substr(directory.size() + 1));
}

bool removeSystemVQueue(key_t key)
{
    const int id = ::msgget(key, 0);
    msqid_ds status{};
    return id >= 0 && ::msgctl(id, IPC_STAT, &status) == 0 && status.msg_perm.cuid == ::geteuid() &&
           ::msgctl(id, IPC_RMID, nullptr) == 0;
}

bool removeSystemVSharedMemory(key_t key)
{
    const int id = ::shmget(key, 0, 0);
    shmid_ds status{};
    return id >= 0 && ::shmctl(id, IPC_STAT, &status) == 0 && status.shm_perm.cuid == ::geteuid() &&
           ::shmctl(id, IPC_RMID, nullptr) == 0;
}

bool removeSystemVSemaphore(key_t key)
{
    // semctl(2) makes its caller define this union.
    union semun {
        int value;
        semid_ds* status;
    };
    const int id = ::semget(key, 0, 0);
    semid_ds status{};
    semun argument{};
    argument.status = &status;
    return id >= 0 && ::semctl(id, 0, IPC_STAT, argument) == 0 && status.sem_perm.cuid == ::geteuid() &&
           ::semctl(id, 0, IPC_RMID) == 0;
}

} // namespace

std::string_view word(NameKind kind)
{
    switch (kind) {
    case NameKind::Path:
        return "path";
    case NameKind::PosixQueue:
        return "posix-queue";
    case NameKind::PosixSharedMemory:
        return "posix-shared-memory";
    case NameKind::PosixSemaphore:
        return "posix-semaphore";
    case NameKind::SystemVQueue:
        return "system-v-queue";
    case NameKind::SystemVSharedMemory:
        return "system-v-shared-memory";
    case NameKind::SystemVSemaphore:
        return "system-v-semaphore";
    }
    return {};
}

bool isOurs(const NamedObject& object, const std::string& directory)
{
    const std::string_view name = object.name;
    switch (object.kind) {
    case NameKind::Path:
        return isOurPath(name, directory) || isOurPath(name, diskDirectory);
    case NameKind::PosixQueue:
    case NameKind::PosixSharedMemory:
    case NameKind::PosixSemaphore:
        return name.starts_with('/') && isOurWord(name.substr(1));
    case NameKind::SystemVQueue:
    case NameKind::SystemVSharedMemory:
    case NameKind::SystemVSemaphore: {
        const std::optional<key_t> key = keyOf(name);
        return key && (*key & ~systemVKeyMask) == systemVKeyBase;
    }
    }
    return false;
}

bool removeNamedObject(const NamedObject& object)
{
    const std::optional<key_t> key = keyOf(object.name);
    switch (object.kind) {
    case NameKind::Path:
        return ::unlink(object.name.c_str()) == 0;
    case NameKind::PosixQueue:
        return ::mq_unlink(object.name.c_str()) == 0;
    case NameKind::PosixSharedMemory:
        return ::shm_unlink(object.name.c_str()) == 0;
    case NameKind::PosixSemaphore:
        return ::sem_unlink(object.name.c_str()) == 0;
    case NameKind::SystemVQueue:
        return key && removeSystemVQueue(*key);
    case NameKind::SystemVSharedMemory:
        return key && removeSystemVSharedMemory(*key);
    case NameKind::SystemVSemaphore:
        return key && removeSystemVSemaphore(*key);
    }
    return false;
}

std::string describe(const NamedObject& object)
{
    switch (object.kind) {
    case NameKind::Path:
        return object.name;
    case NameKind::PosixQueue:
        return "POSIX message queue " + object.name;
    case NameKind::PosixSharedMemory:
        return "POSIX shared memory " + object.name;
    case NameKind::PosixSemaphore:
        return "POSIX semaphore " + object.name;
    case NameKind::SystemVQueue:
        return "System V message queue with key " + object.name;
    case NameKind::SystemVSharedMemory:
        return "System V shared memory with key " + object.name;
    case NameKind::SystemVSemaphore:
        return "System V semaphore with key " + object.name;
    }
    return {};
}

} // namespace ipclab
