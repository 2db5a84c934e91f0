#pragma once

#include "engine/mechanisms/memory/shared_progress.h"
#include "engine/mechanisms/memory/shared_region.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ipclab {

/// A channel whose messages lie in places of one shared region, for one sender and one receiver who wake each
/// other as `waking` says. It owns the region, and two eventfds where they are used.
class RegionChannel final : public Channel {
public:
    /// `places` is how many messages it holds.
    RegionChannel(SharedRegion region, Waking waking, std::uint64_t places,
                  std::vector<EffectiveSetting> settings);

    Invitation invite(Seat) override;
    std::vector<EffectiveSetting> effective() const override { return m_settings; }
    std::optional<Capacity> capacity() const override
    {
        return Capacity{m_places, CapacityUnit::Messages, 0};
    }
    std::vector<KernelObject> objects() const override;

private:
    SharedRegion m_region;
    std::vector<EventBell> m_bells; ///< "something has come", "there is room"
    std::uint64_t m_places;
    std::vector<EffectiveSetting> m_settings;
};

} // namespace ipclab
