#pragma once

#include "engine/experiment/experiment.h"

#include <QString>

#include <optional>
#include <vector>

namespace ipclab {

/// What a load is going to be over the duration of a run.
struct LoadPreview {
    std::vector<double>
        rates;     ///< messages per second at equal distances in time; empty where not known beforehand
    QString words; ///< the same in a sentence
};

/// Nothing while the experiment names no load profile, or its options are no values of it.
std::optional<LoadPreview> loadPreview(const Experiment& experiment);

} // namespace ipclab
