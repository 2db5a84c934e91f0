#pragma once

#include "engine/mechanisms/endpoint.h"
#include "engine/mechanisms/message_buffer.h"
#include "engine/mechanisms/waits/waiting.h"

#include <poll.h>
#include <sys/types.h>

#include <cassert>
#include <cerrno>
#include <cstddef>
#include <utility>

namespace ipclab {

/// One end of what keeps messages apart: one call sends a message whole or not at all, one call receives it.
/// `Calls` has these calls, which may sleep only where the deadline is never, their names, the descriptor
/// they are about, which error says that the other end is closed, and which one of the latter is passing: to
/// be received past.
template <typename Calls>
class PacketEndpoint final : public Endpoint {
public:
    PacketEndpoint(Calls calls, std::size_t largestMessage)
        : m_calls(std::move(calls)), m_largest(largestMessage), m_outgoing(makeMessageBuffer(largestMessage)),
          m_incoming(makeMessageBuffer(largestMessage))
    {
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

    Outcome commit(Deadline deadline) override
    {
        while (true) {
            ++m_counts.systemCalls;
            const ssize_t sent = m_calls.send({m_outgoing.get(), m_size}, deadline);
            if (sent >= 0) [[likely]]
                return Outcome::Done;
            if (const Outcome outcome = afterFailure(Calls::sending, POLLOUT, deadline);
                outcome != Outcome::Done)
                return outcome;
        }
    }

    Received receive(Deadline deadline) override
    {
        while (true) {
            ++m_counts.systemCalls;
            const ssize_t got = m_calls.receive({m_incoming.get(), m_largest}, deadline, m_counts);
            if (got > 0) [[likely]]
                return {Outcome::Done, {m_incoming.get(), static_cast<std::size_t>(got)}};
            if (got < 0 && Calls::isPassing(errno))
                continue;
            const Outcome outcome =
                got == 0 ? Outcome::PeerClosed : afterFailure(Calls::receiving, POLLIN, deadline);
            if (outcome != Outcome::Done)
                return {outcome};
        }
    }

private:
    /// Done: try again.
    Outcome afterFailure(const char* call, short events, Deadline deadline)
    {
        return afterFailedTransfer(call, {m_calls.descriptor(), events, &Calls::meansClosed}, deadline,
                                   m_counts);
    }

    Calls m_calls;
    std::size_t m_largest;
    MessageBuffer m_outgoing;
    std::size_t m_size = 0;
    MessageBuffer m_incoming;
};

} // namespace ipclab
