#pragma once

#include "engine/mechanisms/message_buffer.h"
#include "engine/mechanisms/streams/stream_calls.h"
#include "engine/mechanisms/streams/stream_endpoint.h"
#include "engine/mechanisms/waits/waiting.h"

#include <poll.h>

#include <algorithm>
#include <cassert>
#include <cstring>

namespace ipclab {

/// Messages over a byte stream that marks nothing: the sender writes them one by one, the receiver reads
/// whatever is there, which may be a part of a message or many, and cuts it into pieces of the one size that
/// all have. Counts how many bytes each read brought.
template <typename Calls>
class UnframedEndpoint final : public Endpoint {
public:
    UnframedEndpoint(UniqueFd descriptor, std::size_t messageSize)
        : m_calls(std::move(descriptor)), m_size(messageSize), m_outgoing(makeMessageBuffer(messageSize)),
          m_readSize(std::max<std::size_t>(unframedReadSize, messageSize)),
          m_incoming(makeMessageBuffer(messageSize + m_readSize))
    {
    }

    int pollDescriptor() const override { return m_calls.descriptor(); }
    bool abandon() override { return m_sent == 0; }
    const SizeCounts* reads() const override { return &m_reads; }

    // Hot path: these three run once per message.

    Reservation reserve([[maybe_unused]] std::size_t size, Deadline) override
    {
        assert(m_sent == 0 && size == m_size);
        return {Outcome::Done, m_outgoing.get()};
    }

    Outcome commit(Deadline deadline) override
    {
        return writeRest(m_calls, {m_outgoing.get(), m_size}, m_sent, deadline, m_counts);
    }

    Received receive(Deadline deadline) override
    {
        m_begin += std::exchange(m_delivered, 0);
        while (m_end - m_begin < m_size) {
            moveRestToTheFront();
            const ssize_t got = m_calls.read({m_incoming.get() + m_end, m_readSize}, patienceOf(deadline));
            ++m_counts.systemCalls;
            if (got > 0) [[likely]] {
                takeIn(static_cast<std::size_t>(got));
                continue;
            }
            const Outcome outcome = got == 0 ? Outcome::PeerClosed : afterFailure("read", POLLIN, deadline);
            if (outcome == Outcome::PeerClosed)
                return {m_end == m_begin ? Outcome::PeerClosed : Outcome::Truncated};
            if (outcome != Outcome::Done)
                return {outcome};
        }
        m_delivered = m_size;
        return {Outcome::Done, {m_incoming.get() + m_begin, m_size}};
    }

private:
    /// Less than one message.
    void moveRestToTheFront()
    {
        const std::size_t rest = m_end - m_begin;
        if (rest > 0)
            std::memmove(m_incoming.get(), m_incoming.get() + m_begin, rest);
        m_begin = 0;
        m_end = rest;
    }

    void takeIn(std::size_t bytes)
    {
        m_reads.record(bytes);
        m_end += bytes;
        if (m_end % m_size != 0) // m_begin is 0: the read ended in the middle of a message
            ++m_counts.partialTransfers;
    }

    Outcome afterFailure(const char* call, short events, Deadline deadline)
    {
        return afterFailedTransfer(call, {m_calls.descriptor(), events, &Calls::meansClosed}, deadline,
                                   m_counts);
    }

    Calls m_calls;
    const std::size_t m_size;
    MessageBuffer m_outgoing;
    std::size_t m_sent = 0; ///< of the message in m_outgoing

    const std::size_t m_readSize;
    MessageBuffer m_incoming;
    std::size_t m_begin = 0;     ///< of the next message
    std::size_t m_end = 0;       ///< behind the last byte read
    std::size_t m_delivered = 0; ///< bytes at m_begin that the caller still looks at
    SizeCounts m_reads;
};

} // namespace ipclab
