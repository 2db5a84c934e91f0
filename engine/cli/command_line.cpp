#include "engine/cli/command_line.h"

#include "engine/base/wording.h"
#include "engine/cli/standard_streams.h"
#include "engine/cli/unknown_word.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace ipclab {

namespace {

std::vector<CommandPointer> makeCommands(CLI::App& program)
{
    std::vector<CommandPointer> commands;
    for (const auto make :
         {makeRunCommand, makeListCommand, makeDescribeCommand, makeCheckCommand, makeCapacityCommand,
          makeCoresCommand, makeSizesCommand, makeCleanCommand, makeCompleteCommand})
        commands.push_back(make(program));
    return commands;
}

std::vector<std::string> namesOf(const std::vector<const CLI::App*>& parsers)
{
    std::vector<std::string> names;
    for (const CLI::App* parser : parsers)
        if (!parser->get_group().empty()) // the group of hidden commands has no name
            names.push_back(parser->get_name());
    return names;
}

std::vector<std::string> optionsOf(const CLI::App& parser)
{
    std::vector<std::string> names;
    for (const CLI::Option* option : parser.get_options())
        for (const std::string& name : option->get_lnames())
            names.push_back("--" + name);
    return names;
}

/// The parser would only say that it did not expect the word.
void requireKnownCommand(const CLI::App& program, std::string_view word)
{
    const std::vector<const CLI::App*> parsers = program.get_subcommands({});
    const bool isKnown = std::any_of(parsers.begin(), parsers.end(),
                                     [word](const CLI::App* parser) { return parser->get_name() == word; });
    if (isKnown || word.starts_with('-'))
        return;
    const std::vector<std::string> names = namesOf(parsers);
    throw unknownWord("command", word, names);
}

[[noreturn]] void refuseUnexpectedArguments(const CLI::App& program)
{
    const std::vector<CLI::App*> chosen = program.get_subcommands();
    const CLI::App& parser = chosen.empty() ? program : *chosen.front();
    std::vector<std::string> sentences;
    for (const std::string& argument : program.remaining(true)) {
        if (argument.starts_with('-'))
            throw unknownWord("option", argument, optionsOf(parser));
        sentences.push_back(fmt::format("There is one argument too many: {}.", ipclab::quoted(argument)));
    }
    if (sentences.empty())
        sentences.emplace_back("There are too many arguments.");
    throw UsageError(sentences);
}

void describeProgram(CLI::App& program)
{
    program.name("ipclab-cli");
    program.set_version_flag("--version", "ipclab-cli " IPCLAB_VERSION, "Print the version and exit");
    program.set_help_flag("-h,--help", "Print this help and exit");
    program.get_formatter()->column_width(34);
    program.require_subcommand(1);
    program.footer(
        "Exit status: 0 finished and every self-check holds; 1 the run failed or a self-check is\n"
        "violated; 2 wrong usage or experiment. See ipclab-cli(1), ipclab-experiment(5), ipclab-run(5).");
}

} // namespace

ExitStatus runCommandLine(int argumentCount, const char* const* arguments)
{
    CLI::App program(
        "IPC Lab without a window: runs experiments on inter-process communication between real processes.");
    describeProgram(program);
    const std::vector<CommandPointer> commands = makeCommands(program);
    try {
        if (argumentCount < 2)
            throw UsageError("A command is missing: " +
                             enumerated(namesOf(std::as_const(program).get_subcommands({})), "or") + ".");
        requireKnownCommand(program, arguments[1]);
        program.parse(argumentCount, arguments);
    } catch (const CLI::CallForHelp&) {
        print(program.help());
        return ExitStatus::Success;
    } catch (const CLI::CallForVersion& version) {
        print(fmt::format("{}\n", version.what()));
        return ExitStatus::Success;
    } catch (const CLI::ExtrasError&) {
        refuseUnexpectedArguments(program);
    } catch (const CLI::ParseError& error) {
        throw UsageError(error.what());
    }
    for (const CommandPointer& command : commands)
        if (command->isChosen())
            return command->execute();
    return ExitStatus::Usage;
}

} // namespace ipclab
