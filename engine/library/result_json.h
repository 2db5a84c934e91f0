#pragma once

#include "engine/run/run_result.h"

#include <string>
#include <vector>

namespace ipclab {

/// One run as a JSON object, schema "ipclab.run/1", ended by a line break: the result whole, enough to draw
/// every chart again and to run again. ipclab-run(5) describes each member; what is not in it is a bug of it.
/// Under this schema members may be added, never renamed or removed.
///
/// A latency is {count, min, p50, p90, p99, p99_9, max, mean}, all 0 when count is 0. A histogram is a list
/// of [lower, upper, count], only filled buckets, lower inclusive. Members that end in _ns are nanoseconds,
/// in _bytes bytes, in _per_second rates. at_ns counts from the start of the load and is negative before it.
/// What does not apply is null. Numbers are finite; text is UTF-8.
std::string toJson(const RunResult& result);

/// A list of the above, in the order of the runs.
std::string toJson(const std::vector<RunResult>& results);

} // namespace ipclab
