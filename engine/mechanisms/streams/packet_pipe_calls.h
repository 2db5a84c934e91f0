#pragma once

#include "engine/mechanisms/streams/stream_calls.h"

namespace ipclab {

/// read(2) and write(2) on a pipe in packet mode (O_DIRECT, pipe(2)), for a PacketEndpoint: the kernel keeps
/// each write of up to PIPE_BUF bytes apart, and a read takes one whole packet. What of a packet does not fit
/// into the reader's buffer is thrown away.
class PacketPipeCalls final {
public:
    static constexpr const char* sending = "write";
    static constexpr const char* receiving = "read";

    explicit PacketPipeCalls(UniqueFd end) : m_pipe(std::move(end)) {}

    ssize_t send(std::span<const std::byte> message, Deadline deadline)
    {
        return m_pipe.write(message, patienceOf(deadline));
    }

    ssize_t receive(std::span<std::byte> place, Deadline deadline, TransferCounts&)
    {
        return m_pipe.read(place, patienceOf(deadline));
    }

    static bool isPassing(int) { return false; }
    static bool meansClosed(int error) { return meansPipeClosed(error); }

    int descriptor() const { return m_pipe.descriptor(); }

private:
    PipeCalls m_pipe;
};

} // namespace ipclab
