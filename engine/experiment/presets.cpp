#include "engine/experiment/experiment_file.h"

#include "engine/base/data_directory.h"

#include <algorithm>
#include <filesystem>

namespace ipclab {

namespace {

/// "10-pipe-as-fast-as-possible" → "pipe-as-fast-as-possible": the number only orders the files.
std::string idOf(const std::string& stem)
{
    const std::size_t end = stem.find_first_not_of("0123456789");
    return end != std::string::npos && end > 0 && stem[end] == '-' ? stem.substr(end + 1) : stem;
}

std::vector<std::filesystem::path> presetFiles()
{
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(dataDirectory("presets"), error), end;
         !error && entry != end; entry.increment(error))
        if (entry->path().extension() == ".toml")
            files.push_back(entry->path());
    std::ranges::sort(files);
    return files;
}

std::vector<Preset> groupByGroup(std::vector<Preset> presets)
{
    std::vector<std::string> groups; // in the order in which they appear
    for (const Preset& preset : presets)
        if (std::ranges::find(groups, preset.group) == groups.end())
            groups.push_back(preset.group);
    std::ranges::stable_sort(presets, {},
                             [&](const Preset& preset) { return std::ranges::find(groups, preset.group); });
    return presets;
}

} // namespace

std::vector<Preset> allPresets()
{
    std::vector<Preset> presets;
    for (const std::filesystem::path& file : presetFiles()) {
        ExperimentSet set = readExperiments(file.string());
        if (set.problems.empty())
            presets.push_back({.id = idOf(file.stem().string()),
                               .title = std::move(set.title),
                               .summary = std::move(set.summary),
                               .group = set.group.empty() ? "Other" : std::move(set.group),
                               .path = file.string()});
    }
    return groupByGroup(std::move(presets));
}

} // namespace ipclab
