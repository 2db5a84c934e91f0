#pragma once

#include "engine/run/run_result.h"

namespace ipclab {

/// A small finished run, made by hand, in which every member has a value of its own and some texts are
/// awkward: commas, quotation marks, line breaks, bytes that are not UTF-8.
RunResult sampleResult();

} // namespace ipclab
