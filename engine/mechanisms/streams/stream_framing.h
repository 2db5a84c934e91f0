#pragma once

#include "engine/base/option.h"
#include "engine/mechanisms/mechanism.h"

namespace ipclab {

// A byte stream keeps no boundaries between messages; these are the ways to have messages over it all the
// same.

enum class Framing {
    LengthPrefix, ///< each message begins with its length
    Packets,      ///< O_DIRECT: the kernel keeps each write(2) to a pipe apart
    None,         ///< nothing marks a message: all have one size, and the receiver counts bytes
};

enum class PacketMode { Offered, NotOffered };

/// The option "framing".
OptionSpec framingOption(PacketMode packets);

Framing framingOf(const Options& options);
Boundaries boundariesOf(Framing framing);

/// What it adds to each message, in bytes.
std::uint64_t framingOverhead(Framing framing);

/// The largest message in packet mode: of a larger write the kernel makes several packets.
MessageLimit packetLimit();

/// How many bytes the receiver may have taken out of the channel before they are delivered as messages.
std::uint64_t readAheadOf(Framing framing, std::size_t messageSize);

/// How the option came out.
EffectiveSetting framingSetting(const Options& options);

} // namespace ipclab
