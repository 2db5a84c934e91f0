#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

// Pieces of a text that a user wrote, and of the sentences that tell what was wrong with it.

/// Without the blanks around it. Both views are into the given text.
std::string_view trimmed(std::string_view text);
/// What stands between the commas, trimmed; one empty part of an empty text.
std::vector<std::string_view> commaSeparated(std::string_view text);

/// The beginning of a foreign text, fit for one line: at most 40 characters, control characters and broken
/// UTF-8 as "?".
std::string excerpt(std::string_view text);
/// The excerpt in double quotes.
std::string quoted(std::string_view text);

/// "a", "a or b", "a, b or c".
std::string enumerated(std::span<const std::string> words, std::string_view conjunction);

/// The word of `known` nearest to `word` by edit distance, if it is near enough to be a slip of the fingers.
std::optional<std::string> nearestWord(std::string_view word, std::span<const std::string> known);

/// What to say to one who wrote the unknown `word`: 'did you mean "pipe"?', or all that there are where none
/// is near.
std::string suggestion(std::string_view word, std::span<const std::string> known);

} // namespace ipclab
