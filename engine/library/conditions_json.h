#pragma once

#include "engine/library/json_value.h"
#include "engine/run/run_result.h"

#include <optional>

namespace ipclab {

// Under which conditions a run was made, as result_json.h describes these members.
Json toJsonValue(const Experiment& experiment);
Json toJsonValue(const Fault& fault);
Json toJsonValue(const Host& host);
Json toJsonValue(const EffectiveSetting& setting);
Json toJsonValue(const std::optional<Capacity>& capacity);
Json toJsonValue(const KernelObject& object);

} // namespace ipclab
