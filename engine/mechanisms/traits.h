#pragma once

#include "engine/base/option.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

enum class Family {
    ByteStream,
    Message,
    SharedMemory,
    Notification,
    Baseline, ///< moves nothing: what the laboratory itself costs
};
enum class ChannelEnd { Sender, Receiver };
enum class Directions { OneWay, TwoWay };
enum class Ordering { Fifo, ByPriority, ByType, Unordered };
enum class Loss { Never, Possible };
enum class Boundaries {
    Kept,
    Framed, ///< a byte stream, to which a length prefix is added
    None,   ///< a byte stream as it is: all messages have the same size
};
enum class Content { Carried, CountOnly }; ///< CountOnly: that something happened arrives, its bytes do not
enum class Persistence { Processes, Kernel, File }; ///< how long a queued message lives
enum class PeerExit { Noticed, Unnoticed }; ///< whether the kernel tells an endpoint that its peer has gone
enum class NamedBy { Inherited, Path, Abstract, Key, Port, PosixName };

/// What two workers know of each other before they have met.
enum class Rendezvous {
    Inherited, ///< they are related: each inherits its end, or what leads to it
    ByName,    ///< they are strangers, and each gets nothing but a name
};

/// How a worker waits when a call would block.
enum class Wait {
    Block,  ///< sleep in the call itself
    Poll,   ///< sleep in poll(2), then call again
    Spin,   ///< try again and again, never sleep
    Hybrid, ///< spin for a short while, then block
};

/// As many senders or receivers as there are workers.
inline constexpr unsigned anyNumber = ~0U;

/// What the core may ask of a mechanism; it never asks for names.
struct Traits {
    Family family = Family::ByteStream;
    Boundaries boundaries = Boundaries::Kept;
    Directions directions = Directions::OneWay;
    Ordering ordering = Ordering::Fifo;
    Loss loss = Loss::Never;
    Content content = Content::Carried;
    Persistence persistence = Persistence::Processes;
    PeerExit peerExit = PeerExit::Noticed;
    std::vector<NamedBy> namedBy;
    std::vector<Wait> waits;
    unsigned mostSenders = 1; ///< per channel
    unsigned mostReceivers = 1;
    /// Of the payload, from the sender's buffer to where the receiver reads it.
    unsigned copiesPerMessage = 2;
    bool hasPriorities = false;
    bool hasTypes = false;
    bool needsLock = false;
    bool canRejoin = false; ///< a new worker can take the end of one that died: Channel::invite() once more
    /// Each message goes by itself, without a connection: layers may drop, repeat and reorder.
    bool areDatagrams = false;
    bool canRace = false; ///< its lock can be left out, and switched while it runs: Channel::setLocking()
};

/// What a mechanism says of itself: the source of cards, forms, help and checks.
struct MechanismInfo {
    std::string id;      ///< "unix_stream"
    std::string title;   ///< "Unix stream socket"
    std::string summary; ///< one sentence
    Traits traits;
    std::vector<OptionSpec> options;
    std::vector<std::string> manPages; ///< "pipe(7)"
};

/// The largest message that can be sent, and what binds it.
struct MessageLimit {
    std::size_t largest = 0; ///< bytes
    std::string because;     ///< completes "at most 8192 B, because …"
};

/// Whether an endpoint can wait in this way.
bool supports(const Traits& traits, Wait wait);

/// The word used in experiment files and results: "block", "byte stream", "one-way", …
std::string_view word(Wait wait);
std::string_view word(Rendezvous rendezvous);
std::string_view word(Family family);

/// Why strangers cannot meet at such a channel by its name alone, as the end of a sentence; nothing where
/// they can.
std::optional<std::string> obstacleToMeetingByName(const Traits& traits);

/// Why a new worker cannot take the end of one that died, as the end of a sentence; nothing where it can.
std::optional<std::string> obstacleToRejoining(const Traits& traits);

/// Short phrases for a mechanism's chips: "byte stream", "one-way", "2 copies", "kernel synchronises".
std::vector<std::string> chips(const Traits& traits);

} // namespace ipclab
