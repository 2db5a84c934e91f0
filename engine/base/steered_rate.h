#pragma once

#include "engine/base/clock.h"
#include "engine/base/relax_core.h"

#include <atomic>
#include <cstdint>

namespace ipclab {

/// A rate that one process sets while others go by it, in memory that they share. All zero bytes are valid:
/// nothing is due, and nothing was ever changed. One writer.
class SteeredRate final {
public:
    struct Value {
        std::uint64_t changes = 0; ///< how many there had been
        double perSecond = 0;      ///< 0 = nothing is due until the next change
        Nanoseconds since{};       ///< the start of the load; may still lie ahead
    };

    /// What was due under the rate before and has not gone by now is due no more.
    void set(double perSecond, Nanoseconds since)
    {
        const std::uint64_t version = m_version.load(std::memory_order_relaxed);
        m_version.store(version + 1, std::memory_order_relaxed);
        std::atomic_thread_fence(std::memory_order_release);
        m_perSecond.store(perSecond, std::memory_order_relaxed);
        m_since.store(since.count(), std::memory_order_relaxed);
        m_version.store(version + 2, std::memory_order_release);
    }

    /// Hot path: one load.
    std::uint64_t changes() const { return m_version.load(std::memory_order_relaxed) / 2; }

    /// Waits out a change that is being written, which takes some nanoseconds.
    Value value() const
    {
        for (;; relaxCore()) {
            const std::uint64_t version = m_version.load(std::memory_order_acquire);
            const Value read{version / 2, m_perSecond.load(std::memory_order_relaxed),
                             Nanoseconds(m_since.load(std::memory_order_relaxed))};
            std::atomic_thread_fence(std::memory_order_acquire);
            if (version % 2 == 0 && version == m_version.load(std::memory_order_relaxed))
                return read;
        }
    }

private:
    std::atomic<std::uint64_t> m_version; ///< odd while it is being written
    std::atomic<double> m_perSecond;
    std::atomic<std::int64_t> m_since;
};

} // namespace ipclab
