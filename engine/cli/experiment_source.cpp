#include "engine/cli/experiment_source.h"

#include "engine/base/failure.h"
#include "engine/base/wording.h"
#include "engine/cli/command.h"
#include "engine/cli/unknown_word.h"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

namespace ipclab {

namespace {

constexpr std::size_t largestText = std::size_t{1} << 20;

/// Nothing if there is more of it than any experiment needs.
std::optional<std::string> readStandardInput()
{
    std::string text;
    std::array<char, 65536> buffer;
    while (text.size() <= largestText) {
        const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (check(got, "read") == 0)
            return text;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return std::nullopt;
}

ExperimentSet withProblem(const std::string& sentence)
{
    ExperimentSet set;
    set.problems.push_back({.key = {}, .line = 0, .sentence = sentence});
    return set;
}

ExperimentSet readSource(const std::string& file)
{
    if (file != "-")
        return readExperiments(file);
    try {
        const std::optional<std::string> text = readStandardInput();
        return text ? parseExperiments(*text)
                    : withProblem("There is more than 1 MiB of it: that is no experiment.");
    } catch (const std::system_error& error) {
        return withProblem(explain(error, "read standard input").sentence());
    }
}

std::string nameOf(const std::string& file)
{
    return file == "-" ? "standard input" : file;
}

const Preset& findPreset(const std::vector<Preset>& presets, const std::string& id)
{
    std::vector<std::string> ids;
    for (const Preset& preset : presets) {
        if (preset.id == id)
            return preset;
        ids.push_back(preset.id);
    }
    throw unknownWord("preset", id, ids);
}

std::string presetFile(const std::string& id)
{
    const std::vector<Preset> presets = allPresets();
    if (presets.empty())
        throw FailureError({.tried = "find the presets",
                            .reason = "their directory is missing or empty",
                            .hint = "Install IPC Lab again, or name an experiment file"});
    return id.empty() ? presets.front().path : findPreset(presets, id).path;
}

void addOnce(std::vector<std::string>& lines, std::string line)
{
    if (std::find(lines.begin(), lines.end(), line) == lines.end())
        lines.push_back(std::move(line));
}

/// Variants mostly share what is wrong with them: each sentence once.
void requireNone(const std::string& source, const std::vector<Problem>& problems)
{
    std::vector<std::string> lines;
    for (const Problem& problem : problems)
        addOnce(lines, problemLine(source, problem));
    if (!lines.empty())
        throw UsageError(lines);
}

void applySetting(Experiment& experiment, const std::string& setting)
{
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0)
        throw UsageError(fmt::format("--set {}: write KEY=VALUE, for instance --set message.size=4KiB.",
                                     excerpt(setting)));
    if (const auto problem = setKey(experiment, setting.substr(0, equals), setting.substr(equals + 1)))
        requireNone("--set", {*problem});
}

std::vector<Problem> problemsOnThisHost(const std::vector<Experiment>& experiments)
{
    std::vector<Problem> all;
    for (const Experiment& experiment : experiments)
        for (Problem& problem : problems(experiment))
            all.push_back(std::move(problem));
    return all;
}

} // namespace

std::vector<Experiment> loadExperiments(const ExperimentRequest& request)
{
    const std::string file = request.file.empty() ? presetFile(request.preset) : request.file;
    ExperimentSet set = readSource(file);
    requireNone(nameOf(file), set.problems);
    for (Experiment& experiment : set.experiments)
        for (const std::string& setting : request.settings)
            applySetting(experiment, setting);
    requireNone(request.settings.empty() ? nameOf(file) : std::string(), problemsOnThisHost(set.experiments));
    return set.experiments;
}

ExperimentSet checkedExperiments(const std::string& file)
{
    ExperimentSet set = readSource(file);
    if (set.problems.empty())
        set.problems = problemsOnThisHost(set.experiments);
    return set;
}

std::string problemLine(const std::string& source, const Problem& problem)
{
    std::string line = source;
    if (!source.empty() && problem.line > 0)
        line += fmt::format(":{}", problem.line);
    for (const std::string& part : {problem.key, problem.sentence})
        if (!part.empty())
            line += (line.empty() ? "" : ": ") + part;
    return line;
}

} // namespace ipclab
