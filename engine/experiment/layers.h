#pragma once

#include "engine/experiment/experiment.h"
#include "engine/mechanisms/mechanism.h"

#include <cstddef>
#include <string>
#include <vector>

namespace ipclab {

/// Whether messages of this experiment may fail to arrive: because of its mechanism, or because of an
/// impairment that no acknowledgement makes good.
bool mayLoseMessages(const Experiment& experiment);

/// Bytes that layers put before each message in the channel.
std::size_t layerOverhead(const Experiment& experiment);

/// Messages that layers keep with the sender when they are under way.
std::size_t layerWindow(const Experiment& experiment);

/// What the layers are in a run, for its effective settings.
std::vector<EffectiveSetting> layerSettings(const Experiment& experiment);

/// "drop 5 %, repeat 1 %, seed 1"; empty where nothing is impaired.
std::string impairmentText(const Experiment& experiment);
/// "go-back-n, window 32, time-out 5 ms"; empty where there is none.
std::string acknowledgementText(const Experiment& experiment);

/// Both in words, as a chart says below which conditions it was drawn: "impairment: drop 5 %, seed 1".
std::vector<std::string> layerCaptions(const Experiment& experiment);

/// Why impairment, acknowledgements, deadlines, back-off or connections do not go together with the rest of
/// the experiment, and the nearest that does. Its mechanism's options have no problems.
std::vector<Problem> layerProblems(const Experiment& experiment, const Mechanism& mechanism);

} // namespace ipclab
