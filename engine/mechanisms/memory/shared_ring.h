#pragma once

#include "engine/mechanisms/memory/shared_progress.h"
#include "engine/mechanisms/memory/shared_region.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace ipclab {

// A ring of slots in shared memory for one sender and one receiver: what the mechanisms have in common whose
// messages lie in one.

/// At the start of the memory. All zero bytes are an empty ring.
struct RingHeader {
    SharedProgress published; ///< by the sender; its note: see Length
    SharedProgress consumed;  ///< by the receiver
};

/// Of a message. Kept only from the first one on that has not the largest length: the note is its number plus
/// one, or 0 as long as there is none.
using Length = std::uint32_t;

/// Where things lie: header, lengths, slots. A value; both ends compute the same from the same request.
struct RingGeometry {
    std::size_t slots = 0; ///< a power of two
    std::size_t stride = 0;

    std::size_t offsetOfSlots() const;
    std::size_t bytes() const { return offsetOfSlots() + slots * stride; }
};

/// 0 slots asked for: as many as make about 256 KiB, which stays in the processor's cache; of larger messages
/// 32 while they make no more than 4 MiB, and never fewer than 8.
RingGeometry ringGeometry(std::uint64_t askedSlots, std::size_t largestMessage);
/// How many slots a side that met a full ring waits for, so that it is not woken for each.
std::uint64_t roomToWaitFor(std::uint64_t slots);

/// The places for messages that share a region.
struct Places {
    std::uint64_t count = 0;
    const char* word = "slots";
    std::size_t overhead = 0; ///< bytes of everything else
};
/// The largest message for which so many places fit into the budget.
MessageLimit placesLimit(const Places& places, const RegionBudget& budget);
MessageLimit ringLimit(std::uint64_t askedSlots, const RegionBudget& budget);
OptionSpec slotsOption();
EffectiveSetting slotsSetting(std::uint64_t askedSlots, const RingGeometry& geometry);

/// The two eventfds of a RegionChannel in a worker; nothing unless they are used.
struct RingEndBells {
    EventBell arrival; ///< the receiver hears it
    EventBell room;    ///< the sender hears it
};

/// Takes them off the invitation, from which the region has been taken before.
RingEndBells takeBells(Invitation& invitation, Waking waking);

/// Why strangers cannot meet at such memory and bells by name, as the end of a sentence; nothing where they
/// can.
std::optional<std::string> whyRingHasNoName(const Options& options, Wait wait);

/// What the two ends of a ring need to agree on.
struct RingPlan {
    RingGeometry geometry;
    RegionRequest memory;
    std::size_t largestMessage = 0;
    Waking waking = Waking::Nobody;
    std::uint64_t batch = 1; ///< messages that are published, and slots that are released, at once
};

} // namespace ipclab
