#pragma once

#include "engine/experiment/experiment.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

/// What a TOML text defines: one experiment, or one per [[variant]] table, each the keys above it overridden
/// by its own.
struct ExperimentSet {
    std::string title;
    std::string summary;
    std::string group; ///< under which a preset is listed; may be empty
    std::vector<Experiment> experiments;
    std::vector<Problem> problems; ///< of reading; if there are any, `experiments` is empty
    /// In which line each experiment's keys were set.
    std::vector<std::map<std::string, unsigned, std::less<>>> lines;
};

/// Reads an experiment file's text. Broken TOML, unknown keys and texts that are no value for their key
/// become problems with their line. Whether the experiments can run on this host is asked by problems().
ExperimentSet parseExperiments(std::string_view text);

/// As above, from a file. Never blocks. A missing file, a directory, a FIFO or device, no permission, more
/// than 1 MiB or text that is not UTF-8 is a problem too.
ExperimentSet readExperiments(const std::string& path);

/// The problems of reading, or if there are none everything that would keep an experiment of the set from
/// running on this host, with the line that says so; what several variants share, once.
std::vector<Problem> problems(const ExperimentSet& set);

/// The TOML text of one experiment: parseExperiments(toText(e)).experiments == {e}.
std::string toText(const Experiment& experiment);

/// The TOML text of several, as [[variant]] tables over what all of them say. Reads back as the same title,
/// summary, group and experiments.
std::string toText(const ExperimentSet& set);

/// An experiment that comes with the program: a file under resources/presets, named by its id.
struct Preset {
    std::string id;
    std::string title;
    std::string summary;
    std::string group; ///< a theme, as its file says: "Deadlocks"; "Other" if it says none
    std::string path;
};

/// Group by group, in the order of each group's first file, and in it by file name; the first is the default
/// experiment. A file that cannot be read is left out.
std::vector<Preset> allPresets();

} // namespace ipclab
