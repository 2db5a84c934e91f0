#include "engine/cli/command.h"

#include "engine/base/name_journal.h"
#include "engine/base/named_object.h"
#include "engine/base/private_directory.h"
#include "engine/cli/standard_streams.h"

#include <fmt/format.h>

namespace ipclab {

namespace {

class CleanCommand final : public Command {
public:
    explicit CleanCommand(CLI::App& parser) : Command(parser)
    {
        parser.add_flag("-n,--dry-run", m_isDryRun, "Say what would be removed, and remove nothing");
    }

    ExitStatus execute() override
    {
        const std::vector<Leftover> leftovers = findLeftovers(privateDirectory());
        for (const Leftover& leftover : leftovers)
            treat(leftover);
        if (leftovers.empty())
            print("Nothing is left of earlier runs.\n");
        return ExitStatus::Success;
    }

private:
    void treat(const Leftover& leftover) const
    {
        if (!m_isDryRun)
            removeLeftover(leftover);
        const std::string_view verb = m_isDryRun ? "Would remove" : "Removed";
        for (const NamedObject& object : leftover.objects)
            print(fmt::format("{} {}.\n", verb, describe(object)));
        print(fmt::format("{} journal {}.\n", verb, leftover.journal));
    }

    bool m_isDryRun = false;
};

} // namespace

CommandPointer makeCleanCommand(CLI::App& program)
{
    return std::make_unique<CleanCommand>(
        *program.add_subcommand("clean", "Remove named kernel objects that killed runs have left"));
}

} // namespace ipclab
