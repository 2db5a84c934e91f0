#include "engine/cli/command.h"

#include "engine/cli/experiment_source.h"
#include "engine/cli/standard_streams.h"

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
        const ExperimentSet set = checkedExperiments(m_file);
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
    std::string m_file;
};

} // namespace

CommandPointer makeCheckCommand(CLI::App& program)
{
    return std::make_unique<CheckCommand>(
        *program.add_subcommand("check", "Say what is wrong with an experiment file, without running it"));
}

} // namespace ipclab
