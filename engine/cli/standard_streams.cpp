#include "engine/cli/standard_streams.h"

#include "engine/base/failure.h"
#include "engine/library/atomic_file.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

namespace ipclab {

namespace {

/// open(2) returns the lowest free number, so what is closed is filled from below.
void occupy(int descriptor, int flags)
{
    if (::fcntl(descriptor, F_GETFD) == -1)
        check(::open("/dev/null", flags), "open");
}

} // namespace

void prepareStandardStreams()
{
    occupy(STDIN_FILENO, O_WRONLY);
    occupy(STDOUT_FILENO, O_RDONLY);
    occupy(STDERR_FILENO, O_RDONLY);
    std::signal(SIGPIPE, SIG_IGN);
}

void print(std::string_view text)
{
    try {
        writeAll(STDOUT_FILENO, text);
    } catch (const std::system_error& error) {
        throw FailureError(explain(error, "write to standard output"));
    }
}

void complain(std::string_view sentence)
{
    printProgress(fmt::format("ipclab-cli: {}\n", sentence));
}

bool attempt(const std::function<void()>& step)
{
    try {
        step();
        return true;
    } catch (const FailureError& error) {
        complain(error.what());
        return false;
    }
}

void printProgress(std::string_view text)
{
    try {
        writeAll(STDERR_FILENO, text);
    } catch (const std::system_error&) {
        return; // standard error is gone
    }
}

bool isProgressOnTerminal()
{
    return ::isatty(STDERR_FILENO) == 1;
}

} // namespace ipclab
