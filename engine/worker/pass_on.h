#pragma once

#include "engine/worker/waiter.h"

#include <cstring>
#include <span>

namespace ipclab {

/// Sends a message on, or back, as it came: hot path.
inline Outcome passOn(std::span<const std::byte> message, Endpoint& endpoint, Waiter& waiter)
{
    const Reservation reservation = waiter.complete(
        [&endpoint, &message](Deadline deadline) { return endpoint.reserve(message.size(), deadline); });
    if (reservation.outcome != Outcome::Done) [[unlikely]]
        return reservation.outcome;
    std::memcpy(reservation.place, message.data(), message.size());
    return waiter.complete([&endpoint](Deadline deadline) { return endpoint.commit(deadline); });
}

} // namespace ipclab
