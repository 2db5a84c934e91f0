#pragma once

#include "engine/run/run_summary.h"

#include <vector>

namespace ipclab {

/// The identities that must hold if the figures are to be trusted: messages sent = received + lost + queued;
/// the intervals add up to the totals; as many latencies as stamped messages; percentiles in order;
/// states = wall time; the classes of messages, where there are any, add up to the totals.
std::vector<SelfCheck> selfChecks(const RunResult& result, const RunEnd& end);

} // namespace ipclab
