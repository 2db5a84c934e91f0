#include "engine/library/atomic_file.h"

#include "engine/base/failure.h"
#include "engine/base/unique_fd.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>

namespace ipclab {

namespace {

constexpr mode_t permissionBits = 07777;
constexpr mode_t readWriteForAll = 0666;

std::optional<struct stat> statusOf(const std::string& path)
{
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0)
        return status;
    if (errno != ENOENT)
        throwSystemError("stat");
    return std::nullopt;
}

std::string directoryOf(const std::string& path)
{
    const std::string parent = std::filesystem::path(path).parent_path().string();
    return parent.empty() ? "." : parent;
}

/// The file that a symbolic link stands for, so that renaming replaces that and not the link.
std::string resolved(const std::string& path)
{
    std::error_code error;
    const std::filesystem::path target = std::filesystem::canonical(path, error);
    return error ? path : target.string();
}

/// A file under construction beside its target, with the mode that open(2) gives to a new file: removed
/// again, unless it was published.
class PartialFile final {
public:
    explicit PartialFile(std::string target) : m_target(std::move(target))
    {
        constexpr unsigned mostTries = 1000;
        for (unsigned number = 0; !m_file && number < mostTries; ++number) {
            m_name = fmt::format("{}.{}-{}", m_target, ::getpid(), number);
            m_file.reset(::open(m_name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, readWriteForAll));
            if (!m_file && errno != EEXIST)
                break;
        }
        check(m_file.get(), "open");
    }
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;
    ~PartialFile()
    {
        if (m_file)
            ::unlink(m_name.c_str());
    }

    int descriptor() const { return m_file.get(); }

    void publish()
    {
        // Some file systems report a full disk only when the file is closed.
        if (::close(m_file.release()) != 0)
            abandon("close");
        if (::rename(m_name.c_str(), m_target.c_str()) != 0)
            abandon("rename");
    }

private:
    [[noreturn]] void abandon(const char* call)
    {
        const int error = errno;
        ::unlink(m_name.c_str());
        throwSystemError(error, call);
    }

    std::string m_target;
    std::string m_name;
    UniqueFd m_file;
};

void replaceFile(const std::string& path, std::optional<mode_t> mode, std::string_view content)
{
    PartialFile partial(resolved(path));
    if (mode)
        check(::fchmod(partial.descriptor(), *mode), "fchmod");
    writeAll(partial.descriptor(), content);
    partial.publish();
}

void writeInPlace(const std::string& path, std::string_view content)
{
    UniqueFd file(check(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), "open"));
    const int flags = check(::fcntl(file.get(), F_GETFL), "F_GETFL");
    check(::fcntl(file.get(), F_SETFL, flags & ~O_NONBLOCK), "F_SETFL");
    writeAll(file.get(), content);
    check(::close(file.release()), "close");
}

void requireWritable(const std::string& path, const std::optional<struct stat>& existing)
{
    if (existing && S_ISDIR(existing->st_mode))
        throwSystemError(EISDIR, "open");
    if (existing)
        check(::access(path.c_str(), W_OK), "access");
    if (!existing || S_ISREG(existing->st_mode))
        check(::access(directoryOf(resolved(path)).c_str(), W_OK | X_OK), "access");
}

} // namespace

void writeAll(int descriptor, std::string_view content)
{
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR)
            continue;
        check(written, "write");
        content.remove_prefix(static_cast<std::size_t>(written));
    }
}

void writeFileAtomically(const std::string& path, std::string_view content)
{
    try {
        const std::optional<struct stat> existing = statusOf(path);
        requireWritable(path, existing);
        if (existing && !S_ISREG(existing->st_mode))
            writeInPlace(path, content);
        else
            replaceFile(path, existing ? std::optional(existing->st_mode & permissionBits) : std::nullopt,
                        content);
    } catch (const std::system_error& error) {
        throw FailureError(explain(error, "write the file " + path));
    }
}

void requireWritableFile(const std::string& path)
{
    try {
        requireWritable(path, statusOf(path));
    } catch (const std::system_error& error) {
        throw FailureError(explain(error, "write the file " + path));
    }
}

void requireWritableDirectory(const std::string& path)
{
    try {
        std::error_code error;
        std::filesystem::create_directories(path, error);
        if (error)
            throwSystemError(error.value(), "mkdir");
        const std::optional<struct stat> existing = statusOf(path);
        if (!existing || !S_ISDIR(existing->st_mode))
            throwSystemError(ENOTDIR, "mkdir");
        check(::access(path.c_str(), W_OK | X_OK), "access");
    } catch (const std::system_error& error) {
        throw FailureError(explain(error, "write into the directory " + path));
    }
}

} // namespace ipclab
