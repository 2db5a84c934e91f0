#include "engine/cli/unknown_word.h"

#include "engine/base/wording.h"

#include <fmt/format.h>

namespace ipclab {

UsageError unknownWord(std::string_view kind, std::string_view word, std::span<const std::string> known)
{
    const std::string advice = suggestion(word, known);
    return UsageError(
        fmt::format("There is no {} {}: {}{}", kind, quoted(word), advice, advice.ends_with('?') ? "" : "."));
}

} // namespace ipclab
