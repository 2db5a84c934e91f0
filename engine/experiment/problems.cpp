#include "engine/experiment/key_table.h"

#include "engine/base/quantity.h"
#include "engine/base/wording.h"
#include "engine/experiment/layers.h"
#include "engine/experiment/placement.h"
#include "engine/experiment/restart_rules.h"
#include "engine/experiment/shape.h"
#include "engine/mechanisms/catalog.h"
#include "engine/profiles/load_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace ipclab {

namespace {

using Problems = std::vector<Problem>;

/// One sentence per key: the first says what must be mended before the next can be judged.
void report(Problems& problems, std::string_view key, std::string sentence)
{
    if (std::ranges::find(problems, key, &Problem::key) == problems.end())
        problems.push_back({std::string(key), 0, std::move(sentence)});
}

void checkKeys(const Experiment& experiment, Problems& problems)
{
    for (const Key& key : allKeys())
        if (std::optional<std::string> sentence = problemOfKey(key.spec, key.text(experiment)))
            report(problems, key.spec.id, std::move(*sentence));
}

/// The chosen options of a group against those that their owner has. True if nothing is wrong with them.
bool checkGroup(const Experiment& experiment, const OptionGroup& group, Problems& problems)
{
    if (problemOfKey(findKey(group.chosenBy)->spec, keyText(experiment, group.chosenBy)))
        return false; // nobody knows that owner: said already
    const std::size_t before = problems.size();
    const std::string owner = keyText(experiment, group.chosenBy);
    const std::vector<OptionSpec> specs = group.keysOf(experiment);
    std::vector<std::string> known;
    for (const OptionSpec& spec : specs)
        known.push_back(spec.id);
    const Options chosen = group.chosenIn(experiment);
    for (const auto& [key, text] : chosen.all()) {
        const auto spec = std::ranges::find(specs, key, &OptionSpec::id);
        if (spec == specs.end())
            report(problems, key,
                   fmt::format("{} has no option {}; {}", owner, quoted(key), suggestion(key, known)));
        else if (std::optional<std::string> sentence = problemOf(*spec, text))
            report(problems, key, std::move(*sentence));
    }
    if (problems.size() != before)
        return false;
    const Options options = withDefaults(group.specsOf(experiment), group.optionsIn(experiment));
    for (const OptionProblem& problem : group.problemsOf(experiment, options))
        report(problems, fmt::format("{}{}", group.prefix, problem.id),
               fmt::format("{}{}", group.prefix, problem.sentence));
    return problems.size() == before;
}

/// The supervisor looks for the moment when every sender is at rest and every message has arrived, and it
/// ends the run.
void checkSteering(const Experiment& experiment, Problems& problems)
{
    const std::string& profile = experiment.load.profile;
    if (experiment.messages > 0)
        report(
            problems, "messages",
            fmt::format("messages must be 0 where load.profile is {}, which ends the run itself", profile));
    if (experiment.questionsAhead > 1)
        report(problems, "round_trip.ahead",
               fmt::format("round_trip.ahead must be 1 where load.profile is {}: between two steps every "
                           "question must be answered",
                           profile));
    if (experiment.start == StartOrder::SenderFirst)
        report(problems, "start", fmt::format("start must be together where load.profile is {}", profile));
}

/// A load that ends, or hardly begins, would keep a run waiting for ever that stops after a count. Only for
/// options without problems.
void checkMessages(const Experiment& experiment, Problems& problems)
{
    constexpr Nanoseconds longest = std::chrono::hours(24);
    const LoadProfile& profile = *findLoadProfile(experiment.load.profile);
    if (profile.info().loop != Loop::Open)
        return;
    if (profile.info().isSteered)
        return checkSteering(experiment, problems);
    const Options options = withDefaults(profile.info().options, experiment.load.options);
    const double due = profile.dueBefore(options, experiment.warmUp + longest) -
                       profile.dueBefore(options, experiment.warmUp);
    if (static_cast<double>(experiment.messages) > std::ceil(due))
        report(
            problems, "messages",
            fmt::format("messages must be at most {:.0f} with this load, which offers no more in {}, not {}",
                        std::ceil(due), formatDuration(longest), experiment.messages));
}

/// Whether this host offers it.
bool checkAvailability(const Mechanism& mechanism, Problems& problems)
{
    const std::optional<Unavailability> lack = mechanism.unavailable();
    if (lack)
        report(problems, "mechanism",
               fmt::format("mechanism cannot be {} on this host, because {}", mechanism.info().id,
                           lack->clause()));
    return !lack;
}

void checkWait(const Experiment& experiment, const MechanismInfo& mechanism, Problems& problems)
{
    if (supports(mechanism.traits, experiment.wait))
        return;
    std::vector<std::string> words;
    for (const Wait wait : mechanism.traits.waits)
        words.emplace_back(word(wait));
    report(problems, "wait",
           fmt::format("wait must be {} with {}, which cannot {}", enumerated(words, "or"), mechanism.id,
                       word(experiment.wait)));
}

/// Who may overtake whom is followed from one sender to one receiver.
void checkClasses(const Experiment& experiment, std::size_t classes, Problems& problems)
{
    if (classes < 2)
        return; // all alike
    if (experiment.exchange != Exchange::OneWay)
        report(problems, "exchange",
               fmt::format("exchange must be one-way where messages are of {} classes: in a round trip only "
                           "one is under way at a time, so that none can overtake another",
                           classes));
    if (experiment.shape.kind != ShapeKind::Pair)
        report(problems, "shape.kind",
               fmt::format("shape.kind must be pair where messages are of {} classes, not {}", classes,
                           word(experiment.shape.kind)));
}

/// Whether the load says how large messages are, if it is asked to.
bool checkSizesOfLoad(const Experiment& experiment, Problems& problems)
{
    if (experiment.sizes.distribution != "trace" || sizesOfLoad(experiment))
        return true;
    report(problems, "message.sizes",
           "message.sizes can be trace only where load.profile is trace and its file has a column of sizes");
    return false;
}

std::string mechanismsThatKeepMessages()
{
    std::vector<std::string> ids;
    for (const Mechanism* mechanism : allMechanisms())
        if (mechanism->info().traits.persistence != Persistence::Processes)
            ids.push_back(mechanism->info().id);
    ids.emplace_back("shared memory with a name");
    return enumerated(ids, "or");
}

/// Why a message would not wait for a receiver that comes when its sender has gone, as the end of a sentence.
std::optional<std::string> whyNotKept(const Mechanism& mechanism, const Options& options, Wait wait)
{
    const Traits& traits = mechanism.info().traits;
    if (traits.persistence != Persistence::Processes)
        return std::nullopt;
    if (traits.family != Family::SharedMemory)
        return "it keeps no message when nobody has it open; " + mechanismsThatKeepMessages() + " would";
    if (const std::optional<std::string> whyNoName = mechanism.whyNotByName(options, wait))
        return "only what has a name outlives its sender, and " + *whyNoName;
    return std::nullopt;
}

/// The sender must come to an end by itself, and nobody takes anything out before. How much fits in is known
/// once the channel has been made.
void checkStart(const Experiment& experiment, const Mechanism& mechanism, const Options& options,
                Problems& problems)
{
    if (experiment.start != StartOrder::SenderFirst)
        return;
    if (const std::optional<std::string> reason = whyNotKept(mechanism, options, experiment.wait))
        report(problems, "start",
               fmt::format("start cannot be sender-first with {}: {}", mechanism.info().id, *reason));
    if (experiment.exchange != Exchange::OneWay || experiment.shape.kind != ShapeKind::Pair)
        report(problems, "start", "start can be sender-first only with one sender and one receiver, one-way");
    if (experiment.messages == 0)
        report(problems, "messages",
               "messages must be at least 1 where start is sender-first: the sender exits after so many");
    if (experiment.warmUp != Nanoseconds::zero())
        report(
            problems, "warm_up",
            fmt::format(
                "warm_up must be 0 s where start is sender-first, for nobody takes out what it sends; not {}",
                formatDuration(experiment.warmUp)));
}

void checkSize(const Experiment& experiment, const Mechanism& mechanism, const Options& options,
               Problems& problems)
{
    const std::size_t largest = messageSizes(experiment).largest;
    const std::size_t overhead = layerOverhead(experiment);
    MessageLimit limit = mechanism.limit(options);
    if (limit.largest == 0) // no size would do: what has to be mended is elsewhere
        return report(
            problems, "mechanism",
            fmt::format("mechanism cannot be {} here and now, because no message fits, however small: "
                        "{}; raise that, or ask for less in mechanism_options",
                        mechanism.info().id, limit.because));
    limit.largest -= std::min(limit.largest, overhead);
    if (overhead > 0)
        limit.because += fmt::format(", and {} go to the head for acknowledgements", formatSize(overhead));
    if (largest > limit.largest)
        report(problems, sizeKey(experiment),
               fmt::format("{} must be at most {} with {}, because {}; not {}", sizeKey(experiment),
                           formatSize(limit.largest), mechanism.info().id, limit.because,
                           formatSize(largest)));
}

void checkIntegrity(const Experiment& experiment, const Mechanism* mechanism, Problems& problems)
{
    constexpr std::string_view key = "measure.integrity";
    if (experiment.measure.integrity != Integrity::Full)
        return;
    if (mechanism && mechanism->info().traits.content == Content::CountOnly)
        report(problems, key,
               fmt::format("{} cannot be full with {}, which carries no bytes that could be checked", key,
                           mechanism->info().id));
    else if (const std::size_t smallest = messageSizes(experiment).smallest;
             smallest < smallestFullyCheckedMessage)
        report(problems, key,
               fmt::format("{} can be full for messages from {} on, which have room for header, checksum "
                           "and tail; {} {} {}",
                           key, formatSize(smallestFullyCheckedMessage), sizeKey(experiment),
                           sizeKey(experiment) == "message.size" ? "is" : "begins at", formatSize(smallest)));
}

/// Where nothing marks a message, its size is all that the receiver knows of it.
void checkBoundaries(const Experiment& experiment, const Mechanism& mechanism, const Options& options,
                     Problems& problems)
{
    const SizeRange sizes = messageSizes(experiment);
    if (mechanism.boundaries(options) == Boundaries::None && sizes.smallest != sizes.largest)
        report(problems, sizeKey(experiment),
               fmt::format("all messages must have one size with {} without framing, for the receiver counts "
                           "bytes; these have {} to {}",
                           mechanism.info().id, formatSize(sizes.smallest), formatSize(sizes.largest)));
}

void checkRendezvous(const Experiment& experiment, const Mechanism& mechanism, const Options& options,
                     Problems& problems)
{
    if (experiment.rendezvous != Rendezvous::ByName)
        return;
    if (experiment.shape.kind != ShapeKind::Pair)
        return report(
            problems, "rendezvous",
            fmt::format(
                "rendezvous must be inherited where shape.kind is {}: only the two of a pair meet by name",
                word(experiment.shape.kind)));
    if (const std::optional<std::string> reason = mechanism.whyNotByName(options, experiment.wait))
        report(problems, "rendezvous",
               fmt::format("rendezvous cannot be by-name with {}: {}", mechanism.info().id, *reason));
}

/// Only for a mechanism, and sizes, whose options have no problems.
void checkMechanism(const Experiment& experiment, const Mechanism& mechanism, Problems& problems)
{
    const Options options = withDefaults(mechanism.info().options, experiment.mechanismOptions);
    checkStart(experiment, mechanism, options, problems);
    checkRendezvous(experiment, mechanism, options, problems);
    if (std::optional<std::string> reason = whyNotRestarted(experiment, mechanism))
        report(problems, restartPolicyKey, std::move(*reason));
    for (Problem& problem : shapeProblems(experiment, mechanism))
        report(problems, problem.key, std::move(problem.sentence));
    for (Problem& problem : layerProblems(experiment, mechanism))
        report(problems, problem.key, std::move(problem.sentence));
    checkClasses(experiment, mechanism.classes(options).size(), problems);
    checkSize(experiment, mechanism, options, problems);
    checkBoundaries(experiment, mechanism, options, problems);
}

void checkExchange(const Experiment& experiment, Problems& problems)
{
    if (experiment.questionsAhead > 1 && experiment.exchange != Exchange::RoundTrip)
        report(problems, "round_trip.ahead",
               fmt::format("round_trip.ahead must be 1 when exchange is {}, which has no questions",
                           word(experiment.exchange)));
}

void checkReads(const Experiment& experiment, Problems& problems)
{
    const bool isPair = experiment.exchange == Exchange::OneWay && experiment.shape.kind == ShapeKind::Pair;
    if (experiment.reads == ReadOrder::AfterSender && !isPair)
        report(problems, "receiver.reads",
               "receiver.reads can be after-sender only with one sender and one receiver, one-way");
}

void checkPlacement(const Experiment& experiment, Problems& problems)
{
    for (Problem& problem : placementProblems(experiment))
        report(problems, problem.key, std::move(problem.sentence));
}

void checkFaults(const Experiment& experiment, Problems& problems)
{
    std::optional<Nanoseconds> end;
    if (experiment.messages == 0)
        end = experiment.warmUp + experiment.duration;
    for (std::size_t index = 0; index < experiment.faults.size(); ++index)
        if (std::optional<std::string> sentence = problemOf(experiment.faults[index], end))
            report(problems, faultName(index), std::move(*sentence));
}

} // namespace

std::vector<Problem> problems(const Experiment& experiment)
{
    Problems found;
    checkKeys(experiment, found);
    checkExchange(experiment, found);
    checkReads(experiment, found);
    checkPlacement(experiment, found);
    checkFaults(experiment, found);
    const Mechanism* mechanism = findMechanism(experiment.mechanism);
    const bool isAvailable = mechanism && checkAvailability(*mechanism, found);
    if (isAvailable)
        checkWait(experiment, mechanism->info(), found);
    std::set<std::string_view> fine;
    for (const OptionGroup& group : optionGroups())
        if (checkGroup(experiment, group, found))
            fine.insert(group.chosenBy);
    if (fine.contains("load.profile"))
        checkMessages(experiment, found);
    if (fine.contains("load.profile") && !checkSizesOfLoad(experiment, found))
        return found;
    if (fine.contains("message.sizes"))
        checkIntegrity(experiment, mechanism, found);
    if (isAvailable && fine.contains("message.sizes") && fine.contains("mechanism"))
        checkMechanism(experiment, *mechanism, found);
    return found;
}

} // namespace ipclab
