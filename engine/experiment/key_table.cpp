#include "engine/experiment/key_table.h"

#include "engine/base/quantity.h"
#include "engine/base/wording.h"
#include "engine/mechanisms/catalog.h"
#include "engine/profiles/load_profile.h"

#include <fmt/format.h>

#include <algorithm>

namespace ipclab {

namespace {

constexpr std::string_view automatic = "auto";
constexpr std::string_view latencyEveryKey = "measure.latency_every";

std::vector<OptionChoice> mechanismChoices()
{
    std::vector<OptionChoice> choices;
    for (const Mechanism* mechanism : allMechanisms())
        choices.push_back({mechanism->info().id, mechanism->info().title, mechanism->info().summary});
    return choices;
}

std::vector<OptionChoice> profileChoices()
{
    std::vector<OptionChoice> choices;
    for (const LoadProfile* profile : allLoadProfiles())
        choices.push_back({profile->info().id, profile->info().title, profile->info().summary});
    return choices;
}

std::vector<OptionChoice> distributionChoices()
{
    std::vector<OptionChoice> choices;
    for (const SizeDistribution& distribution : allSizeDistributions())
        choices.push_back({distribution.id, distribution.title, distribution.summary});
    return choices;
}

std::vector<Key> describedKeys()
{
    return {
        {{.id = "title", .label = "Title", .help = "What the experiment is called.", .initial = ""},
         [](const Experiment& e) { return e.title; },
         [](Experiment& e, std::string_view text) { e.title = text; }},
        {{.id = "summary", .label = "Summary", .help = "What can be seen in it.", .initial = ""},
         [](const Experiment& e) { return e.summary; },
         [](Experiment& e, std::string_view text) { e.summary = text; }},
    };
}

/// What travels between the processes, and over what.
std::vector<Key> exchangeKeys()
{
    return {
        {{.id = "mechanism",
          .label = "Mechanism",
          .help = "How the processes exchange messages.",
          .kind = OptionKind::Choice,
          .initial = "pipe",
          .choices = mechanismChoices()},
         [](const Experiment& e) { return e.mechanism; },
         [](Experiment& e, std::string_view text) { e.mechanism = text; }},
        {{.id = "exchange",
          .label = "Exchange",
          .help = "What travels. A round trip is measured as one and never halved.",
          .kind = OptionKind::Choice,
          .initial = "one-way",
          .choices = {{"one-way", "One-way", "Messages go from the sender to the receiver."},
                      {"round-trip", "Round trip", "Each message is answered before the next is sent."},
                      {"full-duplex", "Full duplex", "Both send and receive at once."}}},
         [](const Experiment& e) { return std::string(word(e.exchange)); },
         [](Experiment& e, std::string_view text) {
             e.exchange = fromWord({Exchange::OneWay, Exchange::RoundTrip, Exchange::FullDuplex}, text);
         }},
        {{.id = "round_trip.ahead",
          .label = "Outstanding questions",
          .help =
              "The window of outstanding messages of a round trip: so many questions may be sent and not yet "
              "answered. With more than the channels hold, both sides wait for room for ever.",
          .kind = OptionKind::Count,
          .initial = "1",
          .least = 1,
          .most = 1e6},
         [](const Experiment& e) { return std::to_string(e.questionsAhead); },
         [](Experiment& e, std::string_view text) { e.questionsAhead = *parseCount(text); }},
        {{.id = "wait",
          .label = "Waiting",
          .help = "What a process does when it cannot send or has nothing to receive.",
          .kind = OptionKind::Choice,
          .initial = "block",
          .choices = {{"block", "Block", "Sleep in the call itself."},
                      {"poll", "Poll", "Sleep in poll(2), then call again: one more system call per wait."},
                      {"spin", "Spin",
                       "Try again and again: the shortest delay, at the price of a whole core."},
                      {"hybrid", "Spin, then block", "Try for a short while before going to sleep."}}},
         [](const Experiment& e) { return std::string(word(e.wait)); },
         [](Experiment& e, std::string_view text) {
             e.wait = fromWord({Wait::Block, Wait::Poll, Wait::Spin, Wait::Hybrid}, text);
         }},
        {{.id = "rendezvous",
          .label = "Rendezvous",
          .help = "How the processes find each other. By name they are strangers, each started in a session "
                  "of its "
                  "own, and none inherits anything of the channel.",
          .kind = OptionKind::Choice,
          .initial = "inherited",
          .choices = {{"inherited", "Inherited",
                       "Related processes: each inherits its end, or what leads to it."},
                      {"by-name", "By name", "Unrelated processes: each gets nothing but a name."}}},
         [](const Experiment& e) { return std::string(word(e.rendezvous)); },
         [](Experiment& e, std::string_view text) {
             e.rendezvous = fromWord({Rendezvous::Inherited, Rendezvous::ByName}, text);
         }},
    };
}

std::vector<Key> messageKeys()
{
    return {
        {{.id = "message.size",
          .label = "Message size",
          .help = "Bytes of one message, with the header that carries its number and times.",
          .kind = OptionKind::Size,
          .initial = "64 B",
          .least = 1},
         [](const Experiment& e) { return formatSize(e.messageSize); },
         [](Experiment& e, std::string_view text) { e.messageSize = *parseSize(text); }},
        {{.id = "message.sizes",
          .label = "Sizes",
          .help = "Whether all messages are equally large. Anything but fixed sizes has options of its own "
                  "instead of the message size.",
          .kind = OptionKind::Choice,
          .initial = "fixed",
          .choices = distributionChoices()},
         [](const Experiment& e) { return e.sizes.distribution; },
         [](Experiment& e, std::string_view text) { e.sizes.distribution = text; }},
    };
}

std::vector<Key> loadKeys()
{
    return {
        {{.id = "load.profile",
          .label = "Load",
          .help = "When messages are due.",
          .kind = OptionKind::Choice,
          .initial = "closed_loop",
          .choices = profileChoices()},
         [](const Experiment& e) { return e.load.profile; },
         [](Experiment& e, std::string_view text) { e.load.profile = text; }},
        {{.id = "load.pacing",
          .label = "Pacing",
          .help = "How a sender waits until its next message is due.",
          .kind = OptionKind::Choice,
          .initial = "precise",
          .choices = {{"precise", "Precise",
                       "Sleeps, then spins to the due time: exact, but at high rates it costs a core."},
                      {"economy", "Economy", "Sleeps, and sends what is due in batches of a millisecond."}}},
         [](const Experiment& e) { return std::string(word(e.load.pacing)); },
         [](Experiment& e, std::string_view text) {
             e.load.pacing = fromWord({Pacing::Precise, Pacing::Economy}, text);
         }},
    };
}

/// What the receiver does besides receiving.
std::vector<Key> receiverKeys()
{
    constexpr double second = 1e9;
    return {
        {{.id = "receiver.work",
          .label = "Receiver's work",
          .help = "Time the receiver computes for each message before it takes the next. To slow it down "
                  "while the "
                  "run goes on, use the fault \"slow\".",
          .kind = OptionKind::Duration,
          .initial = "0 s",
          .least = 0,
          .most = 10 * second},
         [](const Experiment& e) { return formatDuration(e.receiverWork); },
         [](Experiment& e, std::string_view text) { e.receiverWork = *parseDuration(text); }},
        {{.id = "receiver.reads",
          .label = "Receiver reads",
          .help =
              "When the receiver begins to read. A parent that waits for its child before it reads what that "
              "has to say waits for ever, if it is more than the channel holds.",
          .kind = OptionKind::Choice,
          .initial = "at-once",
          .choices = {{"at-once", "At once", "From the start."},
                      {"after-sender", "After the sender",
                       "Once the sender has ended, or the measured window has."}}},
         [](const Experiment& e) { return std::string(word(e.reads)); },
         [](Experiment& e, std::string_view text) {
             e.reads = fromWord({ReadOrder::AtOnce, ReadOrder::AfterSender}, text);
         }},
        {{.id = "receiver.touch",
          .label = "Receiver's memory",
          .help =
              "Bytes of its own memory that the receiver reads and changes for each message: work that costs "
              "more when they no longer fit its caches.",
          .kind = OptionKind::Size,
          .initial = "0 B",
          .least = 0,
          .most = 1 << 30},
         [](const Experiment& e) { return formatSize(e.receiverTouch); },
         [](Experiment& e, std::string_view text) { e.receiverTouch = *parseSize(text); }},
        {{.id = "receiver.sleep",
          .label = "Receiver's sleep",
          .help =
              "Time the receiver sleeps after each message, as one that waits for a disk. Its state is then "
              "sleeping.",
          .kind = OptionKind::Duration,
          .initial = "0 s",
          .least = 0,
          .most = 10 * second},
         [](const Experiment& e) { return formatDuration(e.receiverSleep); },
         [](Experiment& e, std::string_view text) { e.receiverSleep = *parseDuration(text); }},
    };
}

std::vector<Key> extentKeys()
{
    constexpr double millisecond = 1e6;
    constexpr double hour = 3600e9;
    return {
        {{.id = "duration",
          .label = "Duration",
          .help = "How long is measured, after the warm-up.",
          .kind = OptionKind::Duration,
          .initial = "10 s",
          .least = millisecond,
          .most = 24 * hour},
         [](const Experiment& e) { return formatDuration(e.duration); },
         [](Experiment& e, std::string_view text) { e.duration = *parseDuration(text); }},
        {{.id = "messages",
          .label = "Messages",
          .help = "Stop after so many messages instead of by time.",
          .kind = OptionKind::Count,
          .initial = "0",
          .least = 0,
          .most = 1e12,
          .zero = "by duration"},
         [](const Experiment& e) { return std::to_string(e.messages); },
         [](Experiment& e, std::string_view text) { e.messages = *parseCount(text); }},
        {{.id = "warm_up",
          .label = "Warm-up",
          .help = "The load runs for this long before measuring begins.",
          .kind = OptionKind::Duration,
          .initial = "500 ms",
          .least = 0,
          .most = hour},
         [](const Experiment& e) { return formatDuration(e.warmUp); },
         [](Experiment& e, std::string_view text) { e.warmUp = *parseDuration(text); }},
        {{.id = "start",
          .label = "Start",
          .help = "Who of a pair is there first, and whether the receiver is there while the sender sends.",
          .kind = OptionKind::Choice,
          .initial = "together",
          .choices =
              {{"together", "Together", "All processes begin at the same moment."},
               {"sender-first", "Sender first",
                "The sender sends its messages and exits; only then is the receiver started. Messages must "
                "outlive the processes."},
               {"sender-early", "Sender early", "It looks for a receiver that is started only later."},
               {"receiver-early", "Receiver early", "It looks for a sender that is started only later."}}},
         [](const Experiment& e) { return std::string(word(e.start)); },
         [](Experiment& e, std::string_view text) {
             e.start = fromWord({StartOrder::Together, StartOrder::SenderFirst, StartOrder::SenderEarly,
                                 StartOrder::ReceiverEarly},
                                text);
         }},
        {{.id = "start_gap",
          .label = "Start gap",
          .help = "How long the early one is alone.",
          .kind = OptionKind::Duration,
          .initial = "500 ms",
          .least = 1e6,
          .most = 5e9},
         [](const Experiment& e) { return formatDuration(e.startGap); },
         [](Experiment& e, std::string_view text) { e.startGap = *parseDuration(text); }},
        {{.id = "seed",
          .label = "Seed",
          .help = "Makes whatever is random the same again.",
          .kind = OptionKind::Count,
          .initial = "1"},
         [](const Experiment& e) { return std::to_string(e.seed); },
         [](Experiment& e, std::string_view text) { e.seed = *parseCount(text); }},
    };
}

std::vector<Key> measureKeys()
{
    constexpr double millisecond = 1e6;
    return {
        {{.id = std::string(latencyEveryKey),
          .label = "Latency of every",
          .help = "Reads the clock for one message in so many; \"auto\" keeps its cost low.",
          .initial = std::string(automatic)},
         [](const Experiment& e) {
             return e.measure.latencyEvery ? std::to_string(*e.measure.latencyEvery) : std::string(automatic);
         },
         [](Experiment& e, std::string_view text) {
             e.measure.latencyEvery = text == automatic ? std::nullopt : parseCount(text);
         }},
        {{.id = "measure.integrity",
          .label = "Integrity",
          .help = "How closely the receiver looks at what arrives.",
          .kind = OptionKind::Choice,
          .initial = "sequence",
          .choices = {{"off", "Off", "Only the number of messages counts."},
                      {"sequence", "Sequence", "The number at the head and at the tail of every message."},
                      {"full", "Full",
                       "Besides, the payload is written anew each time and its checksum compared."}}},
         [](const Experiment& e) { return std::string(word(e.measure.integrity)); },
         [](Experiment& e, std::string_view text) {
             e.measure.integrity = fromWord({Integrity::Off, Integrity::Sequence, Integrity::Full}, text);
         }},
        {{.id = "measure.interval",
          .label = "Interval",
          .help = "Time between two points of a chart.",
          .kind = OptionKind::Duration,
          .initial = "33 ms",
          .least = 5 * millisecond,
          .most = 10'000 * millisecond},
         [](const Experiment& e) { return formatDuration(e.measure.interval); },
         [](Experiment& e, std::string_view text) { e.measure.interval = *parseDuration(text); }},
        {{.id = "measure.trace",
          .label = "Trace",
          .help = "Records so many sends, receives and waits of each process one by one, with their times, "
                  "for the timeline. It makes each message slower.",
          .kind = OptionKind::Count,
          .initial = "0",
          .least = 0,
          .most = 4e6,
          .zero = "no trace"},
         [](const Experiment& e) { return std::to_string(e.measure.trace); },
         [](Experiment& e, std::string_view text) { e.measure.trace = *parseCount(text); }},
        {{.id = "measure.trace_keep",
          .label = "Trace keeps",
          .help = "Which of them stay when there are more.",
          .kind = OptionKind::Choice,
          .initial = "first",
          .choices = {{"first", "The first", "From the beginning of the measured window on."},
                      {"last", "The last", "Up to the end of the run, or of the process."}}},
         [](const Experiment& e) { return std::string(word(e.measure.traceKeep)); },
         [](Experiment& e, std::string_view text) {
             e.measure.traceKeep = fromWord({TraceKeep::First, TraceKeep::Last}, text);
         }},
    };
}

std::vector<Key> collectKeys()
{
    std::vector<Key> keys;
    for (const auto group : {describedKeys, exchangeKeys, messageKeys, layerKeys, shapeKeys, placementKeys,
                             loadKeys, receiverKeys, extentKeys, measureKeys, restartKeys})
        for (Key& key : group())
            keys.push_back(std::move(key));
    return keys;
}

} // namespace

const std::vector<Key>& allKeys()
{
    static const std::vector<Key> keys = collectKeys();
    return keys;
}

const Key* findKey(std::string_view id)
{
    const std::vector<Key>& keys = allKeys();
    const auto found =
        std::ranges::find(keys, id, [](const Key& key) { return std::string_view(key.spec.id); });
    return found == keys.end() ? nullptr : &*found;
}

std::optional<std::string> problemOfKey(const OptionSpec& spec, std::string_view text)
{
    if (spec.id != latencyEveryKey)
        return problemOf(spec, text);
    if (text == automatic || parseCount(text).value_or(0) > 0)
        return std::nullopt;
    return fmt::format("{} must be \"{}\" or a whole number of at least 1, not {}", spec.id, automatic,
                       quoted(text));
}

} // namespace ipclab
