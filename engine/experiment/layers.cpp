#include "engine/experiment/layers.h"

#include "engine/base/quantity.h"
#include "engine/base/wording.h"
#include "engine/mechanisms/catalog.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace ipclab {

namespace {

using Problems = std::vector<Problem>;

void report(Problems& problems, std::string key, std::string sentence)
{
    problems.push_back({std::move(key), 0, std::move(sentence)});
}

std::string mechanismsOfDatagrams()
{
    std::vector<std::string> ids;
    for (const Mechanism* mechanism : allMechanisms())
        if (mechanism->info().traits.areDatagrams)
            ids.push_back(mechanism->info().id);
    return enumerated(ids, "or");
}

/// The first of the shares that is not zero.
std::string impairedKey(const Impairment& impairment)
{
    if (impairment.drop > 0)
        return "impairment.drop";
    if (impairment.repeat > 0)
        return "impairment.repeat";
    return impairment.delay > 0 ? "impairment.delay" : "impairment.reorder";
}

void checkImpairment(const Experiment& experiment, const Mechanism& mechanism, Problems& problems)
{
    if (experiment.impairment.isNone())
        return;
    const std::string key = impairedKey(experiment.impairment);
    const Shape& shape = experiment.shape;
    constexpr std::uint64_t wholeNumber = sizeof(std::uint64_t);
    if (!mechanism.info().traits.areDatagrams)
        return report(
            problems, key,
            fmt::format(
                "{} must be 0 % with {}, which hands on everything it has taken, once and in order; with {} "
                "it may be more",
                key, mechanism.info().id, mechanismsOfDatagrams()));
    if (experiment.exchange != Exchange::OneWay && experiment.acknowledgement.isNone())
        return report(
            problems, key,
            fmt::format(
                "{} must be 0 % where exchange is {} without acknowledgements, for who waits for the "
                "answer to a lost question waits for ever; set acknowledgement.scheme or a one-way exchange",
                key, word(experiment.exchange)));
    if (shape.kind == ShapeKind::Chain || shape.kind == ShapeKind::Ring ||
        shape.delivery == DeliveryRule::Competing)
        return report(
            problems, key,
            fmt::format(
                "{} must be 0 % in a chain, in a ring and where receivers compete, for there nobody can tell "
                "which way a message was lost; take the shape pair, fan-in or fan-out",
                key));
    if (experiment.measure.integrity == Integrity::Off)
        report(problems, "measure.integrity",
               "measure.integrity cannot be off with an impairment, for who does not look at the numbers "
               "cannot tell what was lost "
               "or repeated; take sequence");
    if (messageSizes(experiment).smallest < wholeNumber)
        report(problems, key,
               fmt::format("{} must be 0 % with messages below {}, which have no room for their whole "
                           "number, so that a late one "
                           "could be taken for another; these have {}",
                           key, formatSize(wholeNumber), formatSize(messageSizes(experiment).smallest)));
}

void checkAcknowledgement(const Experiment& experiment, const Mechanism& mechanism, Problems& problems)
{
    const Acknowledgement& acknowledgement = experiment.acknowledgement;
    constexpr std::string_view key = "acknowledgement.scheme";
    constexpr std::uint64_t mostMemory = std::uint64_t{64} << 20;
    if (acknowledgement.isNone())
        return;
    if (!mechanism.info().traits.areDatagrams)
        return report(
            problems, std::string(key),
            fmt::format("{} must be none with {}, which loses nothing by itself; with {} it need not be", key,
                        mechanism.info().id, mechanismsOfDatagrams()));
    if (experiment.shape.kind != ShapeKind::Pair || experiment.exchange == Exchange::FullDuplex)
        return report(
            problems, std::string(key),
            fmt::format(
                "{} must be none unless shape.kind is pair and exchange one-way or round-trip, for each "
                "acknowledgement goes back to the one sender of its channel",
                key));
    const std::uint64_t memory = acknowledgement.windowInUse() * messageSizes(experiment).largest;
    if (memory > mostMemory)
        report(problems, "acknowledgement.window",
               fmt::format("acknowledgement.window must be at most {} with messages of {}, for both ends "
                           "keep a window of them and "
                           "may take {} for it; not {}",
                           std::max<std::uint64_t>(1, mostMemory / messageSizes(experiment).largest),
                           formatSize(messageSizes(experiment).largest), formatSize(mostMemory),
                           acknowledgement.window));
}

bool sendsWhileItReceives(const Experiment& experiment)
{
    const bool isRing = experiment.shape.kind == ShapeKind::Ring && experiment.exchange == Exchange::OneWay;
    return isRing || experiment.exchange == Exchange::FullDuplex;
}

void checkDeadline(const Experiment& experiment, Problems& problems)
{
    const Waiting& waiting = experiment.waiting;
    const bool hasDeadline = waiting.deadline > Nanoseconds::zero();
    if (hasDeadline && sendsWhileItReceives(experiment))
        report(problems, "waiting.deadline",
               "waiting.deadline must be 0 s in full duplex and in a ring of many messages, where nobody "
               "waits for one direction alone");
    if (waiting.expiry != ExpiryRule::Skip)
        return;
    if (!hasDeadline)
        report(problems, "waiting.expiry",
               "waiting.expiry cannot be skip without a deadline after which to do so; set waiting.deadline");
    else if (experiment.shape.receivers > 1 && experiment.shape.delivery == DeliveryRule::Copy)
        report(problems, "waiting.expiry",
               "waiting.expiry must be retry where every receiver gets every message: one that was skipped "
               "for one of them would be missing in the numbers of that one alone");
}

void checkBackOff(const Experiment& experiment, Problems& problems)
{
    const Waiting& waiting = experiment.waiting;
    if (waiting.largestPause < waiting.firstPause)
        report(problems, "waiting.largest_pause",
               fmt::format("waiting.largest_pause must be at least waiting.first_pause, which is {}, not {}",
                           formatDuration(waiting.firstPause), formatDuration(waiting.largestPause)));
    if (waiting.backOff == BackOffKind::None)
        return;
    if (experiment.wait != Wait::Spin)
        report(problems, "waiting.back_off",
               fmt::format("waiting.back_off must be none where wait is {}, for only who tries again and "
                           "again can pause in between; set wait to spin",
                           word(experiment.wait)));
    else if (sendsWhileItReceives(experiment))
        report(problems, "waiting.back_off",
               "waiting.back_off must be none in full duplex and in a ring of many messages, where each "
               "direction has to be quick for the other");
}

void checkConnections(const Experiment& experiment, const Mechanism& mechanism, Problems& problems)
{
    constexpr std::string_view key = "mechanism_options.connection";
    if (!mechanism.connectsPerRequest(withDefaults(mechanism.info().options, experiment.mechanismOptions)))
        return;
    const ShapeKind shape = experiment.shape.kind;
    if (experiment.exchange != Exchange::RoundTrip ||
        (shape != ShapeKind::Pair && shape != ShapeKind::ClientServer))
        report(problems, std::string(key),
               fmt::format("{} must be kept unless exchange is round-trip and shape.kind pair or "
                           "client-server: it is the answer "
                           "that ends a request's connection",
                           key));
    else if (experiment.questionsAhead > 1)
        report(problems, "round_trip.ahead",
               "round_trip.ahead must be 1 where each request has a connection of its own");
}

void addShare(std::vector<std::string>& words, std::string_view name, double share,
              const std::string& extent = {})
{
    if (share > 0)
        words.push_back(fmt::format("{} {}{}", name, formatRatio(share), extent));
}

} // namespace

