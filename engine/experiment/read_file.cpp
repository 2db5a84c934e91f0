#include "engine/experiment/experiment_file.h"

#include "engine/base/failure.h"
#include "engine/base/unique_fd.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

namespace ipclab {

namespace {

constexpr std::size_t largestFile = 1024 * 1024;

ExperimentSet refused(std::string sentence)
{
    ExperimentSet set;
    set.problems.push_back({"", 0, std::move(sentence)});
    return set;
}

std::string openSentence(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return "there is no such file";
    case EACCES:
        return "you have no permission to read this file";
    case ENXIO:
        return "this is a socket or device, not a file";
    default:
        return "this file cannot be opened: " + errorMeaning(error);
    }
}

/// Why it is no file to read; empty if it is one.
std::string kindSentence(const struct stat& status)
{
    if (S_ISDIR(status.st_mode))
        return "this is a directory, not an experiment file";
    if (S_ISFIFO(status.st_mode))
        return "this is a FIFO, not a file; an experiment that comes through a pipe is read from standard "
               "input";
    if (!S_ISREG(status.st_mode))
        return "this is a device, not a file";
    return {};
}

/// Reads until the end of the file, or one byte more than is allowed.
std::string readBounded(int descriptor)
{
    std::string text(largestFile + 1, '\0');
    std::size_t filled = 0;
    while (filled < text.size()) {
        const ssize_t count = ::read(descriptor, text.data() + filled, text.size() - filled);
        if (count == -1 && errno == EINTR)
            continue;
        if (check(count, "read") == 0)
            break;
        filled += static_cast<std::size_t>(count);
    }
    text.resize(filled);
    return text;
}

} // namespace

ExperimentSet readExperiments(const std::string& path)
{
    // Opening a FIFO without O_NONBLOCK would wait for a writer.
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file)
        return refused(openSentence(errno));
    try {
        struct stat status {};
        check(::fstat(file.get(), &status), "fstat");
        if (std::string sentence = kindSentence(status); !sentence.empty())
            return refused(std::move(sentence));
        return parseExperiments(readBounded(file.get()));
    } catch (const std::system_error& error) {
        return refused("this file cannot be read: " + errorMeaning(error.code().value()));
    }
}

} // namespace ipclab
