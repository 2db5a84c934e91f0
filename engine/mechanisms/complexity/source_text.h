#pragma once

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

/// The names called with a global qualifier, `::read(…)`, in order; of `::syscall(SYS_futex, …)` "futex".
std::vector<std::string> globalCallsIn(std::string_view bareCode);

/// The limits of a host that the text speaks of, in code, comments or sentences: "fs.pipe-max-size", also for
/// /proc/sys/fs/pipe-max-size, and "RLIMIT_MSGQUEUE". Some may be none.
std::vector<std::string> hostLimitsIn(std::string_view text);

/// A class, function or variable of namespace scope.
struct Definition {
    std::string name; ///< of a member defined outside its class, the class's
    std::string code; ///< bare
};

/// What bare code defines or declares at namespace scope, in order. A class is one definition with all that
/// is in it.
std::vector<Definition> definitionsIn(std::string_view bareCode);

} // namespace ipclab
