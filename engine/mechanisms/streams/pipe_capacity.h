#pragma once

#include "engine/base/option.h"
#include "engine/base/unique_fd.h"
#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/streams/stream_framing.h"

#include <cstddef>
#include <cstdint>

namespace ipclab {

// How much a pipe holds, with a name or without one.

/// The option "capacity".
OptionSpec pipeCapacityOption();

/// Asks for a capacity in bytes and returns what the kernel made of it. Throws FailureError where it refuses.
std::uint64_t setPipeCapacity(const UniqueFd& end, std::uint64_t requested);

/// The kernel keeps the bytes in pages and fills a page up only with the whole rest of a write, so that it
/// depends on the size how many messages fit: asked of a pipe made for this question.
Capacity pipeCapacityFor(std::uint64_t capacity, std::size_t messageSize,
                         Framing framing = Framing::LengthPrefix);

/// How the option came out.
EffectiveSetting pipeCapacitySetting(const Options& options, std::uint64_t capacity);

/// Any number of processes may write into a pipe, as long as they keep to PIPE_BUF; of several readers each
/// would get a part of a frame.
Sharing pipeSharing(Framing framing);

} // namespace ipclab
