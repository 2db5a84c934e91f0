#pragma once

#include "engine/experiment/experiment.h"

#include <span>
#include <string_view>
#include <vector>

namespace ipclab {

/// The options of something that an experiment chooses: "load.rate" is the option "rate" of the load profile
/// that "load.profile" names. A constant of the program.
struct OptionGroup {
    std::string_view prefix;   ///< "load."
    std::string_view chosenBy; ///< the key that names their owner: "load.profile"
    /// Whether it can be an option's id. Of another owner too: the owner may be chosen later.
    bool (*mayHave)(std::string_view id);
    Options& (*optionsOf)(Experiment&);
    /// What the chosen owner has to set; empty if the owner is unknown.
    std::vector<OptionSpec> (*specsOf)(const Experiment&);
    /// Of complete options that are each fine by themselves, and of a known owner. Ids are without the
    /// prefix.
    std::vector<OptionProblem> (*problemsOf)(const Experiment&, const Options&);

    const Options& optionsIn(const Experiment& experiment) const;
    /// Sets with whole keys as ids: what there is, and what was chosen.
    std::vector<OptionSpec> keysOf(const Experiment& experiment) const;
    Options chosenIn(const Experiment& experiment) const;
};

std::span<const OptionGroup> optionGroups();

/// An option's whole key, taken apart. `group` is never null.
struct OptionKey {
    const OptionGroup* group;
    std::string_view id;
};

} // namespace ipclab
