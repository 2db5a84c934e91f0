#include "engine/base/wording.h"

#include "engine/base/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace ipclab {

namespace {

/// Changes, swaps of neighbours, insertions and deletions that make one word of the other.
std::size_t editDistance(std::string_view from, std::string_view to)
{
    std::vector<std::size_t> beforePrevious;
    std::vector<std::size_t> previous(to.size() + 1);
    std::iota(previous.begin(), previous.end(), std::size_t{0});
    std::vector<std::size_t> current(to.size() + 1);
    for (std::size_t i = 1; i <= from.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t change = previous[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
            current[j] = std::min({change, previous[j] + 1, current[j - 1] + 1});
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                current[j] = std::min(current[j], beforePrevious[j - 2] + 1);
        }
        beforePrevious = previous;
        previous = current;
    }
    return previous[to.size()];
}

} // namespace

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(' ');
    return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<std::string_view> commaSeparated(std::string_view text)
{
    std::vector<std::string_view> parts;
    for (std::size_t comma = text.find(','); comma != std::string_view::npos; comma = text.find(',')) {
        parts.push_back(trimmed(text.substr(0, comma)));
        text.remove_prefix(comma + 1);
    }
    parts.push_back(trimmed(text));
    return parts;
}

std::string excerpt(std::string_view text)
{
    constexpr int mostCharacters = 40;
    std::string shown;
    for (int characters = 0; !text.empty(); ++characters) {
        if (characters == mostCharacters)
            return shown + "\u2026";
        const std::size_t length = utf8CharacterLength(text);
        const auto first = static_cast<unsigned char>(text.front());
        if (length == 0 || first < 0x20 || first == 0x7f)
            shown += '?';
        else
            shown += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return shown;
}

std::string quoted(std::string_view text)
{
    return '"' + excerpt(text) + '"';
}

std::string enumerated(std::span<const std::string> words, std::string_view conjunction)
{
    std::string result;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0)
            result += i + 1 == words.size() ? fmt::format(" {} ", conjunction) : ", ";
        result += words[i];
    }
    return result;
}

std::optional<std::string> nearestWord(std::string_view word, std::span<const std::string> known)
{
    constexpr std::size_t longest = 100; ///< nobody means a known word by more than this
    if (word.empty() || word.size() > longest)
        return std::nullopt;
    std::optional<std::string> nearest;
    std::size_t least = 1 + std::max<std::size_t>(1, word.size() / 3);
    for (const std::string& candidate : known) {
        const std::size_t distance = editDistance(word, candidate);
        if (distance < least && distance < candidate.size()) {
            least = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

std::string suggestion(std::string_view word, std::span<const std::string> known)
{
    if (const std::optional<std::string> nearest = nearestWord(word, known))
        return fmt::format("did you mean \"{}\"?", *nearest);
    if (known.empty())
        return "there are none";
    return fmt::format("there {} {}", known.size() == 1 ? "is" : "are", enumerated(known, "and"));
}

} // namespace ipclab
