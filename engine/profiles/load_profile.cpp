#include "engine/profiles/load_profile.h"

#include <algorithm>
#include <array>

namespace ipclab {

// Each profile's file defines one of these.
#define IPCLAB_PROFILE(id) const LoadProfile& id##Profile();
#include "engine/profiles/profiles.def"
#undef IPCLAB_PROFILE

std::span<const LoadProfile* const> allLoadProfiles()
{
    static const std::array profiles{
#define IPCLAB_PROFILE(id) &id##Profile(),
#include "engine/profiles/profiles.def"
#undef IPCLAB_PROFILE
    };
    return profiles;
}

const LoadProfile* findLoadProfile(std::string_view id)
{
    const auto profiles = allLoadProfiles();
    const auto found = std::ranges::find(
        profiles, id, [](const LoadProfile* each) { return std::string_view(each->info().id); });
    return found == profiles.end() ? nullptr : *found;
}

} // namespace ipclab
