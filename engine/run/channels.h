#pragma once

#include "engine/base/failure.h"
#include "engine/mechanisms/channel.h"
#include "engine/run/run_plan.h"

#include <memory>
#include <optional>
#include <vector>

namespace ipclab {

/// The channels of a run, each as its plan says. Throws FailureError or std::system_error with what the
/// kernel refuses; names of what has been made by then are in the journal.
std::vector<std::unique_ptr<Channel>> openChannels(const Experiment& experiment, const RunPlan& plan,
                                                   NameJournal& journal);

/// Opens them and closes them again, without a worker: what this host refuses, if it does. The experiment has
/// no problems.
std::optional<Failure> tryChannels(const Experiment& experiment);

} // namespace ipclab
