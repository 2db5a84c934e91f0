#pragma once

#include "engine/base/clock.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ipclab {

/// How messages that may get lost are made to arrive (Tanenbaum and Wetherall, Computer Networks, "Sliding
/// window protocols"): the receiver acknowledges, and the sender sends again what is not acknowledged in
/// time.
enum class AcknowledgementScheme {
    None,
    StopAndWait,     ///< one message at a time
    GoBackN,         ///< a window of them; after a loss everything from there on is sent again
    SelectiveRepeat, ///< a window of them; the receiver keeps what came early, only what is missing is sent
                     ///< again
};

struct Acknowledgement {
    AcknowledgementScheme scheme = AcknowledgementScheme::None;
    unsigned window = 32; ///< messages that may be under way unacknowledged; stop-and-wait has one
    Nanoseconds timeOut = std::chrono::milliseconds(5); ///< after which a message is sent again

    bool isNone() const { return scheme == AcknowledgementScheme::None; }
    unsigned windowInUse() const { return scheme == AcknowledgementScheme::StopAndWait ? 1 : window; }
    bool operator==(const Acknowledgement&) const = default;
};

/// "none", "stop-and-wait", "go-back-n", "selective-repeat".
std::string_view word(AcknowledgementScheme scheme);

/// Head of everything that travels where there are acknowledgements. In native byte order: both ends are on
/// one host.
struct FrameHeader {
    enum class Kind : std::uint64_t { Message = 1, Acknowledgement };

    Kind kind = Kind::Message;
    /// Of the message, in its direction, from 0; or of the one that is acknowledged.
    std::uint64_t number = 0;
    std::uint64_t upTo = 0; ///< of an acknowledgement: everything below it has come as well
};
static_assert(sizeof(FrameHeader) == 24);

} // namespace ipclab
