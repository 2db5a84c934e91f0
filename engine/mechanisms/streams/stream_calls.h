#pragma once

#include "engine/base/deadline.h"
#include "engine/base/failure.h"
#include "engine/base/unique_fd.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/waits/waiting.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <span>
#include <string>
#include <utility>

namespace ipclab {

// What the endpoints of byte streams have in common: reading and writing a descriptor, waiting or not.

/// A call that must not block, or one that may sleep until it has moved something.
enum class Patience { None, Any };

/// The same end once more, with O_NONBLOCK. A new open file of this process, for the flag belongs to the open
/// file, which is shared with everybody who inherited the descriptor.
inline UniqueFd reopenNonBlocking(const UniqueFd& end)
{
    const std::string path = "/proc/self/fd/" + std::to_string(end.get());
    const int flags = check(::fcntl(end.get(), F_GETFL), "F_GETFL");
    UniqueFd reopened(::open(path.c_str(), (flags & O_ACCMODE) | O_NONBLOCK | O_CLOEXEC));
    // The last reader has gone already: every write fails at once, and none can block.
    if (!reopened && errno == ENXIO)
        return duplicate(end);
    check(reopened.get(), "open");
    // Packet mode, too, belongs to the open file, and open(2) does not take it.
    if ((flags & O_DIRECT) != 0)
        check(::fcntl(reopened.get(), F_SETFL, O_NONBLOCK | O_DIRECT), "F_SETFL");
    return reopened;
}

/// read(2) and write(2) on a pipe. Two open files, because the other way not to block, RWF_NOWAIT, costs a
/// third more per call: it needs the vectored calls.
class PipeCalls final {
public:
    explicit PipeCalls(UniqueFd end)
        : m_blocking(std::move(end)), m_nonBlocking(reopenNonBlocking(m_blocking))
    {
    }

    ssize_t write(std::span<const std::byte> bytes, Patience patience)
    {
        return ::write(descriptor(patience), bytes.data(), bytes.size());
    }

    ssize_t read(std::span<std::byte> bytes, Patience patience)
    {
        return ::read(descriptor(patience), bytes.data(), bytes.size());
    }

    static bool meansClosed(int error) { return meansPipeClosed(error); }

    int descriptor() const { return m_blocking.get(); }

private:
    int descriptor(Patience patience) const
    {
        return patience == Patience::Any ? m_blocking.get() : m_nonBlocking.get();
    }

    UniqueFd m_blocking;
    UniqueFd m_nonBlocking;
};

/// recv(2) and send(2) on a stream socket.
class SocketCalls final {
public:
    explicit SocketCalls(UniqueFd socket) : m_socket(std::move(socket)) {}

    ssize_t write(std::span<const std::byte> bytes, Patience patience)
    {
        return ::send(m_socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | flags(patience));
    }

    ssize_t read(std::span<std::byte> bytes, Patience patience)
    {
        return ::recv(m_socket.get(), bytes.data(), bytes.size(), flags(patience));
    }

    static bool meansClosed(int error) { return meansSocketClosed(error); }

    int descriptor() const { return m_socket.get(); }

private:
    static int flags(Patience patience) { return patience == Patience::Any ? 0 : MSG_DONTWAIT; }

    UniqueFd m_socket;
};

inline Patience patienceOf(Deadline deadline)
{
    return deadline.isNever() ? Patience::Any : Patience::None;
}

/// Writes what is left of a message, of which `sent` bytes have gone: hot path. Done, or why not yet. A
/// blocking write that returns early was interrupted by a signal, which the caller must hear of, or by the
/// end of a peer that had taken a part, which the next one tells.
template <typename Calls>
[[gnu::always_inline]] inline Outcome writeRest(Calls& calls, std::span<const std::byte> message,
                                                std::size_t& sent, Deadline deadline, TransferCounts& counts)
{
    while (true) {
        const std::size_t left = message.size() - sent;
        const ssize_t written = calls.write(message.subspan(sent), patienceOf(deadline));
        ++counts.systemCalls;
        if (written == static_cast<ssize_t>(left)) [[likely]] {
            sent = 0;
            return Outcome::Done;
        }
        Outcome outcome = Outcome::Done;
        if (written < 0) {
            outcome = afterFailedTransfer("write", {calls.descriptor(), POLLOUT, &Calls::meansClosed},
                                          deadline, counts);
        } else {
            counts.partialTransfers += sent == 0 ? 1 : 0;
            sent += static_cast<std::size_t>(written);
            outcome = deadline.isNever() ? Outcome::Interrupted : Outcome::Done;
        }
        if (outcome != Outcome::Done)
            return outcome;
    }
}

} // namespace ipclab
