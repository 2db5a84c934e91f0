#include "engine/base/failure.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace ipclab {

namespace {

struct Meaning {
    int error;
    std::string_view text;
};

constexpr std::array meanings{
    Meaning{EPERM, "the kernel does not permit it to this user"},
    Meaning{EACCES, "permission is denied"},
    Meaning{ENOENT, "it does not exist"},
    Meaning{EEXIST, "it exists already"},
    Meaning{EMFILE, "this process has reached its limit of open descriptors"},
    Meaning{ENFILE, "the system has reached its limit of open files"},
    Meaning{ENOMEM, "the kernel has no memory left for it"},
    Meaning{ENOSPC, "there is no space left"},
    Meaning{EDQUOT, "the disk quota is used up"},
    Meaning{EAGAIN, "it would block: the channel is full or empty, or a limit on processes is reached"},
    Meaning{EPIPE, "broken pipe: no process has the reading end open any more"},
    Meaning{ECONNRESET, "the peer closed the connection while data were on their way"},
    Meaning{ECONNREFUSED, "nobody listens there"},
    Meaning{ENOTCONN, "the socket is not connected"},
    Meaning{EMSGSIZE, "the message is larger than the mechanism takes"},
    Meaning{EINTR, "a signal interrupted the call"},
    Meaning{ETIMEDOUT, "the deadline passed"},
    Meaning{EINVAL, "the kernel does not accept one of the values"},
    Meaning{ENOSYS, "this kernel does not have the call"},
    Meaning{ENOTDIR, "a part of the path is not a directory"},
    Meaning{EISDIR, "it is a directory"},
    Meaning{ENXIO, "nobody has the other end open"},
    Meaning{EOWNERDEAD, "the process that held the lock died while holding it"},
    Meaning{EIDRM, "the object was removed while it was in use"},
    Meaning{ESRCH, "there is no such process"},
    Meaning{EROFS, "the file system is read-only"},
};

struct Hint {
    std::string_view call;
    int error;
    std::string_view reason;
    std::string_view text;
};

constexpr std::array hints{
    Hint{"mq_open", EINVAL,
         "the queue length or message size is above /proc/sys/fs/mqueue/msg_max or msgsize_max",
         "Ask for less, or raise the limit as root with sysctl fs.mqueue.msg_max"},
    Hint{"mq_open", ENOSPC,
         "the system has reached its number of POSIX message queues (fs.mqueue.queues_max)",
         "Remove queues that are no longer used (ipclab-cli clean removes this program's own)"},
    Hint{"msgget", ENOSPC, "the system has reached its number of System V message queues (kernel.msgmni)",
         "Remove queues that are no longer used (ipcs -q lists them, ipclab-cli clean removes this program's "
         "own), or raise "
         "the limit as root with sysctl kernel.msgmni"},
    Hint{"msgctl(IPC_SET)", EPERM,
         "more bytes in a queue than kernel.msgmnb need privileges (CAP_SYS_RESOURCE)",
         "Ask for fewer queue_bytes, or raise the limit as root with sysctl kernel.msgmnb"},
    Hint{"F_SETPIPE_SZ", EPERM,
         "the capacity is above /proc/sys/fs/pipe-max-size or this user's pipe page quota",
         "Ask for less, or raise fs.pipe-max-size as root"},
    Hint{"", EMFILE, "this process has reached its limit of open descriptors (RLIMIT_NOFILE)",
         "Close other files or raise the limit: ulimit -n 4096"},
    Hint{"", ENFILE, "the system has reached its limit of open files (fs.file-max)",
         "Close programs that hold many files"},
    Hint{"", EAGAIN, "the limit on processes (RLIMIT_NPROC) or on memory is reached",
         "Use fewer workers or raise the limit: ulimit -u"},
    Hint{"", ENOSPC, "there is no space left on the device or in the kernel's table",
         "Free some space and try again"},
    Hint{"", EACCES, "permission is denied", "Check the owner and the mode of the file and of its directory"},
    Hint{"", ENOENT, "it does not exist", "Check the path"},
};

} // namespace

std::string Failure::sentence() const
{
    std::string text = "Could not " + tried;
    if (!reason.empty())
        text += ": " + reason;
    if (error != 0)
        text += " (" + errorName(error) + ")";
    text += '.';
    if (!hint.empty())
        text += " " + hint + (hint.ends_with('.') ? "" : ".");
    return text;
}

FailureError::FailureError(Failure failure)
    : std::runtime_error(failure.sentence()), m_failure(std::move(failure))
{
}

std::string errorName(int error)
{
    const char* name = strerrorname_np(error);
    return name != nullptr ? name : fmt::format("errno {}", error);
}

std::string errorMeaning(int error)
{
    for (const Meaning& meaning : meanings)
        if (meaning.error == error)
            return std::string(meaning.text);
    const char* text = strerrordesc_np(error);
    return text != nullptr ? text : "unknown error";
}

Failure explain(const std::system_error& error, std::string_view tried)
{
    const int number = error.code().value();
    const std::string_view what = error.what();
    for (const Hint& hint : hints)
        if (hint.error == number && (hint.call.empty() || what.starts_with(hint.call)))
            return {std::string(tried), number, std::string(hint.reason), std::string(hint.text)};
    const std::string_view call = what.substr(0, what.find(':'));
    return {std::string(tried), number, fmt::format("{} failed, {}", call, errorMeaning(number)), {}};
}

void throwSystemError(int error, const char* call)
{
    throw std::system_error(error, std::generic_category(), call);
}

void throwSystemError(const char* call)
{
    throwSystemError(errno, call);
}

} // namespace ipclab
