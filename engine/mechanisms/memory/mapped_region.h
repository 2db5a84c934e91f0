#pragma once

#include "engine/base/mapping.h"
#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/memory/region_request.h"

#include <cstddef>
#include <memory>
#include <variant>

namespace ipclab {

/// The first of its descriptors, which the invitation has no more then.
UniqueFd takeFirst(Invitation& invitation);

/// Owns one attachment of a System V segment (shmat(2)), with what detaches it.
using AttachedSegment = std::unique_ptr<std::byte, void (*)(std::byte*)>;

/// The shared memory of a channel in one process: mapped for reading and writing, every page touched. The
/// destructor unmaps it; the memory itself belongs to the supervisor's SharedRegion. Move-only.
class MappedRegion final {
public:
    /// Takes what SharedRegion::invite() gave off the invitation. Throws FailureError where somebody put
    /// something else at that name, and std::system_error.
    MappedRegion(Invitation& invitation, const RegionRequest& request);

    std::byte* data() const { return m_data; }
    std::size_t size() const { return m_size; }

    /// The object at the start. The caller knows that one is there.
    template <typename Type>
    Type* as() const
    {
        return reinterpret_cast<Type*>(m_data);
    }

private:
    std::variant<Mapping, AttachedSegment> m_memory;
    std::byte* m_data = nullptr;
    std::size_t m_size = 0;
};

} // namespace ipclab
