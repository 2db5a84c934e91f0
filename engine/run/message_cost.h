#pragma once

#include "engine/run/run_result.h"

namespace ipclab {

/// What a message cost, from the workers' accounts of the measured window and the messages received in it.
MessageCost costPerMessage(const RunResult& result);

} // namespace ipclab
