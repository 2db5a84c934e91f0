#pragma once

#include "engine/base/mapping.h"
#include "tests/bench/loops/hand_loop_body.h"

#include <atomic>

namespace ipclab {

// A ring of slots for one sender and one receiver in shared memory, spinning: counters on lines of their own,
// each side with a copy of the other's. As large as the laboratory's ring is by default.

struct RingCounters {
    static constexpr std::size_t separation = 128;
    alignas(separation) std::atomic<std::uint64_t> head; ///< messages published
    alignas(separation) std::atomic<std::uint64_t> tail; ///< messages consumed
};

/// One way of the channel; each process uses its own copy as sender or as receiver.
class Ring {
public:
    /// `makeMemory(bytes)` returns a Mapping.
    template <typename MakeMemory>
    Ring(std::size_t messageSize, MakeMemory makeMemory)
        : m_stride(strideOfARing(messageSize)), m_slots(slotsOfARing(messageSize)),
          m_memory(makeMemory(bytes()))
    {
        m_memory.faultIn();
    }

    std::byte* place()
    {
        while (m_count - m_peersCount == m_slots)
            m_peersCount = counters().tail.load(std::memory_order_acquire);
        return slot();
    }

    void publish() { counters().head.store(++m_count, std::memory_order_release); }

    const std::byte* await()
    {
        if (std::exchange(m_isHolding, true))
            counters().tail.store(++m_count, std::memory_order_release);
        while (m_count == m_peersCount)
            m_peersCount = counters().head.load(std::memory_order_acquire);
        return slot();
    }

private:
    std::size_t bytes() const { return sizeof(RingCounters) + m_slots * m_stride; }
    RingCounters& counters() const { return *m_memory.as<RingCounters>(); }
    std::byte* slot() const
    {
        return m_memory.data() + sizeof(RingCounters) + (m_count & (m_slots - 1)) * m_stride;
    }

    std::size_t m_stride;
    std::size_t m_slots;
    Mapping m_memory;
    std::uint64_t m_count = 0;      ///< own
    std::uint64_t m_peersCount = 0; ///< when last looked at
    bool m_isHolding = false;       ///< the receiver has the slot at m_count
};

/// Both ways. `Memory::make(bytes)` is where a ring comes from.
template <typename Memory>
class RingLink final {
public:
    explicit RingLink(const LoopRequest& request)
        : m_there(request.messageSize, &Memory::make), m_back(request.messageSize, &Memory::make)
    {
    }

    void take(LoopSide side)
    {
        const bool asks = side == LoopSide::Asker;
        m_out = asks ? &m_there : &m_back;
        m_in = asks ? &m_back : &m_there;
    }

    std::byte* place() { return m_out->place(); }
    void send() { m_out->publish(); }
    const std::byte* receive() { return m_in->await(); }

private:
    Ring m_there;
    Ring m_back;
    Ring* m_out = nullptr;
    Ring* m_in = nullptr;
};

} // namespace ipclab
