#pragma once

#include "engine/mechanisms/traits.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ipclab {

/// What the supervisor can see of a channel's lock. A value.
struct LockState {
    std::string title; ///< "robust mutex"
    bool isOn = true;  ///< it is taken, or is about to be
    /// How the kernel or the C library frees it when its holder dies, as the end of a sentence; empty where
    /// nobody does.
    std::string freedBy;
    std::optional<ChannelEnd> inside; ///< whose process is inside, or died there
    std::uint32_t takeovers = 0;      ///< how often somebody went inside after a holder that had died
    std::int64_t miscount = 0;        ///< by how much the count was wrong that the last of them mended
};

} // namespace ipclab
