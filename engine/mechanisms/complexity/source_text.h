#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

/// Reading C++ sources well enough to count what is in them: plain functions on text, no compiler.

/// The text with comments and the contents of string and character literals replaced by spaces. Line breaks
/// stay, so that lines and offsets agree with the original.
std::string bareCode(std::string_view text);

/// Lines of bare code that are not blank.
unsigned countLines(std::string_view bareCode);

/// The comment with which a file begins, without its slashes and as running text; empty if there is none.
std::string openingComment(std::string_view text);

/// The files of #include "…", in order.
std::vector<std::string> quotedIncludes(std::string_view text);

/// Every identifier and keyword, in order and as often as it stands there.
std::vector<std::string_view> identifiersIn(std::string_view bareCode);

/// The names called with a global qualifier, `::read(…)`, or passed on, `&::read`, in order; of
/// `::syscall(SYS_futex, …)` "futex".
std::vector<std::string> globalCallsIn(std::string_view bareCode);

/// The limits of a host that the text speaks of, in code, comments or sentences: "fs.pipe-max-size", also for
/// /proc/sys/fs/pipe-max-size, and "RLIMIT_MSGQUEUE". Some may be none.
std::vector<std::string> hostLimitsIn(std::string_view text);

/// A class, function or variable of namespace scope.
struct Definition {
    std::string name;      ///< of a member defined outside its class, the class's
    std::string code;      ///< bare
    std::size_t begin = 0; ///< where the code stands in the file
};

/// A value of an enumeration, as code names it: "RegionKind::File".
using EnumValue = std::string;

/// The values that code names other than to compare with them, in a condition or as the label of a branch:
/// those it may give to somebody. Of everything that looks like one, so that namespaces are among them.
std::vector<EnumValue> valuesGivenIn(std::string_view bareCode);

struct TextRange {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// The branches of switches all of whose labels are values that `isNeverGiven` is true of, with those labels.
std::vector<TextRange> deadBranchesIn(std::string_view bareCode,
                                      const std::function<bool(const EnumValue&)>& isNeverGiven);

/// Blanks the ranges, except for line breaks.
void blankRanges(std::string& text, const std::vector<TextRange>& ranges);

/// What bare code defines or declares at namespace scope, in order. A class is one definition with all that
/// is in it.
std::vector<Definition> definitionsIn(std::string_view bareCode);

} // namespace ipclab
