#include "engine/base/name_journal.h"

#include "engine/base/failure.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/msg.h>
#include <sys/random.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace ipclab {

namespace {

// A journal is a text file: "+ KIND NAME" lists an object, "- KIND NAME" strikes it out again. Each entry
// also begins on a new line, so that one that a full disk cut short spoils no other. Lines are only ever
// appended, one write(2) each, so that a supervisor that is killed at any moment leaves a list that is right
// or one object too long.

constexpr std::string_view journalPrefix = "journal-";
/// One count for the whole process, for it may hold several journals.
unsigned nextNumber()
{
    static std::atomic<unsigned> counter = 0;
    return ++counter;
}

std::optional<NamedObject> parseObject(std::string_view text)
{
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos)
        return std::nullopt;
    for (const NameKind kind : allNameKinds)
        if (word(kind) == text.substr(0, space))
            return NamedObject{kind, std::string(text.substr(space + 1))};
    return std::nullopt;
}

/// Takes one line into account; one that is no entry is ignored.
void apply(std::string_view line, std::vector<NamedObject>& objects)
{
    const bool isEntry = line.starts_with("+ ") || line.starts_with("- ");
    const std::optional<NamedObject> object = isEntry ? parseObject(line.substr(2)) : std::nullopt;
    if (!object)
        return;
    if (line.front() == '+')
        objects.push_back(*object);
    else
        std::erase(objects, *object);
}

std::vector<NamedObject> readObjects(int file, const std::string& directory)
{
    std::string text;
    std::array<char, 4096> buffer{};
    ssize_t got = 0;
    while ((got = ::pread(file, buffer.data(), buffer.size(), static_cast<off_t>(text.size()))) > 0)
        text.append(buffer.data(), static_cast<std::size_t>(got));

    std::vector<NamedObject> objects;
    std::string_view rest = text;
    // A last line without its end was cut short before the object could be made.
    for (std::size_t end = 0; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1))
        apply(rest.substr(0, end), objects);
    std::erase_if(objects, [&](const NamedObject& object) { return !isOurs(object, directory); });
    return objects;
}

std::string directoryOf(const std::string& path)
{
    return path.substr(0, path.rfind('/'));
}

enum class Patience { None, Any };

bool lock(int file, Patience patience)
{
    const int operation = patience == Patience::Any ? LOCK_EX : LOCK_EX | LOCK_NB;
    int result = 0;
    do
        result = ::flock(file, operation);
    while (result != 0 && errno == EINTR);
    if (result != 0 && errno != EWOULDBLOCK)
        throwSystemError("flock");
    return result == 0;
}

/// Whether the open file still is the journal at `path`: whoever finishes with a journal removes it while
/// holding its lock. And whether it is a plain file that only this user can have written.
bool isCurrent(int file, const std::string& path)
{
    struct stat opened {};
    struct stat named {};
    return ::fstat(file, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 &&
           opened.st_ino == named.st_ino && opened.st_dev == named.st_dev && S_ISREG(opened.st_mode) &&
           opened.st_uid == ::geteuid() && (opened.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/// The locked journal of a supervisor that is gone, or none.
UniqueFd takeAbandoned(const std::string& path, Patience patience)
{
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file || !lock(file.get(), patience) || !isCurrent(file.get(), path))
        return {};
    return file;
}

void removeAbandoned(const std::string& path, Patience patience)
{
    const UniqueFd file = takeAbandoned(path, patience);
    if (!file)
        return;
    for (const NamedObject& object : readObjects(file.get(), directoryOf(path)))
        removeNamedObject(object);
    ::unlink(path.c_str());
}

std::vector<std::string> journalsIn(const std::string& directory)
{
    std::vector<std::string> paths;
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(directory.c_str()), &::closedir);
    while (const dirent* entry = entries ? ::readdir(entries.get()) : nullptr)
        if (std::string_view(entry->d_name).starts_with(journalPrefix))
            paths.push_back(directory + '/' + entry->d_name);
    std::ranges::sort(paths);
    return paths;
}

void append(int file, char sign, const NamedObject& object)
{
    const std::string line = fmt::format("\n{} {} {}\n", sign, word(object.kind), object.name);
    const ssize_t written = check(::write(file, line.data(), line.size()), "write");
    if (written != static_cast<ssize_t>(line.size()))
        throwSystemError(ENOSPC, "write");
}

} // namespace

NameJournal::NameJournal(const std::string& directory) : m_directory(directory)
{
    // Somebody who sweeps may take the lock between our open and our flock, find nothing listed and remove
    // the file: try again.
    do {
        m_path = fmt::format("{}/{}{}-{}", m_directory, journalPrefix, ::getpid(), nextNumber());
        m_file.reset(::open(m_path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
                            S_IRUSR | S_IWUSR));
        if (!m_file && errno != EEXIST)
            throw FailureError(explain(std::system_error(errno, std::generic_category(), "open"),
                                       "make the journal " + m_path));
    } while (!m_file || !lock(m_file.get(), Patience::Any) || !isCurrent(m_file.get(), m_path));
}

NameJournal::~NameJournal()
{
    for (const NamedObject& object : m_objects)
        removeNamedObject(object);
    ::unlink(m_path.c_str());
}

void NameJournal::add(const NamedObject& object)
{
    if (!isOurs(object, m_directory))
        throw FailureError({"list " + describe(object), 0, "this program makes no object of that name", {}});
    append(m_file.get(), '+', object);
    m_objects.push_back(object);
}

void NameJournal::remove(const NamedObject& object)
{
    removeNamedObject(object);
    std::erase(m_objects, object);
    try {
        append(m_file.get(), '-', object);
    } catch (const std::system_error&) {
        // A full disk only makes the list too long by an object that is gone.
    }
}

std::string NameJournal::freshName()
{
    std::uint64_t random = 0;
    check(::getrandom(&random, sizeof random, 0), "getrandom");
    return fmt::format("ipclab-{}-{:016x}", ::getpid(), random);
}

std::string NameJournal::freshKey()
{
    while (true) {
        const unsigned mixed = static_cast<unsigned>(::getpid()) * 31U + nextNumber();
        const key_t key = systemVKeyBase | static_cast<key_t>(mixed & systemVKeyMask);
        if (::msgget(key, 0) < 0 && ::shmget(key, 0, 0) < 0 && ::semget(key, 0, 0) < 0)
            return std::to_string(key);
    }
}

JournaledName::JournaledName(NameJournal& journal, NamedObject object)
    : m_journal(&journal), m_object(std::move(object))
{
    m_journal->add(m_object);
}

JournaledName::JournaledName(JournaledName&& other) noexcept
    : m_journal(std::exchange(other.m_journal, nullptr)), m_object(std::move(other.m_object))
{
}

JournaledName& JournaledName::operator=(JournaledName&& other) noexcept
{
    std::swap(m_journal, other.m_journal);
    std::swap(m_object, other.m_object);
    return *this;
}

JournaledName::~JournaledName()
{
    if (m_journal != nullptr)
        m_journal->remove(m_object);
}

std::vector<Leftover> findLeftovers(const std::string& directory)
{
    std::vector<Leftover> leftovers;
    for (const std::string& path : journalsIn(directory))
        if (const UniqueFd file = takeAbandoned(path, Patience::None))
            leftovers.push_back({path, readObjects(file.get(), directory)});
    return leftovers;
}

void removeLeftover(const Leftover& leftover)
{
    removeAbandoned(leftover.journal, Patience::None);
}

void reapWhenAbandoned(const std::string& journal)
{
    removeAbandoned(journal, Patience::Any);
}

} // namespace ipclab
