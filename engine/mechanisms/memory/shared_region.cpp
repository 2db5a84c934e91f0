#include "engine/mechanisms/memory/shared_region.h"

#include "engine/base/failure.h"
#include "engine/base/quantity.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/memory/region_limits.h"
#include "engine/mechanisms/memory/region_refusal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include <cerrno>

namespace ipclab {

namespace {

constexpr mode_t onlyThisUser = S_IRUSR | S_IWUSR;

/// Space now or a refusal now: a hole that cannot be filled later would end a worker with SIGBUS.
void reserveSpace(const UniqueFd& file, std::size_t bytes)
{
    int error = 0;
    do
        error = ::posix_fallocate(file.get(), 0, static_cast<off_t>(bytes));
    while (error == EINTR);
    if (error != 0)
        throwSystemError(error, "posix_fallocate");
}

std::string freshPath(NameJournal& journal, const std::string& directory)
{
    return (directory.empty() ? journal.directory() : directory) + "/" + journal.freshName();
}

std::optional<JournaledName> listName(const RegionRequest& request, NameJournal& journal)
{
    switch (request.kind) {
    case RegionKind::MemoryFile:
        return std::nullopt;
    case RegionKind::Posix:
        return JournaledName(journal, {NameKind::PosixSharedMemory, "/" + journal.freshName()});
    case RegionKind::SystemV:
        return JournaledName(journal, {NameKind::SystemVSharedMemory, journal.freshKey()});
    case RegionKind::File:
        return JournaledName(journal, {NameKind::Path, freshPath(journal, request.directory)});
    }
    return std::nullopt;
}

UniqueFd makeMemoryFile(const char* label, const RegionRequest& request)
{
    UniqueFd file = createMemoryFile(label, request.bytes, request.pages);
    // Huge pages are few, so they are taken at once; of ordinary ones there are enough, and the worker that
    // touches one first has it near its core.
    if (request.pages == PageSort::Huge)
        reserveSpace(file, request.bytes);
    return file;
}

void makePosix(const std::string& name, std::size_t bytes)
{
    const UniqueFd file(check(::shm_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, onlyThisUser), "shm_open"));
    reserveSpace(file, bytes);
}

void makeFile(const std::string& path, std::size_t bytes)
{
    constexpr int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    const UniqueFd file(check(::open(path.c_str(), flags, onlyThisUser), "open"));
    reserveSpace(file, bytes);
}

void makeSegment(key_t key, const RegionRequest& request)
{
    const int pages = request.pages == PageSort::Huge ? SHM_HUGETLB : 0;
    check(::shmget(key, request.bytes, IPC_CREAT | IPC_EXCL | pages | static_cast<int>(onlyThisUser)),
          "shmget");
}

UniqueFd make(const char* label, const RegionRequest& request, const std::optional<JournaledName>& name)
{
    switch (request.kind) {
    case RegionKind::MemoryFile:
        return makeMemoryFile(label, request);
    case RegionKind::Posix:
        makePosix(name->name(), request.bytes);
        break;
    case RegionKind::SystemV:
        makeSegment(keyFrom(name->name()), request);
        break;
    case RegionKind::File:
        makeFile(name->name(), request.bytes);
        break;
    }
    return {};
}

std::string_view kindWord(RegionKind kind)
{
    switch (kind) {
    case RegionKind::MemoryFile:
        return "memory file";
    case RegionKind::Posix:
        return "POSIX shared memory";
    case RegionKind::SystemV:
        return "System V shared memory";
    case RegionKind::File:
        return "mapped file";
    }
    return {};
}

KernelObject describeSegment(const std::string& kind, const JournaledName& segment)
{
    const int id = check(::shmget(keyFrom(segment.name()), 0, 0), "shmget");
    shmid_ds status{};
    check(::shmctl(id, IPC_STAT, &status), "shmctl");
    return objectOf(kind, id, status.shm_perm);
}

KernelObject describe(RegionKind regionKind, const UniqueFd& file, const std::optional<JournaledName>& name)
{
    const std::string kind(kindWord(regionKind));
    switch (regionKind) {
    case RegionKind::MemoryFile:
        return objectOf(kind, file.get());
    case RegionKind::Posix:
        return objectAt(kind, posixMemoryDirectory + name->name());
    case RegionKind::SystemV:
        return describeSegment(kind, *name);
    case RegionKind::File:
        return objectAt(kind, name->name());
    }
    return {};
}

} // namespace

SharedRegion::SharedRegion(const char* label, const RegionRequest& request, NameJournal& journal)
    : m_request(request)
{
    requirePossible(request);
    m_name = listName(request, journal);
    try {
        m_file = make(label, request, m_name);
    } catch (const std::system_error& error) {
        const std::string& directory = request.directory.empty() ? journal.directory() : request.directory;
        throw FailureError(explainRegion(error, request, directory));
    }
}

Invitation SharedRegion::invite() const
{
    Invitation invitation;
    if (m_name)
        invitation.address = m_name->name();
    else
        invitation.descriptors.push_back(duplicate(m_file));
    return invitation;
}

MappedRegion SharedRegion::map() const
{
    Invitation invitation = invite();
    return {invitation, m_request};
}

KernelObject SharedRegion::object() const
{
    KernelObject object = describe(m_request.kind, m_file, m_name);
    object.name += ", " + formatSize(m_request.bytes);
    return object;
}

} // namespace ipclab
