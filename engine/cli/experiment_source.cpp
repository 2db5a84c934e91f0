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
constexpr std::string_view overridden = "--set";

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

/// "message.size" of "message.size=4 KiB".
std::string keyOf(const std::string& setting)
{
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0)
        throw UsageError(fmt::format("--set {}: write KEY=VALUE, for instance --set message.size=4KiB.",
                                     excerpt(setting)));
    return setting.substr(0, equals);
}

void applySetting(ExperimentSet& set, const std::string& setting)
{
    const std::string key = keyOf(setting);
    for (Experiment& experiment : set.experiments)
        if (const auto problem = setKey(experiment, key, setting.substr(key.size() + 1)))
            throw UsageError(problemLine(overridden, *problem));
    for (auto& lines : set.lines)
        lines.erase(key); // the file is not to blame any more
}

void addFault(ExperimentSet& set, const std::string& text)
{
    Fault fault;
    if (const std::optional<std::string> sentence = readFault(fault, text))
        throw UsageError(fmt::format("--fault {}: {}.", excerpt(text), *sentence));
    for (Experiment& experiment : set.experiments)
        experiment.faults.push_back(fault);
}

/// What the user has to change: a setting or the file. Nothing is named where he has named nothing.
std::string lineFor(Problem problem, const ExperimentRequest& request)
{
    const auto names = [&problem](const std::string& setting) { return keyOf(setting) == problem.key; };
    if (std::any_of(request.settings.begin(), request.settings.end(), names))
        return problemLine(overridden, problem);
    if (!request.file.empty())
        return problemLine(request.file == "-" ? "standard input" : request.file, problem);
    problem.line = 0;
    return problemLine(request.preset, problem);
}

/// Ready to run; throws UsageError with all that is wrong.
std::vector<Experiment> settled(ExperimentSet set, const ExperimentRequest& request)
{
    if (set.problems.empty())
        for (const std::string& setting : request.settings)
            applySetting(set, setting);
    if (set.problems.empty())
        for (const std::string& fault : request.faults)
            addFault(set, fault);
    std::vector<std::string> sentences;
    for (const Problem& problem : problems(set))
        sentences.push_back(lineFor(problem, request));
    if (!sentences.empty())
        throw UsageError(sentences);
    return set.experiments;
}

} // namespace

std::vector<Experiment> loadExperiments(const ExperimentRequest& request)
{
    return settled(readSource(request.file.empty() ? presetFile(request.preset) : request.file), request);
}

Experiment adjusted(Experiment experiment, const std::vector<std::string>& settings)
{
    ExperimentSet set;
    set.experiments = {std::move(experiment)};
    ExperimentRequest request;
    request.settings = settings;
    return settled(std::move(set), request).front();
}

ExperimentSet checkedExperiments(const std::string& file)
{
    ExperimentSet set = readSource(file);
    set.problems = problems(set);
    return set;
}

std::string problemLine(std::string_view source, const Problem& problem)
{
    std::string line(source);
    if (!source.empty() && problem.line > 0)
        line += fmt::format(":{}", problem.line);
    for (const std::string& part : {problem.key, problem.sentence})
        if (!part.empty())
            line += (line.empty() ? "" : ": ") + part;
    return line;
}

} // namespace ipclab
