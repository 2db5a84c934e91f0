#pragma once

#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/memory/mapped_region.h"
#include "engine/mechanisms/memory/region_request.h"

#include <optional>
#include <string>

namespace ipclab {

/// Memory that the workers of a channel share, filled with zeros; owned by the supervisor. Whatever has a
/// name is for this user only (0600) and is listed in the journal before it is made; the destructor removes
/// it, and what is mapped already stays mapped.
class SharedRegion final {
public:
    /// All of the memory is there when this returns: nobody meets SIGBUS later. `label` names a memory file
    /// in /proc/PID/maps. Throws FailureError with the limit that was met, and nothing left behind; the
    /// journal outlives the region.
    SharedRegion(const char* label, const RegionRequest& request, NameJournal& journal);

    /// For one worker, who gives it to MappedRegion: one descriptor, or an address text. The caller may add
    /// descriptors behind it.
    Invitation invite() const;

    /// For the supervisor itself, where it has something to write before the workers come.
    MappedRegion map() const;

    KernelObject object() const;

    const RegionRequest& request() const { return m_request; }
    /// Under which the workers meet it; empty for a memory file.
    std::string name() const { return m_name ? m_name->name() : std::string(); }

private:
    RegionRequest m_request;
    std::optional<JournaledName> m_name;
    UniqueFd m_file; ///< of a memory file, which is gone with its last descriptor
};

} // namespace ipclab
