// Chunks that stay where they are, spinning: the sender takes a free one, writes into it and publishes its
// number; the receiver reads it in place and gives the number back. Two rings of numbers, each with room for
// all, and counters on lines of their own. As large as the laboratory's pool is by default.

#include "engine/base/mapping.h"
#include "tests/bench/loops/hand_loop_body.h"

#include <atomic>

namespace ipclab {

namespace {

constexpr std::size_t separation = 128;

struct PoolCounters {
    alignas(separation) std::atomic<std::uint64_t> filled;
    alignas(separation) std::atomic<std::uint64_t> released;
};

/// One way of the channel; each process uses its own copy as sender or as receiver.
class Pool {
public:
    explicit Pool(std::size_t messageSize)
        : m_stride(strideOfARing(messageSize)), m_count(slotsOfARing(messageSize)),
          m_memory(createMemoryFile("ipclab-loop", bytes()).get(), bytes(), Access::ReadWrite)
    {
        m_memory.faultIn();
        for (std::uint32_t chunk = 0; chunk < m_count; ++chunk)
            freeChunks()[chunk] = chunk;
    }

    std::byte* loan()
    {
        while (m_done - m_peersCount == m_count)
            m_peersCount = counters().released.load(std::memory_order_acquire);
        m_chunk = freeChunks()[m_done & (m_count - 1)];
        return chunk();
    }

    void publish()
    {
        filledChunks()[m_done & (m_count - 1)] = m_chunk;
        counters().filled.store(++m_done, std::memory_order_release);
    }

    const std::byte* take()
    {
        if (std::exchange(m_isHolding, true)) {
            freeChunks()[m_done & (m_count - 1)] = m_chunk;
            counters().released.store(++m_done, std::memory_order_release);
        }
        while (m_done == m_peersCount)
            m_peersCount = counters().filled.load(std::memory_order_acquire);
        m_chunk = filledChunks()[m_done & (m_count - 1)];
        return chunk();
    }

private:
    std::size_t offsetOfChunks() const { return sizeof(PoolCounters) + 2 * m_count * sizeof(std::uint64_t); }
    std::size_t bytes() const { return offsetOfChunks() + m_count * m_stride; }
    PoolCounters& counters() const { return *m_memory.as<PoolCounters>(); }
    std::uint32_t* filledChunks() const
    {
        return reinterpret_cast<std::uint32_t*>(m_memory.data() + sizeof(PoolCounters));
    }
    std::uint32_t* freeChunks() const { return filledChunks() + 2 * m_count; }
    std::byte* chunk() const { return m_memory.data() + offsetOfChunks() + m_chunk * m_stride; }

    std::size_t m_stride;
    std::size_t m_count;
    Mapping m_memory;
    std::uint64_t m_done = 0;       ///< own: published or given back
    std::uint64_t m_peersCount = 0; ///< when last looked at
    std::uint32_t m_chunk = 0;      ///< at hand
    bool m_isHolding = false;       ///< the receiver reads it
};

class PoolLink final {
public:
    explicit PoolLink(const LoopRequest& request) : m_there(request.messageSize), m_back(request.messageSize)
    {
    }

    void take(LoopSide side)
    {
        const bool asks = side == LoopSide::Asker;
        m_out = asks ? &m_there : &m_back;
        m_in = asks ? &m_back : &m_there;
    }

    std::byte* place() { return m_out->loan(); }
    void send() { m_out->publish(); }
    const std::byte* receive() { return m_in->take(); }

private:
    Pool m_there;
    Pool m_back;
    Pool* m_out = nullptr;
    Pool* m_in = nullptr;
};

} // namespace

double poolHandLoop(const LoopRequest& request)
{
    return measureLoop<PoolLink>(request);
}

} // namespace ipclab
