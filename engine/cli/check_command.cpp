#include "engine/cli/command.h"

#include "engine/base/wording.h"
#include "engine/cli/experiment_source.h"
#include "engine/cli/standard_streams.h"
#include "engine/run/channels.h"

#include <fmt/format.h>

namespace ipclab {

namespace {

class CheckCommand final : public Command {
public:
    explicit CheckCommand(CLI::App& parser) : Command(parser)
    {
        parser.add_option("FILE", m_file, "Experiment file (TOML); - reads standard input")
            ->required()
            ->type_name("");
    }

    ExitStatus execute() override
    {
        ExperimentSet set = checkedExperiments(m_file);
        if (set.problems.empty())
            tryAll(set);
        if (set.problems.empty()) {
            print(fmt::format("{}: {} can run on this host.\n", m_file,
                              set.experiments.size() == 1
                                  ? "the experiment"
                                  : fmt::format("all {} variants", set.experiments.size())));
            return ExitStatus::Success;
        }
        // Like a compiler's messages, which editors know how to jump to: nothing stands before the file.
        for (const Problem& problem : set.problems)
            printProgress(problemLine(m_file, problem) + "\n");
        return ExitStatus::Usage;
    }

private:
    /// Options that only the kernel knows the limits of are found wrong by asking it.
    static void tryAll(ExperimentSet& set)
    {
        for (const Experiment& experiment : set.experiments)
            if (const std::optional<Failure> failure = tryChannels(experiment)) {
                const std::string variant =
                    set.experiments.size() > 1 ? ipclab::quoted(experiment.title) + ": " : std::string();
                set.problems.push_back({.key = {}, .line = 0, .sentence = variant + failure->sentence()});
            }
    }

    std::string m_file;
};

} // namespace

CommandPointer makeCheckCommand(CLI::App& program)
{
    return std::make_unique<CheckCommand>(
        *program.add_subcommand("check", "Say what is wrong with an experiment file, without running it"));
}

} // namespace ipclab
