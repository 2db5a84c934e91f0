#include "engine/mechanisms/memory/mapped_region.h"

#include "engine/base/failure.h"
#include "engine/mechanisms/kernel_object.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>

namespace ipclab {

namespace {

/// What lies at the name must be ours and large enough: a smaller file would end in SIGBUS.
void requireOurs(const std::string& tried, uid_t owner, std::size_t size, std::size_t expected)
{
    if (owner != ::geteuid())
        throw FailureError({tried, 0, fmt::format("it belongs to user {}", owner), {}});
    if (size < expected)
        throw FailureError({tried, 0, fmt::format("it has {} B instead of {} B", size, expected), {}});
}

Mapping mapNamed(UniqueFd file, const std::string& name, std::size_t bytes)
{
    struct stat status {};
    check(::fstat(file.get(), &status), "fstat");
    requireOurs("join the memory " + name, status.st_uid, static_cast<std::size_t>(status.st_size), bytes);
    return {file.get(), bytes, Access::ReadWrite};
}

UniqueFd openNamed(RegionKind kind, const std::string& name)
{
    try {
        switch (kind) {
        case RegionKind::Posix:
            return UniqueFd(check(::shm_open(name.c_str(), O_RDWR, 0), "shm_open"));
        default:
            return UniqueFd(check(::open(name.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW), "open"));
        }
    } catch (const std::system_error& error) {
        throw FailureError(explain(error, "join the memory " + name));
    }
}

void detach(std::byte* segment)
{
    ::shmdt(segment);
}

AttachedSegment attach(const std::string& key, std::size_t bytes)
{
    const std::string tried = "join the System V segment with key " + key;
    try {
        const int id = check(::shmget(keyFrom(key), 0, 0), "shmget");
        shmid_ds status{};
        check(::shmctl(id, IPC_STAT, &status), "shmctl");
        requireOurs(tried, status.shm_perm.cuid, status.shm_segsz, bytes);
        void* address = ::shmat(id, nullptr, 0);
        if (reinterpret_cast<std::intptr_t>(address) == -1)
            throwSystemError("shmat");
        return {static_cast<std::byte*>(address), &detach};
    } catch (const std::system_error& error) {
        throw FailureError(explain(error, tried));
    }
}

std::variant<Mapping, AttachedSegment> join(Invitation& invitation, const RegionRequest& request)
{
    const std::string& name = invitation.address;
    switch (request.kind) {
    case RegionKind::MemoryFile:
        return Mapping(takeFirst(invitation).get(), request.bytes, Access::ReadWrite);
    case RegionKind::Posix:
    case RegionKind::File:
        return mapNamed(openNamed(request.kind, name), name, request.bytes);
    case RegionKind::SystemV:
        return attach(name, request.bytes);
    }
    return {};
}

} // namespace

UniqueFd takeFirst(Invitation& invitation)
{
    UniqueFd first = std::move(invitation.descriptors.at(0));
    invitation.descriptors.erase(invitation.descriptors.begin());
    return first;
}

MappedRegion::MappedRegion(Invitation& invitation, const RegionRequest& request)
    : m_memory(join(invitation, request)), m_size(request.bytes)
{
    const auto* mapping = std::get_if<Mapping>(&m_memory);
    m_data = mapping != nullptr ? mapping->data() : std::get<AttachedSegment>(m_memory).get();
    faultIn({m_data, m_size});
}

} // namespace ipclab
