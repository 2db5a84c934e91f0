#pragma once

#include "engine/experiment/experiment.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

/// One key of an experiment: how it is described, read and written. `set` may be given only what has no
/// problem.
struct Key {
    OptionSpec spec;
    std::string (*text)(const Experiment&);
    void (*set)(Experiment&, std::string_view);
};

/// Every key that is not a mechanism's or a profile's own, in the order of a form.
const std::vector<Key>& allKeys();

/// Null if there is none with this id.
const Key* findKey(std::string_view id);

/// Why `text` cannot be the value of the key that `spec` describes.
std::optional<std::string> problemOfKey(const OptionSpec& spec, std::string_view text);

/// An option of the experiment's mechanism or profile, as a key: "load.rate" is the option "rate" of the
/// load.
struct OptionKey {
    std::string_view prefix;
    std::string_view id;
};

/// Nothing if the key is of another kind, or what follows the prefix can be no option's id.
std::optional<OptionKey> splitOptionKey(std::string_view key);

inline constexpr std::string_view mechanismOptionPrefix = "mechanism_options.";
inline constexpr std::string_view loadOptionPrefix = "load.";

/// The options that the experiment's mechanism and profile have and those that were chosen, with whole keys
/// as ids.
std::vector<OptionSpec> optionKeys(const Experiment& experiment, std::string_view prefix);
Options chosenOptions(const Experiment& experiment, std::string_view prefix);

} // namespace ipclab
