#pragma once

#include "engine/run/speed_by_size.h"

#include <string>

namespace ipclab {

/// CSV by RFC 4180, a record for each mechanism and size: how many trials, and of messages per second, bytes
/// per second and response time the median with its interval.
std::string toCsv(const SpeedBySize& speeds);

} // namespace ipclab
