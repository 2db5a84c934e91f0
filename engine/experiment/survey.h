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

/// Messages of 1 B to 16 MiB over every mechanism that this host offers and that carries more than a notice,
/// as far as each allows: one sender as fast as it can, a third of a second each, and every byte is written
/// and read. Size by size and trial by trial, so that those that are compared run close together.
std::vector<Experiment> surveyOfSizes(unsigned trials = 1);

} // namespace ipclab
