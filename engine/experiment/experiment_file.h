#pragma once

#include "engine/experiment/experiment.h"

#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

/// What a TOML text defines: one experiment, or one per [[variant]] table, each the keys above it overridden by its own.
/// With problems, `experiments` is empty.
struct ExperimentSet {
    std::string title;
    std::string summary;
    std::vector<Experiment> experiments;
    std::vector<Problem> problems;
};

/// Reads an experiment file's text. Unknown keys, wrong values and broken TOML become problems with their line.
ExperimentSet parseExperiments(std::string_view text);

/// As above, from a file. A missing file, a directory, no permission, more than 1 MiB or text that is not UTF-8 is a problem too.
ExperimentSet readExperiments(const std::string& path);

/// The TOML text of one experiment: parseExperiments(toText(e)).experiments == {e}.
std::string toText(const Experiment& experiment);

/// The TOML text of several, as [[variant]] tables over what the first one says.
std::string toText(const std::vector<Experiment>& experiments);

/// An experiment that comes with the program: a file under resources/presets, named by its id.
struct Preset {
    std::string id;
    std::string title;
    std::string summary;
    std::string path;
};

/// In the order of their file names; the first is the default experiment.
std::vector<Preset> allPresets();

} // namespace ipclab
