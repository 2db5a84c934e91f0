#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace ipclab {

/// Which of the two sides of a slot buffer: one receiver, and one sender or several.
enum class Side : std::uint32_t { Sender, Receiver };

constexpr Side otherThan(Side side)
{
    return side == Side::Sender ? Side::Receiver : Side::Sender;
}

constexpr std::size_t indexOf(Side side)
{
    return static_cast<std::size_t>(side);
}

/// What both sides of a slot buffer change: one cache line in shared memory. Whoever changes it should hold
/// the lock; without one, updates get lost, which is what `changes` against `made` tells.
struct alignas(128) SlotLedger {
    volatile std::int64_t filled;       ///< the textbook's count: slots with a message in them
    volatile std::uint64_t changes;     ///< of `filled`, by both sides
    std::atomic<std::uint64_t> made[2]; ///< changes that each side has really made; written by that side only
    std::atomic<std::uint64_t> moved[2];   ///< messages put in and taken out; likewise
    std::atomic<std::uint32_t> inside;     ///< 1 + the side that holds the lock, 0 for none
    std::atomic<std::uint32_t> recoveries; ///< how often a lock was taken over from a dead holder
    std::atomic<std::int64_t> miscount;    ///< by how much `filled` was wrong then

    bool mayGo(Side side, std::int64_t slots) const
    {
        return side == Side::Sender ? filled < slots : filled > 0;
    }

    /// What one side has seen of the two shared counts.
    struct Reading {
        std::int64_t filled;
        std::uint64_t changes;
    };

    // Reading, adding and writing are three steps, and nothing makes them one: on purpose not atomic, and not
    // for a thread sanitizer to see. Whatever happens between the two calls is overwritten.

    [[gnu::no_sanitize("thread")]] Reading read() const { return {filled, changes}; }

    [[gnu::no_sanitize("thread")]] void write(Side side, const Reading& reading, std::int64_t by)
    {
        changes = reading.changes + 1;
        filled = reading.filled + by;
        std::atomic<std::uint64_t>& own = made[indexOf(side)];
        own.store(own.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

    /// Changes that were overwritten so far. Without a lock it may be a little behind, but never ahead.
    std::uint64_t lostChanges() const
    {
        const std::uint64_t real =
            made[0].load(std::memory_order_acquire) + made[1].load(std::memory_order_acquire);
        const std::uint64_t left = changes;
        return real > left ? real - left : 0;
    }
};

} // namespace ipclab
