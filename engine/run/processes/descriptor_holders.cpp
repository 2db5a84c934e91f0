#include "engine/run/processes/descriptor_holders.h"

#include "engine/base/failure.h"
#include "engine/base/mapping.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>

namespace ipclab {

namespace {

namespace files = std::filesystem;

/// -1 if the name is no number.
int numberOf(const files::path& path)
{
    const std::string name = path.filename().string();
    int number = -1;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    return error == std::errc{} && end == name.data() + name.size() ? number : -1;
}

/// The names in a directory of /proc that are numbers; none where it may not be read.
std::vector<int> numbersIn(const std::string& directory)
{
    std::vector<int> numbers;
    std::error_code error;
    for (files::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error))
        if (const int number = numberOf(entry->path()); number >= 0)
            numbers.push_back(number);
    std::ranges::sort(numbers);
    return numbers;
}

std::string objectOf(int pid, int descriptor)
{
    std::error_code error;
    return files::read_symlink(fmt::format("/proc/{}/fd/{}", pid, descriptor), error).string();
}

bool isReadable(int pid, int descriptor)
{
    const std::string text = readSmallFile(fmt::format("/proc/{}/fdinfo/{}", pid, descriptor).c_str());
    const std::size_t at = text.find("flags:");
    unsigned flags = 0;
    return at != std::string::npos && std::sscanf(text.c_str() + at, "flags: %o", &flags) == 1 &&
           (flags & O_ACCMODE) != O_WRONLY;
}

bool isChannel(int pid, int descriptor, const std::string& object)
{
    std::error_code error;
    return object.starts_with("pipe:") || object.starts_with("socket:") ||
           files::status(fmt::format("/proc/{}/fd/{}", pid, descriptor), error).type() ==
               files::file_type::fifo;
}

} // namespace

std::vector<ForeignDescriptor> readableEnds(int pid, int first)
{
    std::vector<ForeignDescriptor> found;
    for (const int number : numbersIn(fmt::format("/proc/{}/fd", pid))) {
        const std::string object = objectOf(pid, number);
        const bool isKnown = std::ranges::find(found, object, &ForeignDescriptor::object) != found.end();
        if (number >= first && !isKnown && isChannel(pid, number, object) && isReadable(pid, number))
            found.push_back({pid, number, object});
    }
    return found;
}

std::vector<ForeignDescriptor> holdersOfReadingEnd(const std::string& object)
{
    std::vector<ForeignDescriptor> found;
    for (const int pid : numbersIn("/proc"))
        for (const int number : numbersIn(fmt::format("/proc/{}/fd", pid)))
            if (objectOf(pid, number) == object && isReadable(pid, number)) {
                found.push_back({pid, number, object});
                break;
            }
    return found;
}

UniqueFd borrow(int pidDescriptor, const ForeignDescriptor& descriptor)
{
    return UniqueFd(static_cast<int>(
        check(::syscall(SYS_pidfd_getfd, pidDescriptor, descriptor.number, 0), "pidfd_getfd")));
}

std::string programOf(int pid)
{
    std::string name = readSmallFile(fmt::format("/proc/{}/comm", pid).c_str());
    if (name.ends_with('\n'))
        name.pop_back();
    return name;
}

} // namespace ipclab
