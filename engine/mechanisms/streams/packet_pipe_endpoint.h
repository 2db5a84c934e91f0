#pragma once

#include "engine/mechanisms/streams/stream_calls.h"
#include "engine/mechanisms/waits/waiting.h"

#include <limits.h>
#include <poll.h>

#include <cassert>

namespace ipclab {

/// One end of a pipe in packet mode (O_DIRECT, pipe(2)): the kernel keeps each write apart, and a read takes
/// one whole packet. It throws away what of a packet does not fit into the reader's buffer, so that this has
/// room for the largest.
class PacketPipeEndpoint final : public Endpoint {
public:
    PacketPipeEndpoint(UniqueFd descriptor, std::size_t largestMessage)
        : m_calls(std::move(descriptor)), m_largest(largestMessage), m_outgoing(makeStreamBuffer(PIPE_BUF)),
          m_incoming(makeStreamBuffer(PIPE_BUF))
    {
        assert(largestMessage <= PIPE_BUF);
    }

    int pollDescriptor() const override { return m_calls.descriptor(); }
    bool abandon() override { return true; }

    // Hot path: these three run once per message.

    Reservation reserve(std::size_t size, Deadline) override
    {
        assert(size >= 1 && size <= m_largest);
        m_size = size;
        return {Outcome::Done, m_outgoing.get()};
    }

    /// Up to PIPE_BUF a write is done whole or not at all.
    Outcome commit(Deadline deadline) override
    {
        while (true) {
            const ssize_t written = m_calls.write({m_outgoing.get(), m_size}, patienceOf(deadline));
            ++m_counts.systemCalls;
            if (written >= 0) [[likely]]
                return Outcome::Done;
            if (const Outcome outcome = afterFailure("write", POLLOUT, deadline); outcome != Outcome::Done)
                return outcome;
        }
    }

    Received receive(Deadline deadline) override
    {
        while (true) {
            const ssize_t got = m_calls.read({m_incoming.get(), PIPE_BUF}, patienceOf(deadline));
            ++m_counts.systemCalls;
            if (got > 0) [[likely]]
                return {Outcome::Done, {m_incoming.get(), static_cast<std::size_t>(got)}};
            const Outcome outcome = got == 0 ? Outcome::PeerClosed : afterFailure("read", POLLIN, deadline);
            if (outcome != Outcome::Done)
                return {outcome};
        }
    }

private:
    Outcome afterFailure(const char* call, short events, Deadline deadline)
    {
        return afterFailedTransfer(call, {m_calls.descriptor(), events}, deadline, m_counts);
    }

    PipeCalls m_calls;
    const std::size_t m_largest;
    StreamBuffer m_outgoing;
    std::size_t m_size = 0;
    StreamBuffer m_incoming;
};

} // namespace ipclab
