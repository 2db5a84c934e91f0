#pragma once

#include "engine/run/core_map.h"

#include <string>

namespace ipclab {

/// A JSON object, schema "ipclab.cores/1", ended by a line break: {schema, mechanism, cores, pairs: [{from,
/// to, wait, round_trip_ns, failure}]}. A latency is as in toJson(RunResult); failure is empty where there is
/// one.
std::string toJson(const CoreMap& map);

/// The same as CSV by RFC 4180, a record for each pair.
std::string toCsv(const CoreMap& map);

} // namespace ipclab
