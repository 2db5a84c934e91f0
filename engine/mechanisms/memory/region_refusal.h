#pragma once

#include "engine/base/failure.h"
#include "engine/mechanisms/memory/region_request.h"

#include <string>
#include <system_error>

namespace ipclab {

/// Throws FailureError where the host cannot have such memory whatever is free: huge pages of a kind that has
/// none, a file larger than this process may make.
void requirePossible(const RegionRequest& request);

/// Why the kernel refused such memory: the limit that was met, how far it goes, and how to raise it.
/// `directory` is where a mapped file was to lie.
Failure explainRegion(const std::system_error& error, const RegionRequest& request,
                      const std::string& directory);

} // namespace ipclab
