#include "engine/base/failure.h"
#include "engine/base/quantity.h"
#include "engine/cli/command.h"
#include "engine/cli/figure_text.h"
#include "engine/cli/run_session.h"
#include "engine/cli/standard_streams.h"
#include "engine/cli/unknown_word.h"
#include "engine/experiment/survey.h"
#include "engine/library/atomic_file.h"
#include "engine/library/size_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace ipclab {

namespace {

constexpr std::string_view standardOutput = "-";
constexpr std::string_view clearLine = "\r\x1b[K";
constexpr unsigned mostTrials = 100;

std::string intervalText(const MedianInterval& interval, std::string (*text)(double))
{
    return interval.trials < 2
               ? text(interval.median)
               : fmt::format("{} ({} … {})", text(interval.median), text(interval.low), text(interval.high));
}

std::string ratioText(double ratio)
{
    return ratio < 0.1 ? fmt::format("{:.2g}", ratio) : fmt::format("{:.2f}", ratio);
}

std::string verdictText(Verdict verdict, const std::string& first, const std::string& second)
{
    if (verdict == Verdict::More || verdict == Verdict::Less)
        return fmt::format("{} is faster", verdict == Verdict::More ? first : second);
    return std::string(word(verdict));
}

/// A line for each size, a column for each mechanism.
std::string speedsText(const SpeedBySize& speeds)
{
    const std::vector<std::string> names = speeds.mechanisms();
    std::map<std::uint64_t, std::map<std::string, double>> rows;
    for (const std::string& name : names)
        for (const SpeedBySize::Point& point : speeds.curve(name, SpeedFigure::Messages))
            rows[point.size][name] = point.speed.median;
    std::string text = fmt::format("Messages per second, median of the trials:\n\n{:>9}", "");
    for (const std::string& name : names)
        text += fmt::format("{:>20}", name);
    text += '\n';
    for (const auto& [size, cells] : rows) {
        text += fmt::format("{:>9}", formatSize(size));
        for (const std::string& name : names)
            text += fmt::format("{:>20}", cells.contains(name) ? messageRateText(cells.at(name)) : "-");
        text += '\n';
    }
    return text;
}

std::string comparisonText(const SpeedBySize& speeds, const std::string& first, const std::string& second)
{
    const std::vector<SpeedBySize::Comparison> comparisons =
        speeds.compare(first, second, SpeedFigure::Messages);
    std::string text = fmt::format("\n{} ÷ {}, trial by trial:\n\n", first, second);
    for (const SpeedBySize::Comparison& each : comparisons)
        text += fmt::format("{:>9}  {:<24} {}\n", formatSize(each.size), intervalText(each.ratio, ratioText),
                            verdictText(each.verdict, first, second));
    for (const Crossover& crossover : crossoversOf(comparisons))
        text += fmt::format("\nTheir medians cross at about {}, between {} and {}{}.\n",
                            formatSize(static_cast<std::uint64_t>(crossover.size)),
                            formatSize(crossover.after), formatSize(crossover.before),
                            crossover.isDecided ? "" : ", which the trials do not decide");
    return text;
}

class SizesCommand final : public Command {
public:
    explicit SizesCommand(CLI::App& parser) : Command(parser)
    {
        parser.add_option("MECHANISM", m_mechanisms, "Only these, by their ids; two are compared")
            ->type_name("");
        parser.add_option("--trials", m_trials, "How often each is measured; 5 can decide which is faster")
            ->type_name("N")
            ->capture_default_str();
        parser.add_option("--csv", m_csv, "Write the speeds as a CSV table")->type_name("FILE");
        parser.add_flag("-q,--quiet", m_isQuiet, "Print neither progress nor table");
    }

    ExitStatus execute() override
    {
        const std::vector<Experiment> experiments = prepare();
        SpeedBySize speeds;
        StopSignals signals;
        bool hasFailed = false;
        for (std::size_t index = 0; index < experiments.size() && signals.count() == 0; ++index) {
            showProgress(index, experiments);
            hasFailed |= !measure(experiments[index], signals, speeds);
        }
        if (!m_isQuiet && isProgressOnTerminal())
            printProgress(clearLine);
        if (signals.count() > 0)
            complain("The sizes were stopped by a signal before their end.");
        const bool isWritten = speeds.isEmpty() || write(speeds);
        return hasFailed || signals.count() > 0 || !isWritten ? ExitStatus::Failure : ExitStatus::Success;
    }

private:
    /// What is wrong is said before the first run, not after the last.
    std::vector<Experiment> prepare()
    {
        if (m_trials < 1 || m_trials > mostTrials)
            throw UsageError(fmt::format("--trials must be from 1 to {}, not {}.", mostTrials, m_trials));
        if (m_csv == standardOutput)
            throw UsageError("--csv writes a file: give it a name.");
        for (const std::string& mechanism : m_mechanisms) {
            mechanismNamed(mechanism);
            if (std::ranges::count(m_mechanisms, mechanism) > 1)
                throw UsageError(fmt::format("{} is named twice: name each mechanism once.", mechanism));
        }
        std::vector<Experiment> experiments = surveyOfSizes(m_trials);
        if (!m_mechanisms.empty())
            std::erase_if(experiments, [this](const Experiment& experiment) {
                return std::ranges::find(m_mechanisms, experiment.mechanism) == m_mechanisms.end();
            });
        for (const std::string& mechanism : m_mechanisms)
            if (std::ranges::find(experiments, mechanism, &Experiment::mechanism) == experiments.end())
                throw UsageError(
                    fmt::format("{} carries no data of different sizes, or not on this host: see "
                                "ipclab-cli describe {}.",
                                mechanism, mechanism));
        if (!m_csv.empty())
            requireWritableFile(m_csv);
        return experiments;
    }

    void showProgress(std::size_t index, const std::vector<Experiment>& experiments) const
    {
        if (!m_isQuiet && isProgressOnTerminal())
            printProgress(fmt::format("{}{} of {}: {}", clearLine, index + 1, experiments.size(),
                                      experiments[index].title));
    }

    static bool measure(const Experiment& experiment, StopSignals& signals, SpeedBySize& speeds)
    {
        Progress silent(ProgressStyle::Silent, experiment, {});
        const SessionEnd end = runSession(experiment, signals, silent);
        if (end.failure)
            complain(fmt::format("{}: {}", experiment.title, end.failure->sentence()));
        if (end.result && !end.failure)
            speeds.add(*end.result);
        return !end.failure;
    }

    bool write(const SpeedBySize& speeds) const
    {
        bool isWritten = true;
        if (!m_isQuiet)
            isWritten &= attempt([&] { print(tableText(speeds)); });
        if (!m_csv.empty())
            isWritten &= attempt([&] { writeFileAtomically(m_csv, toCsv(speeds)); });
        return isWritten;
    }

    std::string tableText(const SpeedBySize& speeds) const
    {
        std::string text = speedsText(speeds);
        if (m_mechanisms.size() == 2)
            text += comparisonText(speeds, m_mechanisms[0], m_mechanisms[1]);
        return text;
    }

    std::vector<std::string> m_mechanisms;
    unsigned m_trials = 1;
    std::string m_csv;
    bool m_isQuiet = false;
};

} // namespace

CommandPointer makeSizesCommand(CLI::App& program)
{
    return std::make_unique<SizesCommand>(
        *program.add_subcommand("sizes", "Measure how fast mechanisms are by the size of a message"));
}

} // namespace ipclab
