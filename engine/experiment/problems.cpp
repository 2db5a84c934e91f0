#include "engine/experiment/key_table.h"

#include "engine/base/quantity.h"
#include "engine/base/wording.h"
#include "engine/mechanisms/catalog.h"
#include "engine/profiles/load_profile.h"

#include <fmt/format.h>

#include <sched.h>

#include <algorithm>
#include <cmath>

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

/// The chosen options against those that `owner` has; its own keys stand behind `prefix`.
void checkOptions(const Experiment& experiment, std::string_view prefix, std::string_view owner,
                  Problems& problems)
{
    const std::vector<OptionSpec> specs = optionKeys(experiment, prefix);
    std::vector<std::string> known;
    for (const OptionSpec& spec : specs)
        known.push_back(spec.id);
    const Options chosen = chosenOptions(experiment, prefix);
    for (const auto& [key, text] : chosen.all()) {
        const auto spec = std::ranges::find(specs, key, &OptionSpec::id);
        if (spec == specs.end())
            report(problems, key,
                   fmt::format("{} has no option {}; {}", owner, quoted(key), suggestion(key, known)));
        else if (std::optional<std::string> sentence = problemOf(*spec, text))
            report(problems, key, std::move(*sentence));
    }
}

/// A load that ends, or hardly begins, would keep a run waiting for ever that stops after a count.
void checkMessages(const Experiment& experiment, const LoadProfile& profile, const Options& options,
                   Problems& problems)
{
    constexpr Nanoseconds longest = std::chrono::hours(24);
    const double due = profile.dueBefore(options, experiment.warmUp + longest) -
                       profile.dueBefore(options, experiment.warmUp);
    if (static_cast<double>(experiment.messages) > std::ceil(due))
        report(
            problems, "messages",
            fmt::format("messages must be at most {:.0f} with this load, which offers no more in {}, not {}",
                        std::ceil(due), formatDuration(longest), experiment.messages));
}

/// Only for options without problems.
void checkLoad(const Experiment& experiment, const LoadProfile& profile, Problems& problems)
{
    const Options options = withDefaults(profile.info().options, experiment.load.options);
    for (const OptionProblem& problem : profile.problems(options))
        report(problems, fmt::format("{}{}", loadOptionPrefix, problem.id),
               fmt::format("{}{}", loadOptionPrefix, problem.sentence));
    if (problems.empty() && profile.info().loop == Loop::Open)
        checkMessages(experiment, profile, options, problems);
}

void checkShape(const Experiment& experiment, Problems& problems)
{
    const Shape& shape = experiment.shape;
    if (shape.senders != 1)
        report(problems, "shape.senders",
               fmt::format("shape.senders must be 1 in a pair, not {}", shape.senders));
    if (shape.receivers != 1)
        report(problems, "shape.receivers",
               fmt::format("shape.receivers must be 1 in a pair, not {}", shape.receivers));
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

/// In a round trip one message is under way, which no other can overtake.
void checkClasses(const Experiment& experiment, const std::vector<MessageClass>& classes, Problems& problems)
{
    if (classes.size() > 1 && experiment.exchange != Exchange::OneWay)
        report(problems, "exchange",
               fmt::format("exchange must be one-way where messages are of {} classes: in a round trip only one is "
                           "under way at a time, so that none can overtake another",
                           classes.size()));
}

void checkSize(const Experiment& experiment, const Mechanism& mechanism, const Options& options,
               Problems& problems)
{
    const MessageLimit limit = mechanism.limit(options);
    if (experiment.messageSize > limit.largest)
        report(problems, "message.size",
               fmt::format("message.size must be at most {} with {}, because {}; not {}",
                           formatSize(limit.largest), mechanism.info().id, limit.because,
                           formatSize(experiment.messageSize)));
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
    else if (experiment.messageSize < smallestFullyCheckedMessage)
        report(problems, key,
               fmt::format("{} can be full for messages from {} on, which have room for header, checksum "
                           "and tail; message.size is {}",
                           key, formatSize(smallestFullyCheckedMessage), formatSize(experiment.messageSize)));
}

/// Only for options that have no problem each by itself.
void checkMechanism(const Experiment& experiment, const Mechanism& mechanism, Problems& problems)
{
    const Options options = withDefaults(mechanism.info().options, experiment.mechanismOptions);
    const std::vector<OptionProblem> found = mechanism.problems(options);
    for (const OptionProblem& problem : found)
        report(problems, fmt::format("{}{}", mechanismOptionPrefix, problem.id),
               fmt::format("{}{}", mechanismOptionPrefix, problem.sentence));
    if (!found.empty())
        return;
    checkClasses(experiment, mechanism.classes(options), problems);
    checkSize(experiment, mechanism, options, problems);
}

int usableCores()
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    // More cores than the set has room for are certainly enough.
    return sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : CPU_SETSIZE;
}

void checkCores(const Experiment& experiment, Problems& problems)
{
    if (experiment.cores == CorePlacement::Different && usableCores() < 2)
        report(problems, "placement.cores",
               "placement.cores cannot be different here: only one core may be used; write any or same");
}

} // namespace

std::vector<Problem> problems(const Experiment& experiment)
{
    Problems found;
    checkKeys(experiment, found);
    checkShape(experiment, found);
    checkCores(experiment, found);
    if (const LoadProfile* profile = findLoadProfile(experiment.load.profile)) {
        const std::size_t before = found.size();
        checkOptions(experiment, loadOptionPrefix, experiment.load.profile, found);
        if (found.size() == before)
            checkLoad(experiment, *profile, found);
    }

    const Mechanism* mechanism = findMechanism(experiment.mechanism);
    checkIntegrity(experiment, mechanism, found);
    if (!mechanism || !checkAvailability(*mechanism, found))
        return found;
    checkWait(experiment, mechanism->info(), found);
    const std::size_t before = found.size();
    checkOptions(experiment, mechanismOptionPrefix, experiment.mechanism, found);
    if (found.size() == before)
        checkMechanism(experiment, *mechanism, found);
    return found;
}

} // namespace ipclab
