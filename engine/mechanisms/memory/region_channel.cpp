#include "engine/mechanisms/memory/region_channel.h"

#include "engine/mechanisms/kernel_object.h"

#include <utility>

namespace ipclab {

RegionChannel::RegionChannel(SharedRegion region, Waking waking, std::uint64_t places,
                             std::vector<EffectiveSetting> settings)
    : m_region(std::move(region)), m_places(places), m_settings(std::move(settings))
{
    while (usesBells(waking) && m_bells.size() < 2)
        m_bells.push_back(EventBell::make());
}

Invitation RegionChannel::invite(Seat)
{
    Invitation invitation = m_region.invite();
    for (const EventBell& bell : m_bells)
        invitation.descriptors.push_back(duplicate(bell.descriptor()));
    return invitation;
}

std::vector<KernelObject> RegionChannel::objects() const
{
    std::vector<KernelObject> objects{m_region.object()};
    for (const EventBell& bell : m_bells)
        objects.push_back(objectOf("eventfd", bell.descriptor().get()));
    return objects;
}

} // namespace ipclab