bool mayLoseMessages(const Experiment& experiment)
{
    const Mechanism* mechanism = findMechanism(experiment.mechanism);
    const bool isUnreliable = mechanism && mechanism->info().traits.loss == Loss::Possible;
    return experiment.acknowledgement.isNone() && (isUnreliable || experiment.impairment.drop > 0);
}

std::size_t layerOverhead(const Experiment& experiment)
{
    return experiment.acknowledgement.isNone() ? 0 : sizeof(FrameHeader);
}

std::size_t layerWindow(const Experiment& experiment)
{
    return experiment.acknowledgement.isNone() ? 0 : experiment.acknowledgement.windowInUse();
}

std::string impairmentText(const Experiment& experiment)
{
    const Impairment& impairment = experiment.impairment;
    if (impairment.isNone())
        return {};
    std::vector<std::string> words;
    addShare(words, "drop", impairment.drop);
    addShare(words, "repeat", impairment.repeat);
    addShare(words, "delay", impairment.delay, " by " + formatDuration(impairment.delayBy));
    addShare(words, "reorder", impairment.reorder, fmt::format(" by {}", impairment.reorderBy));
    return fmt::format("{}, seed {}", fmt::join(words, ", "), experiment.seed);
}

std::string acknowledgementText(const Experiment& experiment)
{
    const Acknowledgement& acknowledgement = experiment.acknowledgement;
    if (acknowledgement.isNone())
        return {};
    return fmt::format("{}, window {}, time-out {}", word(acknowledgement.scheme),
                       acknowledgement.windowInUse(), formatDuration(acknowledgement.timeOut));
}

std::vector<std::string> layerCaptions(const Experiment& experiment)
{
    std::vector<std::string> captions;
    if (const std::string text = impairmentText(experiment); !text.empty())
        captions.push_back("impairment: " + text);
    if (const std::string text = acknowledgementText(experiment); !text.empty())
        captions.push_back("acknowledgements: " + text);
    return captions;
}

std::vector<EffectiveSetting> layerSettings(const Experiment& experiment)
{
    std::vector<EffectiveSetting> settings;
    if (const std::string text = impairmentText(experiment); !text.empty())
        settings.push_back({"impairment", "Impairment", text, text});
    if (const std::string text = acknowledgementText(experiment); !text.empty())
        settings.push_back({"acknowledgement", "Acknowledgements", text, text});
    return settings;
}

std::vector<Problem> layerProblems(const Experiment& experiment, const Mechanism& mechanism)
{
    Problems found;
    checkImpairment(experiment, mechanism, found);
    checkAcknowledgement(experiment, mechanism, found);
    checkDeadline(experiment, found);
    checkBackOff(experiment, found);
    checkConnections(experiment, mechanism, found);
    return found;
}

} // namespace ipclab
