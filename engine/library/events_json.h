#pragma once

#include "engine/library/json_value.h"
#include "engine/run/run_result.h"

#include <memory>

namespace ipclab {

// What happened in a run and what its checks found, as result_json.h describes these members.
Json toJsonValue(const LoggedEvent& event);
Json toJsonValue(const FaultRecord& record);
Json toJsonValue(const WaitEdge& edge);
Json toJsonValue(const Deadlock& deadlock);
/// What the trace is; the events themselves are in files of their own.
Json toJsonValue(const std::shared_ptr<const RunTrace>& trace);
Json toJsonValue(const SelfCheck& check);

} // namespace ipclab
