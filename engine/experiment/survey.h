#pragma once

#include "engine/experiment/experiment.h"

#include <vector>

namespace ipclab {

/// A short experiment over every mechanism that this host offers, all of them alike as far as a mechanism
/// allows: one sender as fast as it can, messages of 64 B or the largest there are, and the mechanism's own
/// defaults.
std::vector<Experiment> surveyOfMechanisms();

} // namespace ipclab
