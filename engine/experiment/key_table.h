#pragma once

#include "engine/experiment/option_groups.h"

#include <algorithm>
#include <initializer_list>
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

/// Those of them that say who talks to whom, and on which core.
std::vector<Key> shapeKeys();
std::vector<Key> placementKeys();
/// And what becomes of a worker that dies.
std::vector<Key> restartKeys();

/// Those that say what stands between the processes and the channel, and how long is waited.
std::vector<Key> layerKeys();

/// The one of `all` whose word is `text`.
template <typename Enum>
Enum fromWord(std::initializer_list<Enum> all, std::string_view text)
{
    return *std::ranges::find(all, text, [](Enum value) { return word(value); });
}

/// Null if there is none with this id.
const Key* findKey(std::string_view id);

/// Why `text` cannot be the value of the key that `spec` describes.
std::optional<std::string> problemOfKey(const OptionSpec& spec, std::string_view text);

/// Nothing if the key is of another kind, or what follows the prefix can be no option's id.
std::optional<OptionKey> splitOptionKey(std::string_view key);

} // namespace ipclab
