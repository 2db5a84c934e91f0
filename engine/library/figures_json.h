#pragma once

#include "engine/library/json_value.h"
#include "engine/run/run_result.h"

#include <optional>

namespace ipclab {

// What was measured in a run, as result_json.h describes these members. Times are nanoseconds.
Json toJsonValue(const LatencySummary& latency);
Json toJsonValue(const RunSummary& summary);
Json toJsonValue(const ClassResult& messages);
Json toJsonValue(const Delivery& delivery);
Json toJsonValue(const WorkerResult& worker);
Json toJsonValue(const SeriesPoint& point);
Json toJsonValue(const ClassPoint& messages);
Json toJsonValue(const WorkerPoint& worker);
Json toJsonValue(const LatencyCounts& histogram);
Json toJsonValue(const SizeCounts& sizes);
Json toJsonValue(const std::optional<Saturation>& saturation);
Json toJsonValue(const SaturationStep& step);

} // namespace ipclab
