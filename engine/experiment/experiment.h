#pragma once

#include "engine/base/clock.h"
#include "engine/base/option.h"
#include "engine/experiment/choices.h"
#include "engine/experiment/fault.h"
#include "engine/measure/message.h"
#include "engine/measure/run_trace.h"
#include "engine/mechanisms/layers/acknowledgement.h"
#include "engine/mechanisms/layers/impairment.h"
#include "engine/mechanisms/traits.h"
#include "engine/profiles/message_sizes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ipclab {

/// Whether, when and how often a worker that died is started anew.
struct Restart {
    RestartPolicy policy = RestartPolicy::None;
    Nanoseconds pause = std::chrono::milliseconds(100); ///< before the first time
    std::uint64_t factor = 2;                           ///< by which each further pause is longer
    std::uint64_t limit = 3;                            ///< times, for each worker
    bool operator==(const Restart&) const = default;
};

/// Which workers there are, and how their channels lie between them.
struct Shape {
    ShapeKind kind = ShapeKind::Pair;
    unsigned senders = 1; ///< clients, where there is a server
    unsigned receivers = 1;
    unsigned relays = 1; ///< between them, in a chain or a ring
    DeliveryRule delivery = DeliveryRule::Copy;
    ChannelUse channels = ChannelUse::Shared;
    bool operator==(const Shape&) const = default;
};

/// When messages are due, and how a sender keeps to it.
struct Load {
    std::string profile = "closed_loop";
    Options options; ///< of the profile; what is missing has its default
    Pacing pacing = Pacing::Precise;
    bool operator==(const Load&) const = default;
};

/// How long is waited, and how attempts follow each other.
struct Waiting {
    Nanoseconds deadline = Nanoseconds::zero(); ///< of each wait; 0 = as long as it takes
    ExpiryRule expiry = ExpiryRule::Retry;
    BackOffKind backOff = BackOffKind::None;
    Nanoseconds firstPause = std::chrono::microseconds(1); ///< doubled each time, up to the largest
    Nanoseconds largestPause = std::chrono::milliseconds(1);
    bool operator==(const Waiting&) const = default;
};

/// How large messages are: a SizeDistribution and its options. "fixed" goes by Experiment::messageSize.
struct Sizes {
    std::string distribution = "fixed";
    Options options; ///< what is missing has its default
    bool operator==(const Sizes&) const = default;
};

/// What is looked at in a run, and how often.
struct MeasureSettings {
    /// Stamp one message in so many; nothing = chosen so that it costs little.
    std::optional<std::uint64_t> latencyEvery;
    Integrity integrity = Integrity::Sequence;
    Nanoseconds interval = std::chrono::milliseconds(33); ///< between two points of the series
    std::uint64_t trace = 0; ///< how many changes of state of each worker are recorded; 0 = no trace
    TraceKeep traceKeep = TraceKeep::First;
    bool operator==(const MeasureSettings&) const = default;
};

/// Everything that defines a run. A value: copied, compared, written to TOML and read back unchanged.
struct Experiment {
    std::string title;
    std::string summary; ///< what can be seen in it, a sentence or two
    std::string mechanism = "pipe";
    Options mechanismOptions; ///< what is missing has its default
    Exchange exchange = Exchange::OneWay;
    std::uint64_t questionsAhead = 1; ///< of a round trip: sent and not yet answered, at most
    Wait wait = Wait::Block;
    Waiting waiting;
    Rendezvous rendezvous = Rendezvous::Inherited;
    Impairment impairment; ///< random by `seed`
    Acknowledgement acknowledgement;
    Shape shape;
    Load load;
    std::uint64_t messageSize = 64; ///< bytes; of fixed sizes
    Sizes sizes;
    Nanoseconds receiverWork = Nanoseconds::zero(); ///< busy time per message
    std::uint64_t receiverTouch = 0; ///< bytes of its own memory that it goes through per message
    Nanoseconds receiverSleep = Nanoseconds::zero(); ///< per message
    ReadOrder reads = ReadOrder::AtOnce;
    CorePlacement cores = CorePlacement::Any;
    std::vector<int> coreList; ///< where they are listed: of each worker
    int nice = 0;              ///< 0 leaves it as it is
    SchedulingPolicy policy = SchedulingPolicy::Normal;
    unsigned priority = 1; ///< under FIFO
    StartOrder start = StartOrder::Together;
    Nanoseconds startGap = std::chrono::milliseconds(500); ///< by which one is early
    Nanoseconds duration = std::chrono::seconds(10);       ///< of the measured window
    std::uint64_t messages = 0;                            ///< stop after so many instead; 0 = by time
    Nanoseconds warmUp = std::chrono::milliseconds(500);
    std::uint64_t seed = 1;
    MeasureSettings measure;
    std::vector<Fault> faults; ///< in any order
    Restart restart;
    bool operator==(const Experiment&) const = default;
};

/// What is wrong with an experiment, as a sentence for the user. `line` is 0 where there is no file.
struct Problem {
    std::string key;
    unsigned line = 0;
    std::string sentence;
    bool operator==(const Problem&) const = default;
};

/// Everything that would keep `experiment` from running on this host: unknown mechanism or profile (with the
/// nearest known one), a mechanism that it does not offer, values out of range, a message above the
/// mechanism's real limit, a wait it cannot do. Empty means that it can run.
std::vector<Problem> problems(const Experiment& experiment);

/// Sets one key ("message.size", "load.rate", "mechanism_options.capacity") from text as people write it; a
/// problem if the key is unknown or the text is no value for it, and then the experiment stays as it was.
std::optional<Problem> setKey(Experiment& experiment, std::string_view key, std::string_view text);

/// The value of one key in canonical text, as setKey takes it.
std::string keyText(const Experiment& experiment, std::string_view key);

/// The specification of every key that is not a mechanism's or a profile's own, in the order of a form. Ids
/// are the keys.
const std::vector<OptionSpec>& experimentKeys();

/// What the load says of the messages' sizes, where it says how large they are and is asked to. Its options
/// have no problems.
std::optional<SizeRange> sizesOfLoad(const Experiment& experiment);

/// The sizes of its messages. The experiment has no problems in them.
SizeRange messageSizes(const Experiment& experiment);
/// The key that says how large messages are.
std::string sizeKey(const Experiment& experiment);

/// "64 B", or "uniform, 64 B to 4 KiB".
std::string sizesText(const Experiment& experiment);

/// The same experiment with the defaults of its mechanism and profile written out.
Experiment completed(Experiment experiment);

std::string_view word(Integrity integrity);

} // namespace ipclab
