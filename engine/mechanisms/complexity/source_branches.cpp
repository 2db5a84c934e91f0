#include "engine/mechanisms/complexity/source_text.h"

#include "engine/mechanisms/complexity/letters.h"

#include <algorithm>

namespace ipclab {

namespace {

std::size_t skipSpace(std::string_view code, std::size_t at)
{
    while (at < code.size() && isSpace(code[at]))
        ++at;
    return at;
}

std::string_view beforeWithoutSpace(std::string_view code, std::size_t at)
{
    while (at > 0 && isSpace(code[at - 1]))
        --at;
    return code.substr(0, at);
}

bool isComparison(std::string_view sign)
{
    return sign == "==" || sign == "!=";
}

/// Whether the word stands at `at`, and not as part of a longer one.
bool isWordAt(std::string_view code, std::size_t at, std::string_view word)
{
    const std::size_t end = at + word.size();
    return code.substr(at, word.size()) == word && (at == 0 || !isWord(code[at - 1])) &&
           (end == code.size() || !isWord(code[end]));
}

/// Behind the one that closes the block in which `at` lies, or at the next label of that block.
std::size_t endOfBranch(std::string_view code, std::size_t at)
{
    for (int depth = 0; at < code.size(); ++at) {
        if (code[at] == '{')
            ++depth;
        if (code[at] == '}' && --depth < 0)
            return at;
        if (depth == 0 && (isWordAt(code, at, "case") || isWordAt(code, at, "default")))
            return at;
    }
    return at;
}

struct Labels {
    std::vector<EnumValue> values;
    std::size_t end = 0; ///< where the branch itself begins
};

/// The labels that begin at `at`, one behind the other.
Labels labelsAt(std::string_view code, std::size_t at)
{
    Labels labels;
    while (isWordAt(code, at, "case")) {
        const std::size_t begin = skipSpace(code, at + 4);
        std::size_t end = begin;
        while (end < code.size() && (isWord(code[end]) || code.substr(end, 2) == "::"))
            end += isWord(code[end]) ? 1U : 2U;
        labels.values.emplace_back(code.substr(begin, end - begin));
        labels.end = skipSpace(code, std::min(code.find(':', end), code.size() - 1) + 1);
        at = labels.end;
    }
    return labels;
}

} // namespace

std::vector<EnumValue> valuesGivenIn(std::string_view code)
{
    std::vector<EnumValue> values;
    for (std::size_t colons = code.find("::"); colons != std::string_view::npos;
         colons = code.find("::", colons + 2)) {
        std::size_t begin = colons;
        while (begin > 0 && isWord(code[begin - 1]))
            --begin;
        std::size_t end = colons + 2;
        while (end < code.size() && isWord(code[end]))
            ++end;
        const std::string_view before = beforeWithoutSpace(code, begin);
        const std::string_view after = code.substr(skipSpace(code, end), 2);
        const bool isLabel = before.ends_with("case") && begin > before.size();
        const bool isCompared =
            isComparison(after) || (before.size() > 1 && isComparison(before.substr(before.size() - 2)));
        if (begin < colons && !isLabel && !isCompared)
            values.emplace_back(code.substr(begin, end - begin));
    }
    return values;
}

std::vector<TextRange> deadBranchesIn(std::string_view code,
                                      const std::function<bool(const EnumValue&)>& isNeverGiven)
{
    std::vector<TextRange> ranges;
    for (std::size_t at = 0; at < code.size(); ++at) {
        if (!isWordAt(code, at, "case"))
            continue;
        const Labels labels = labelsAt(code, at);
        if (std::ranges::all_of(labels.values, isNeverGiven)) {
            ranges.push_back({at, endOfBranch(code, labels.end)});
            at = ranges.back().end - 1;
        } else {
            at = labels.end - 1;
        }
    }
    return ranges;
}

void blankRanges(std::string& text, const std::vector<TextRange>& ranges)
{
    for (const TextRange& range : ranges)
        std::replace_if(
            text.begin() + static_cast<std::ptrdiff_t>(range.begin),
            text.begin() + static_cast<std::ptrdiff_t>(range.end), [](char letter) { return letter != '\n'; },
            ' ');
}

} // namespace ipclab
