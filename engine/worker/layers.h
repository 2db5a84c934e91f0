#pragma once

#include "engine/experiment/worker_plan.h"
#include "engine/mechanisms/endpoint.h"

#include <functional>
#include <memory>

namespace ipclab {

/// Whether the experiment puts anything between its workers and their channels.
bool hasLayers(const Experiment& experiment);

/// The end with what the experiment puts before it; itself, where that is nothing. `join` is its place in the
/// plan. `isCalledOff` may be asked as long as it lives: whether to give up what still waits for the peer.
std::unique_ptr<Endpoint> withLayers(std::unique_ptr<Endpoint> end, const WorkerPlan& plan, std::size_t join,
                                     std::function<bool()> isCalledOff);

} // namespace ipclab
