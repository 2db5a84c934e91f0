#pragma once

#include "engine/experiment/worker_plan.h"
#include "engine/measure/trace_log.h"
#include "engine/mechanisms/endpoint.h"

#include <memory>

namespace ipclab {

/// Stands before another endpoint and records what passes through it: the worker's loops call an endpoint
/// anyway, so that they are the same whether a run is traced or not, and pay nothing when it is not.
class TracedEndpoint final : public Endpoint {
public:
    /// `trace` outlives it. Messages that carry nothing are numbered in the order in which they come.
    TracedEndpoint(std::unique_ptr<Endpoint> endpoint, const EndStreams& streams, Content content,
                   TraceWriter& trace);

    Reservation reserve(std::size_t size, Deadline deadline) override;
    Outcome commit(Deadline deadline) override;
    void flush() override;
    Nanoseconds attentionAt() const override { return m_endpoint->attentionAt(); }
    bool abandon() override;
    Received receive(Deadline deadline) override;
    int pollDescriptor() const override { return m_endpoint->pollDescriptor(); }
    short sendEvent() const override { return m_endpoint->sendEvent(); }
    const SizeCounts* reads() const override { return m_endpoint->reads(); }
    Outcome takeLock(Deadline deadline) override { return m_endpoint->takeLock(deadline); }
    void giveLockBack() override { m_endpoint->giveLockBack(); }

private:
    /// The next number is expected in what passes in one direction.
    std::uint64_t numberOf(std::span<const std::byte> message, std::uint64_t expected) const;
    std::uint32_t streamOf(std::span<const std::byte> message) const;

    std::unique_ptr<Endpoint> m_endpoint;
    EndStreams m_streams;
    Content m_content;
    TraceWriter& m_trace;
    std::span<const std::byte> m_reserved;
    std::uint64_t m_nextSent = 0;
    std::uint64_t m_nextReceived = 0;
};

} // namespace ipclab
