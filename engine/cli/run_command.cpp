#include "engine/cli/command.h"

#include "engine/base/failure.h"
#include "engine/cli/experiment_source.h"
#include "engine/cli/run_report.h"
#include "engine/cli/run_session.h"
#include "engine/cli/standard_streams.h"
#include "engine/library/atomic_file.h"
#include "engine/library/result_csv.h"
#include "engine/library/result_json.h"

#include <fmt/format.h>

namespace ipclab {

namespace {

constexpr std::string_view standardOutput = "-";

class RunCommand final : public Command {
public:
    explicit RunCommand(CLI::App& parser);

    ExitStatus execute() override;

private:
    void requireTargets() const;
    /// False when the remaining experiments are not wanted.
    bool runOne(const Experiment& experiment, const std::string& title, StopSignals& signals);
    void report(const RunResult& result);
    void exportResults(bool asList);
    bool printsReport() const { return !m_isQuiet && m_json != standardOutput; }
    ProgressStyle progressStyle() const;

    ExperimentRequest m_request;
    std::string m_json;
    std::string m_csv;
    bool m_isQuiet = false;
    std::vector<RunResult> m_results;
    bool m_hasFailed = false;
};

RunCommand::RunCommand(CLI::App& parser) : Command(parser)
{
    parser.add_option("FILE", m_request.file, "Experiment file (TOML); - reads standard input")
        ->type_name("");
    parser
        .add_option("--preset", m_request.preset,
                    "Instead of FILE: an experiment that comes with the program")
        ->type_name("ID");
    parser.add_option("--set", m_request.settings, "Override one key of the experiment; may be repeated")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    parser
        .add_option("--fault", m_request.faults,
                    "Do something to a worker: \"stop receiver at 2 s for 500 ms\"; may be repeated")
        ->type_name("FAULT")
        ->allow_extra_args(false);
    parser.add_option("--json", m_json, "Write the result as JSON; - writes it to standard output")
        ->type_name("FILE");
    parser.add_option("--csv", m_csv, "Write the result as CSV tables into a directory")->type_name("DIR");
    parser.add_flag("-q,--quiet", m_isQuiet, "Print neither progress nor summary");
}

ExitStatus RunCommand::execute()
{
    if (!m_request.file.empty() && !m_request.preset.empty())
        throw UsageError("An experiment file and --preset exclude each other: name one of them.");
    const std::vector<Experiment> experiments = loadExperiments(m_request);
    requireTargets();
    StopSignals signals;
    for (std::size_t index = 0; index < experiments.size(); ++index) {
        const Experiment& experiment = experiments[index];
        const std::string& name = experiment.title.empty() ? experiment.mechanism : experiment.title;
        const bool isOneOfMany = experiments.size() > 1;
        const std::string title =
            isOneOfMany ? fmt::format("{}/{} {}", index + 1, experiments.size(), name) : name;
        if (!runOne(experiment, title, signals))
            break;
    }
    if (!m_results.empty())
        exportResults(experiments.size() > 1);
    return m_hasFailed ? ExitStatus::Failure : ExitStatus::Success;
}

/// A result that took an hour must not meet a wrong path at its end.
void RunCommand::requireTargets() const
{
    if (!m_json.empty() && m_json != standardOutput)
        requireWritableFile(m_json);
    if (!m_csv.empty())
        requireWritableDirectory(m_csv);
}

ProgressStyle RunCommand::progressStyle() const
{
    if (m_isQuiet)
        return ProgressStyle::Silent;
    return isProgressOnTerminal() ? ProgressStyle::OneLine : ProgressStyle::Log;
}

bool RunCommand::runOne(const Experiment& experiment, const std::string& title, StopSignals& signals)
{
    SessionEnd end;
    {
        Progress progress(progressStyle(), experiment, title);
        end = runSession(experiment, signals, progress);
    }
    if (end.failure) {
        complain(end.failure->sentence());
        m_hasFailed = true;
    }
    if (end.result) {
        report(*end.result);
        m_results.push_back(std::move(*end.result));
    }
    if (signals.count() == 0)
        return true;
    complain(end.result ? "The run was stopped by a signal before its end."
                        : "The run was cut off by a second signal.");
    m_hasFailed = true;
    return false;
}

void RunCommand::report(const RunResult& result)
{
    if (printsReport())
        m_hasFailed |= !attempt([&] { print(reportText(result)); });
    for (const SelfCheck& check : result.checks)
        if (!check.holds)
            complain("A self-check is violated: " + check.sentence);
    for (const WorkerResult& worker : result.workers)
        if (result.summary.outcome == RunOutcome::WorkerLost && worker.exit != "finished")
            complain(fmt::format("The {} {}.", worker.role, worker.exit));
    m_hasFailed = m_hasFailed || result.summary.outcome != RunOutcome::Finished || !result.checksHold();
}

void RunCommand::exportResults(bool asList)
{
    const auto json = [&] { return asList ? toJson(m_results) : toJson(m_results.front()); };
    if (m_json == standardOutput)
        m_hasFailed |= !attempt([&] { print(json()); });
    else if (!m_json.empty())
        m_hasFailed |= !attempt([&] { writeFileAtomically(m_json, json()); });
    if (!m_csv.empty())
        m_hasFailed |= !attempt([&] { writeCsv(m_results, m_csv); });
}

} // namespace

CommandPointer makeRunCommand(CLI::App& program)
{
    return std::make_unique<RunCommand>(
        *program.add_subcommand("run", "Run an experiment; with no FILE and no --preset the default one"));
}

} // namespace ipclab
