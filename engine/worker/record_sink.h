#pragma once

#include "engine/worker/message_reader.h"
#include "engine/worker/waiter.h"

#include <deque>

namespace ipclab {

/// Receives from several writers who share one byte stream that marks nothing. What comes are the pieces of
/// their records, in the order in which the kernel took them; by their stamps it puts each writer's records
/// together again, and counts the records in which it found pieces of other writers.
class RecordSink final {
public:
    explicit RecordSink(Session& session);

    struct Arrival {
        Incoming incoming;
        unsigned stream = 0;
        bool counts = true; ///< unless it is a straggler of the warm-up
    };

    /// Waits until some record has come to its end; false when there will be none: all writers have said
    /// farewell or have gone, or the worker must leave. Hot path.
    bool receive(Arrival& arrival);

private:
    struct Writer {
        MessageReader reader;
        std::uint32_t next = 0;  ///< number of the piece that should come; 0 between two records
        std::uint64_t begin = 0; ///< the number, among all pieces, of its record's first
        bool hasEnded = false;
    };

    bool completes(Arrival& arrival, std::span<const std::byte> piece);
    bool isExpected(Writer& writer, std::uint32_t number);
    bool finish(Writer& writer, std::span<const std::byte> lastPiece, Arrival& arrival);
    void count(const Arrival& arrival, std::uint32_t pieces, std::uint64_t foreign);
    void countBrokenOff();

    Session& m_session;
    Endpoint& m_endpoint;
    Waiter m_waiter;
    unsigned m_firstStream;
    std::deque<Writer> m_writers;
    std::size_t m_openWriters;
    std::uint64_t m_pieces = 0; ///< that have come, of all writers
};

} // namespace ipclab
