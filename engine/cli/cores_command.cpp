#include "engine/base/cores.h"
#include "engine/base/failure.h"
#include "engine/base/quantity.h"
#include "engine/cli/command.h"
#include "engine/cli/figure_text.h"
#include "engine/cli/run_session.h"
#include "engine/cli/standard_streams.h"
#include "engine/cli/unknown_word.h"
#include "engine/library/atomic_file.h"
#include "engine/library/core_map_export.h"
#include "engine/mechanisms/catalog.h"
#include "engine/run/core_map.h"

#include <fmt/format.h>

#include <algorithm>

namespace ipclab {

namespace {

constexpr std::string_view standardOutput = "-";
constexpr std::string_view clearLine = "\r\x1b[K";

std::string cellText(const CorePair* pair)
{
    if (pair == nullptr || !pair->failure.empty())
        return "-";
    return durationText(pair->roundTrip.p50) + (pair->isOnOneCore() ? "*" : " ");
}

std::string tableText(const CoreMap& map)
{
    std::string text =
        fmt::format("Round trip over {}, p50, from the core on the left to the one above and back:\n\n{:>8}",
                    findMechanism(map.mechanism)->info().title, "");
    for (const int to : map.cores)
        text += fmt::format("{:>11} ", to);
    text += '\n';
    for (const int from : map.cores) {
        text += fmt::format("{:>8}", from);
        for (const int to : map.cores)
            text += fmt::format("{:>12}", cellText(map.find(from, to)));
        text += '\n';
    }
    return text + "\n* Two processes on one core take turns, so they sleep while they wait; the others do as "
                  "the mechanism can: "
                  "spin, or else block.\n";
}

/// Here the duration is called otherwise.
std::string asOption(const Problem& problem)
{
    const bool isTime = problem.key == "duration" && problem.sentence.starts_with(problem.key);
    return isTime ? "--time" + problem.sentence.substr(problem.key.size()) : problem.sentence;
}

class CoresCommand final : public Command {
public:
    explicit CoresCommand(CLI::App& parser) : Command(parser)
    {
        parser.add_option("--mechanism", m_request.mechanism, "Over which, by its id; shm_ring by default")
            ->type_name("ID");
        parser.add_option("--time", m_time, "How long each pair is measured; 200 ms by default")
            ->type_name("TIME");
        parser.add_option("--json", m_json, "Write the map as JSON; - writes it to standard output")
            ->type_name("FILE");
        parser.add_option("--csv", m_csv, "Write the map as a CSV table")->type_name("FILE");
        parser.add_flag("-q,--quiet", m_isQuiet, "Print neither progress nor table");
    }

    ExitStatus execute() override
    {
        const std::vector<Experiment> experiments = prepare();
        CoreMap map{.mechanism = m_request.mechanism, .cores = m_request.cores, .pairs = {}};
        StopSignals signals;
        sayWhatWillBe(experiments.size());
        for (std::size_t index = 0; index < experiments.size() && signals.count() == 0; ++index) {
            showProgress(index, experiments);
            measure(experiments[index], signals, map);
        }
        if (!m_isQuiet && isProgressOnTerminal())
            printProgress(clearLine);
        const bool isWritten = write(map);
        if (signals.count() > 0)
            complain("The map was stopped by a signal before its end.");
        const bool isComplete =
            map.pairs.size() == experiments.size() &&
            std::ranges::all_of(map.pairs, [](const CorePair& pair) { return pair.failure.empty(); });
        return isComplete && isWritten ? ExitStatus::Success : ExitStatus::Failure;
    }

private:
    /// What is wrong is said before the first run, not after the last.
    std::vector<Experiment> prepare()
    {
        const std::optional<Nanoseconds> time = parseDuration(m_time);
        if (!time)
            throw UsageError(fmt::format("--time must be a time, written like 200 ms, not \"{}\".", m_time));
        if (m_csv == standardOutput)
            throw UsageError("--csv writes a file: give it a name, or take --json - for standard output.");
        m_request.duration = *time;
        m_request.cores = usableCores();
        mechanismNamed(m_request.mechanism);
        std::vector<Experiment> experiments = experimentsFor(m_request);
        std::vector<std::string> sentences;
        for (const Experiment& experiment : experiments)
            for (const Problem& problem : problems(experiment))
                if (std::string said = asOption(problem);
                    std::ranges::find(sentences, said) == sentences.end())
                    sentences.push_back(std::move(said));
        if (!sentences.empty())
            throw UsageError(sentences);
        for (const std::string& target : {m_json, m_csv})
            if (!target.empty() && target != standardOutput)
                requireWritableFile(target);
        return experiments;
    }

    void sayWhatWillBe(std::size_t pairs) const
    {
        if (m_isQuiet)
            return;
        if (m_request.cores.size() == 1)
            printProgress(fmt::format(
                "Only core {} may be used here: there are no two between which to measure, only the one "
                "with itself.\n",
                m_request.cores.front()));
        else
            printProgress(
                fmt::format("{} cores, {} pairs: about {}.\n", m_request.cores.size(), countText(pairs),
                            durationText(std::chrono::ceil<std::chrono::seconds>(estimatedTime(m_request)))));
    }

    void showProgress(std::size_t index, const std::vector<Experiment>& experiments) const
    {
        if (m_isQuiet || !isProgressOnTerminal())
            return;
        const std::vector<int>& cores = experiments[index].coreList;
        printProgress(fmt::format("{}{} of {}: core {} and core {}", clearLine, index + 1, experiments.size(),
                                  cores[0], cores[1]));
    }

    static void measure(const Experiment& experiment, StopSignals& signals, CoreMap& map)
    {
        Progress silent(ProgressStyle::Silent, experiment, {});
        const SessionEnd end = runSession(experiment, signals, silent);
        if (signals.count() > 0 || !end.result)
            return; // cut short: no figure of this pair
        map.pairs.push_back(corePairOf(*end.result, end.failure ? end.failure->sentence() : std::string()));
        if (!map.pairs.back().failure.empty())
            complain(map.pairs.back().failure);
    }

    bool write(const CoreMap& map) const
    {
        bool isWritten = true;
        if (m_json == standardOutput)
            isWritten &= attempt([&] { print(toJson(map)); });
        else if (!m_isQuiet)
            isWritten &= attempt([&] { print(tableText(map)); });
        if (!m_json.empty() && m_json != standardOutput)
            isWritten &= attempt([&] { writeFileAtomically(m_json, toJson(map)); });
        if (!m_csv.empty())
            isWritten &= attempt([&] { writeFileAtomically(m_csv, toCsv(map)); });
        return isWritten;
    }

    CoreMapRequest m_request;
    std::string m_time = "200 ms";
    std::string m_json;
    std::string m_csv;
    bool m_isQuiet = false;
};

} // namespace

CommandPointer makeCoresCommand(CLI::App& program)
{
    return std::make_unique<CoresCommand>(
        *program.add_subcommand("cores", "Measure the round trip between every two cores"));
}

} // namespace ipclab
