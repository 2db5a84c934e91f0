#pragma once

#include "engine/experiment/experiment.h"

#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

/// "KEY: SENTENCE" of each, a line each; empty where nothing is wrong.
inline std::string sentencesOf(const std::vector<Problem>& problems)
{
    std::string text;
    for (const Problem& problem : problems)
        text += problem.key + ": " + problem.sentence + "\n";
    return text;
}

/// The first sentence about the key, or nothing.
inline std::string sentenceAbout(const std::vector<Problem>& problems, std::string_view key)
{
    for (const Problem& problem : problems)
        if (problem.key == key)
            return problem.sentence;
    return {};
}

} // namespace ipclab
