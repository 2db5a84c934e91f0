#pragma once

#include <string_view>
#include <vector>

namespace ipclab {

/// What one file contributes to a mechanism.
struct SourceShare {
    std::string_view path; ///< "engine/mechanisms/pipe.cpp"
    unsigned lines = 0;    ///< of code, without blank lines and comments
};

/// What it takes to program with a mechanism, counted in its source when this program was built and typed by
/// nobody. Counted are the mechanism's own file and those definitions of shared files that it uses, directly
/// or not, for all of its options together; but not the branches of shared code for values that only other
/// mechanisms give. What is there only for the laboratory (options, limits, deadlines, the journal) does not
/// count.
/// Whether it needs a lock is one of the mechanism's traits.
struct Complexity {
    std::string_view id;
    std::string_view explanation;   ///< the comment with which its source begins, as running text
    std::string_view source;        ///< its own file
    std::vector<SourceShare> files; ///< its own file first, then the shared ones
    /// Names called as ::name(…), each once: system calls, and library functions that may make one.
    std::vector<std::string_view> systemCalls;
    std::vector<std::string_view> objects;  ///< kinds of kernel objects that these calls create
    std::vector<std::string_view> removals; ///< calls that have to remove what outlives its processes
    std::vector<std::string_view> errors;   ///< errno values that the code tells apart
    std::vector<std::string_view> limits;   ///< of the host, of which these files speak: "RLIMIT_MSGQUEUE"
    unsigned failures = 0; ///< places where a call that failed, or what it gave, becomes a failure

    unsigned ownLines() const { return files.front().lines; }
    unsigned sharedLines() const;
    unsigned lines() const { return ownLines() + sharedLines(); }
};

/// In the order of mechanisms.def.
const std::vector<Complexity>& allComplexities();

/// Of a mechanism of the catalogue, by its id.
const Complexity& complexityOf(std::string_view id);

} // namespace ipclab
