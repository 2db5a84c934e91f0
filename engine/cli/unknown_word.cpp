#include "engine/cli/unknown_word.h"

#include "engine/base/wording.h"
#include "engine/mechanisms/catalog.h"

#include <fmt/format.h>

namespace ipclab {

UsageError unknownWord(std::string_view kind, std::string_view word, std::span<const std::string> known)
{
    const std::string advice = suggestion(word, known);
    return UsageError(
        fmt::format("There is no {} {}: {}{}", kind, quoted(word), advice, advice.ends_with('?') ? "" : "."));
}

const Mechanism& mechanismNamed(const std::string& id)
{
    if (const Mechanism* mechanism = findMechanism(id))
        return *mechanism;
    std::vector<std::string> ids;
    for (const Mechanism* mechanism : allMechanisms())
        ids.push_back(mechanism->info().id);
    throw unknownWord("mechanism", id, ids);
}

} // namespace ipclab
