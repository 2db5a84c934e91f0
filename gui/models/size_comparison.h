#pragma once

#include "engine/run/speed_by_size.h"
#include "gui/charts/plot.h"
#include "gui/models/text_table.h"

namespace ipclab {

/// Two mechanisms that are set against each other; empty names for none.
struct MechanismPair {
    std::string first;
    std::string second;
};

/// A line for each mechanism, with the interval of each point where there are trials enough, and a ring where
/// the lines of the pair cross.
Plot plotOf(const SpeedBySize& speeds, SpeedFigure figure, const MechanismPair& pair);

/// A row for each size that both have run with.
TextTable tableOf(const SpeedBySize& speeds, SpeedFigure figure, const MechanismPair& pair);

/// Where which of the two is faster, in a sentence or two; empty when they have not run.
QString verdictText(const SpeedBySize& speeds, SpeedFigure figure, const MechanismPair& pair);

} // namespace ipclab
