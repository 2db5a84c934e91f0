#pragma once

#include "engine/measure/histogram.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

namespace ipclab {

/// What a worker counts of the messages of one class in the measured window. Counts are monotone; one writer.
struct ClassBlock {
    std::atomic<std::uint64_t> sent;
    std::atomic<std::uint64_t> received;
    std::atomic<std::uint64_t> overtaking; ///< came before a message that was sent earlier
    std::atomic<std::uint64_t> overtaken;  ///< came after a message that was sent later
    SharedHistogram response;
    SharedHistogram service;

    static void increment(std::atomic<std::uint64_t>& count)
    {
        count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
};

/// A copy of it: a value.
struct ClassCounts {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t overtaking = 0;
    std::uint64_t overtaken = 0;
    LatencyCounts response;
    LatencyCounts service;
};

/// One message in the order of delivery.
struct Delivery {
    /// Its number among the measured messages in the order in which they were sent, from 0.
    std::uint64_t sequence = 0;
    unsigned messageClass = 0;
    bool operator==(const Delivery&) const = default;
};

/// The beginning of the order in which a receiver got the messages of the measured window. One writer.
struct DeliveryOrder {
    static constexpr std::size_t room = 200;

    std::atomic<std::uint32_t> count;
    std::array<Delivery, room> deliveries;

    void note(const Delivery& delivery)
    {
        const std::uint32_t index = count.load(std::memory_order_relaxed);
        if (index == room)
            return;
        deliveries[index] = delivery;
        count.store(index + 1, std::memory_order_release);
    }
    std::vector<Delivery> copy() const
    {
        return {deliveries.begin(), deliveries.begin() + count.load(std::memory_order_acquire)};
    }
};

} // namespace ipclab
