#pragma once

#include <CLI/App.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace ipclab {

enum class ExitStatus {
    Success = 0,
    Failure =
        1,     ///< the run failed, was interrupted, or a self-check is violated; a file could not be written
    Usage = 2, ///< wrong command line or experiment
};

/// The command line or an experiment is wrong: one sentence for each thing, for standard error. Ends with
/// ExitStatus::Usage.
class UsageError final : public std::runtime_error {
public:
    explicit UsageError(const std::string& sentence) : UsageError(std::vector{sentence}) {}
    explicit UsageError(std::vector<std::string> sentences)
        : std::runtime_error(sentences.front()), m_sentences(std::move(sentences))
    {
    }
    const std::vector<std::string>& sentences() const { return m_sentences; }

private:
    std::vector<std::string> m_sentences;
};

/// One subcommand of ipclab-cli: it describes its arguments to the parser when it is made, and holds their
/// values afterwards.
class Command {
public:
    Command(const Command&) = delete;
    Command& operator=(const Command&) = delete;
    virtual ~Command() = default;

    bool isChosen() const { return m_parser.parsed(); }

    /// Throws UsageError, FailureError or std::system_error.
    virtual ExitStatus execute() = 0;

protected:
    /// `parser` belongs to the program's parser, which outlives the command.
    explicit Command(CLI::App& parser) : m_parser(parser) {}

private:
    CLI::App& m_parser;
};

using CommandPointer = std::unique_ptr<Command>;

// Each adds its parser, with options and help, to that of the program, which outlives it.

CommandPointer makeRunCommand(CLI::App& program);
CommandPointer makeListCommand(CLI::App& program);
CommandPointer makeDescribeCommand(CLI::App& program);
CommandPointer makeCheckCommand(CLI::App& program);
CommandPointer makeCapacityCommand(CLI::App& program);
CommandPointer makeCoresCommand(CLI::App& program);
CommandPointer makeSizesCommand(CLI::App& program);
CommandPointer makeCleanCommand(CLI::App& program);
CommandPointer makeCompleteCommand(CLI::App& program);

} // namespace ipclab
