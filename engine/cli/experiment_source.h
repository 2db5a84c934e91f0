#pragma once

#include "engine/experiment/experiment_file.h"

#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

/// Where experiments come from. With neither file nor preset: the default experiment, which is the first
/// preset.
struct ExperimentRequest {
    std::string file;                  ///< "-" is standard input
    std::string preset;                ///< id
    std::vector<std::string> settings; ///< "KEY=VALUE", applied to every experiment, in this order
    std::vector<std::string> faults;   ///< "stop receiver at 2 s for 500 ms", added to every experiment
};

/// The experiments, ready to run on this host; at least one. Throws UsageError with everything that is wrong.
std::vector<Experiment> loadExperiments(const ExperimentRequest& request);

/// The experiment with these settings, "KEY=VALUE". Throws likewise.
Experiment adjusted(Experiment experiment, const std::vector<std::string>& settings);

/// What a file says, and everything that is wrong with it, on this host too. "-" is standard input.
ExperimentSet checkedExperiments(const std::string& file);

/// "FILE:LINE: key: sentence", without the parts that there are not.
std::string problemLine(std::string_view source, const Problem& problem);

} // namespace ipclab
