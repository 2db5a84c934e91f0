#pragma once

#include "engine/experiment/experiment.h"
#include "engine/mechanisms/mechanism.h"

#include <string>
#include <vector>

namespace ipclab {

/// A run has at most so many workers: each is a bit in the control page.
inline constexpr unsigned mostWorkers = 64;

/// How many workers an experiment starts.
unsigned workerCount(const Experiment& experiment);

/// Whether messages go through others on their way.
bool hasRelays(ShapeKind kind);

/// Whether several receivers take from one channel, each message one of them.
bool receiversCompete(const Experiment& experiment);

/// Whether several senders of this experiment send into one channel: they do where the mechanism can carry
/// that, unless separate channels are asked for.
bool sendersShareAChannel(const Experiment& experiment, const Mechanism& mechanism);

/// Whether they do so without anything that marks a message, so that what several write at once may
/// interleave. Their messages are then records of stamped pieces (measure/message.h).
bool sendersInterleave(const Experiment& experiment, const Mechanism& mechanism);

/// What keeps an experiment's shape from running: counts and exchanges that do not belong to it, and what its
/// mechanism cannot do, with the nearest that can be done. Its mechanism's options have no problems.
std::vector<Problem> shapeProblems(const Experiment& experiment, const Mechanism& mechanism);

/// The keys of the shape that a kind leaves open, in the order of a form.
std::vector<std::string> openKeys(ShapeKind kind);

/// The same experiment in another shape, its counts and its exchange brought to what belongs to that shape.
Experiment reshaped(Experiment experiment, ShapeKind kind);

} // namespace ipclab
