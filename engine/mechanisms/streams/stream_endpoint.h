#pragma once

#include "engine/base/unique_fd.h"
#include "engine/mechanisms/endpoint.h"
#include "engine/mechanisms/streams/stream_framing.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace ipclab {

// Messages over byte streams. A stream has no boundaries, so each message is a frame: its length in 4 bytes,
// then the payload, both written by one system call. The receiver asks for as many bytes as the previous
// frame had: traffic of one size costs one read per message, and what the receiver holds back never exceeds
// one frame, so that the fill of the kernel's buffer is real.

/// What the frame adds to each message.
inline constexpr std::uint64_t bytesPerPrefix = sizeof(std::uint32_t);

/// Of a length that no message can have.
[[noreturn]] void throwCorruptPrefix(std::size_t length, std::size_t largest);

/// How much one read asks for where there are no frames: as much as a pipe holds by default.
inline constexpr std::uint64_t unframedReadSize = 64 << 10;

/// One end of a pipe or FIFO. SIGPIPE must be ignored in this process. Opens the end once more, through
/// /proc. In packet mode the writing end has O_DIRECT.
std::unique_ptr<Endpoint> makePipeEndpoint(UniqueFd descriptor, std::size_t largestMessage,
                                           Framing framing = Framing::LengthPrefix);

/// One end of a connected stream socket, for both directions.
std::unique_ptr<Endpoint> makeSocketEndpoint(UniqueFd descriptor, std::size_t largestMessage,
                                             Framing framing = Framing::LengthPrefix);

} // namespace ipclab
