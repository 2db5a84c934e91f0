#pragma once

#include "engine/measure/run_series.h"
#include "gui/charts/chart_theme.h"

#include <array>

namespace ipclab {

/// What the colour of a state of a worker is.
inline ColourRole colourRoleOf(WorkerState state)
{
    constexpr std::array roles{
        ColourRole::Running, ColourRole::Ready,    ColourRole::BlockedSending, ColourRole::BlockedReceiving,
        ColourRole::Pacing,  ColourRole::Sleeping, ColourRole::Event};
    static_assert(roles.size() == workerStateCount);
    return roles[static_cast<std::size_t>(state)];
}

} // namespace ipclab
