#pragma once

#include "engine/experiment/experiment.h"

#include <vector>

namespace ipclab {

class Mechanism;

/// The default experiment as this mechanism takes it: its way to wait, and a message that is not too large
/// for it.
Experiment plainExperimentWith(const Mechanism& mechanism);

/// A short experiment over every mechanism that this host offers, all of them alike as far as a mechanism
/// allows: one sender as fast as it can, messages of 64 B or the largest there are, and the mechanism's own
/// defaults.
std::vector<Experiment> surveyOfMechanisms();

} // namespace ipclab
