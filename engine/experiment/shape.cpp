#include "engine/experiment/shape.h"

#include "engine/base/quantity.h"
#include "engine/base/wording.h"
#include "engine/experiment/roles.h"
#include "engine/mechanisms/catalog.h"

#include <fmt/format.h>

#include <algorithm>

namespace ipclab {

namespace {

using Problems = std::vector<Problem>;

/// Which counts a kind leaves open, and which exchanges belong to it, the first by nature.
struct Rules {
    bool severalSenders = false;
    bool severalReceivers = false;
    std::vector<Exchange> exchanges;
    std::string_view named; ///< "in a chain"
};

Rules rulesOf(ShapeKind kind)
{
    switch (kind) {
    case ShapeKind::Pair:
        return {false, false, {Exchange::OneWay, Exchange::RoundTrip, Exchange::FullDuplex}, "in a pair"};
    case ShapeKind::FanIn:
        return {true, false, {Exchange::OneWay}, "in a fan-in"};
    case ShapeKind::FanOut:
        return {false, true, {Exchange::OneWay}, "in a fan-out"};
    case ShapeKind::ManyToMany:
        return {true, true, {Exchange::OneWay}, "where many send to many"};
    case ShapeKind::Chain:
        return {false, false, {Exchange::OneWay}, "in a chain"};
    case ShapeKind::Ring:
        return {false, false, {Exchange::RoundTrip, Exchange::OneWay}, "in a ring"};
    case ShapeKind::ClientServer:
        return {true, false, {Exchange::RoundTrip}, "between clients and a server"};
    }
    return {};
}

Sharing sharingOf(const Experiment& experiment, const Mechanism& mechanism)
{
    return mechanism.sharing(withDefaults(mechanism.info().options, experiment.mechanismOptions));
}

/// The mechanisms that can do it with their defaults, for who has chosen another.
std::string thoseThat(bool (*can)(const Mechanism&, const Sharing&))
{
    std::vector<std::string> found;
    for (const Mechanism* mechanism : allMechanisms())
        if (!mechanism->unavailable() &&
            can(*mechanism, mechanism->sharing(withDefaults(mechanism->info().options, {}))))
            found.push_back(mechanism->info().id);
    return enumerated(found, "or");
}

std::string counted(unsigned count, std::string_view noun)
{
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

bool letsCompete(const Mechanism& mechanism, const Sharing& sharing)
{
    return sharing.receivers > 1 && mechanism.info().traits.content == Content::Carried;
}

void checkCounts(const Experiment& experiment, Problems& problems)
{
    const Shape& shape = experiment.shape;
    const Rules rules = rulesOf(shape.kind);
    if (!rules.severalSenders && shape.senders != 1)
        problems.push_back({"shape.senders", 0,
                            fmt::format("shape.senders must be 1 {}, not {}", rules.named, shape.senders)});
    if (!rules.severalReceivers && shape.receivers != 1)
        problems.push_back(
            {"shape.receivers", 0,
             fmt::format("shape.receivers must be 1 {}, not {}", rules.named, shape.receivers)});
    if (const unsigned workers = workerCount(experiment); workers > mostWorkers)
        problems.push_back({hasRelays(shape.kind)    ? "shape.relays"
                            : rules.severalReceivers ? "shape.receivers"
                                                     : "shape.senders",
                            0,
                            fmt::format("these are {} workers, and a run has at most {}: take fewer", workers,
                                        mostWorkers)});
    if (experiment.messages > 0 && experiment.messages < shape.senders)
        problems.push_back(
            {"messages", 0,
             fmt::format("messages must be at least {}, one for each {}, not {}", shape.senders,
                         rolesOf(shape.kind, experiment.exchange).sending, experiment.messages)});
}

void checkExchange(const Experiment& experiment, Problems& problems)
{
    const Rules rules = rulesOf(experiment.shape.kind);
    if (std::ranges::find(rules.exchanges, experiment.exchange) != rules.exchanges.end())
        return;
    std::vector<std::string> words;
    for (const Exchange exchange : rules.exchanges)
        words.emplace_back(word(exchange));
    const bool wantsAnswers = experiment.exchange == Exchange::RoundTrip;
    problems.push_back(
        {"exchange", 0,
         fmt::format("exchange must be {} {}, not {}{}", enumerated(words, "or"), rules.named,
                     word(experiment.exchange),
                     wantsAnswers ? "; for questions and answers take the shape client-server, ring or pair"
                                  : "; for that take the shape pair")});
}

void checkCompeting(const Experiment& experiment, const Mechanism& mechanism, Problems& problems)
{
    const Sharing sharing = sharingOf(experiment, mechanism);
    const Shape& shape = experiment.shape;
    if (!letsCompete(mechanism, sharing) || sharing.receivers < shape.receivers ||
        sharing.senders < shape.senders)
        problems.push_back(
            {"shape.delivery", 0,
             fmt::format("shape.delivery must be copy with {} and these options, for {} cannot take from one "
                         "channel what {} sent; {} can",
                         mechanism.info().id, counted(shape.receivers, "receiver"),
                         counted(shape.senders, "sender"), thoseThat(letsCompete))});
    else if (shape.channels == ChannelUse::Separate)
        problems.push_back(
            {"shape.channels", 0,
             "shape.channels must be shared where receivers compete: it is one channel from which they do"});
}

/// Of records that may interleave each piece says whose it is.
void checkRecords(const Experiment& experiment, const Mechanism& mechanism, Problems& problems)
{
    if (const std::size_t size = experiment.messageSize; size % pieceSize != 0)
        problems.push_back(
            {"message.size", 0,
             fmt::format(
                 "message.size must be a multiple of {} where several senders write into one {} without "
                 "framing, for each record is made of stamped pieces of that size; not {}; or set "
                 "shape.channels to separate",
                 formatSize(pieceSize), mechanism.info().id, formatSize(size))});
    if (experiment.measure.integrity == Integrity::Full)
        problems.push_back(
            {"measure.integrity", 0,
             fmt::format("measure.integrity must be sequence or off where several senders write into one {} "
                         "without framing: each piece of a record is stamped and has no room for a checksum",
                         mechanism.info().id)});
}

/// Who shares a channel must say in each message who it is, and must not get between the parts of another's.
void checkSharedSize(const Experiment& experiment, const Mechanism& mechanism, Problems& problems)
{
    const std::string key = sizeKey(experiment);
    const std::string_view elseSeparate =
        receiversCompete(experiment) ? "" : "; or set shape.channels to separate";
    const MessageLimit limit = sharingOf(experiment, mechanism).limit;
    const SizeRange sizes = messageSizes(experiment);
    if (sizes.smallest < smallestHeadedMessage)
        problems.push_back(
            {key, 0,
             fmt::format("{} must be at least {} where several senders or receivers share a channel, for a "
                         "smaller message has no room to say who sent it, not {}{}",
                         key, formatSize(smallestHeadedMessage), formatSize(sizes.smallest), elseSeparate)});
    else if (limit.largest > 0 && sizes.largest > limit.largest && experiment.shape.senders > 1)
        problems.push_back(
            {key, 0,
             fmt::format("{} must be at most {} where several senders share one {}, because {}; not {}{}",
                         key, formatSize(limit.largest), mechanism.info().id, limit.because,
                         formatSize(sizes.largest), elseSeparate)});
}

} // namespace

bool hasRelays(ShapeKind kind)
{
    return kind == ShapeKind::Chain || kind == ShapeKind::Ring;
}

unsigned workerCount(const Experiment& experiment)
{
    const Shape& shape = experiment.shape;
    if (shape.kind == ShapeKind::Ring)
        return 1 + shape.relays;
    return shape.senders + shape.receivers + (hasRelays(shape.kind) ? shape.relays : 0);
}

bool receiversCompete(const Experiment& experiment)
{
    return rulesOf(experiment.shape.kind).severalReceivers && experiment.shape.receivers > 1 &&
           experiment.shape.delivery == DeliveryRule::Competing;
}

bool sendersShareAChannel(const Experiment& experiment, const Mechanism& mechanism)
{
    const Traits& traits = mechanism.info().traits;
    if (experiment.shape.kind == ShapeKind::ClientServer && traits.directions == Directions::TwoWay)
        return false; // the answer goes back where the question came from
    return experiment.shape.senders > 1 && experiment.shape.channels == ChannelUse::Shared &&
           traits.content == Content::Carried &&
           sharingOf(experiment, mechanism).senders >= experiment.shape.senders;
}

bool sendersInterleave(const Experiment& experiment, const Mechanism& mechanism)
{
    const Options options = withDefaults(mechanism.info().options, experiment.mechanismOptions);
    return experiment.shape.kind != ShapeKind::ClientServer && sendersShareAChannel(experiment, mechanism) &&
           mechanism.boundaries(options) == Boundaries::None;
}

std::vector<Problem> shapeProblems(const Experiment& experiment, const Mechanism& mechanism)
{
    Problems found;
    checkCounts(experiment, found);
    checkExchange(experiment, found);
    if (experiment.start != StartOrder::Together && experiment.shape.kind != ShapeKind::Pair)
        found.push_back({"start", 0,
                         fmt::format("start must be together {}: only in a pair may one of them go first",
                                     rulesOf(experiment.shape.kind).named)});
    const std::string because = sharingOf(experiment, mechanism).onlyPairsBecause;
    if (!because.empty() && experiment.shape.kind != ShapeKind::Pair)
        found.push_back(
            {"shape.kind", 0,
             fmt::format("shape.kind must be pair with {}, because {}", mechanism.info().id, because)});
    if (!found.empty())
        return found;
    if (receiversCompete(experiment))
        checkCompeting(experiment, mechanism, found);
    if (sendersInterleave(experiment, mechanism))
        checkRecords(experiment, mechanism, found);
    else if (found.empty() && (receiversCompete(experiment) || sendersShareAChannel(experiment, mechanism)))
        checkSharedSize(experiment, mechanism, found);
    return found;
}

std::vector<std::string> openKeys(ShapeKind kind)
{
    const Rules rules = rulesOf(kind);
    std::vector<std::string> keys;
    if (rules.severalSenders)
        keys.emplace_back("shape.senders");
    if (rules.severalReceivers)
        keys.emplace_back("shape.receivers");
    if (hasRelays(kind))
        keys.emplace_back("shape.relays");
    if (rules.severalReceivers)
        keys.emplace_back("shape.delivery");
    if (rules.severalSenders)
        keys.emplace_back("shape.channels");
    return keys;
}

Experiment reshaped(Experiment experiment, ShapeKind kind)
{
    constexpr unsigned several = 4;
    const Rules rules = rulesOf(kind);
    Shape& shape = experiment.shape;
    shape.kind = kind;
    shape.senders = rules.severalSenders ? std::max(shape.senders, several) : 1;
    shape.receivers = rules.severalReceivers ? std::max(shape.receivers, several) : 1;
    if (std::ranges::find(rules.exchanges, experiment.exchange) == rules.exchanges.end())
        experiment.exchange = rules.exchanges.front();
    return experiment;
}

} // namespace ipclab
