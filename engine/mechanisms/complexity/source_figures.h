#pragma once

#include <functional>
#include <string>
#include <vector>

namespace ipclab {

/// What one file contributes to a mechanism.
struct FileShare {
    std::string path;   ///< "engine/mechanisms/pipe.cpp"
    unsigned lines = 0; ///< of code
    bool operator==(const FileShare&) const = default;
};

/// What can be counted in a mechanism's source; the meaning of each figure is that of Complexity.
struct SourceFigures {
    std::string explanation;
    std::vector<FileShare> files; ///< its own first
    std::vector<std::string> systemCalls;
    std::vector<std::string> objects;
    std::vector<std::string> removals;
    std::vector<std::string> errors;
    std::vector<std::string> limits;
    unsigned failures = 0;
};

/// The text of a file, empty if there is none. The path is relative to the root of the sources.
using ReadSource = std::function<std::string(const std::string& path)>;

/// Reads the mechanism's file and whatever it uses of the files it includes. Of those a definition counts if
/// its name stands in a definition that counts; a class counts as a whole. A branch of a switch over one of
/// their enumerations counts if what counts names its value other than to compare with it. What belongs to
/// the laboratory rather than to the mechanism is left out: the interface, options, units, failures,
/// deadlines, the journal.
SourceFigures figuresOf(const std::string& path, const ReadSource& read);

} // namespace ipclab
