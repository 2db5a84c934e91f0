#include "engine/mechanisms/catalog.h"

#include <algorithm>
#include <array>

namespace ipclab {

// Each mechanism's file defines one of these. The suffix keeps `pipe` from hiding the system call of that
// name.
#define IPCLAB_MECHANISM(id) const Mechanism& id##Mechanism();
#include "engine/mechanisms/mechanisms.def"
#undef IPCLAB_MECHANISM

std::span<const Mechanism* const> allMechanisms()
{
    static const std::array mechanisms{
#define IPCLAB_MECHANISM(id) &id##Mechanism(),
#include "engine/mechanisms/mechanisms.def"
#undef IPCLAB_MECHANISM
    };
    return mechanisms;
}

const Mechanism* findMechanism(std::string_view id)
{
    const auto mechanisms = allMechanisms();
    const auto found = std::ranges::find(
        mechanisms, id, [](const Mechanism* each) { return std::string_view(each->info().id); });
    return found == mechanisms.end() ? nullptr : *found;
}

} // namespace ipclab
