#include "engine/mechanisms/ends_channel.h"

#include "engine/mechanisms/kernel_object.h"

namespace ipclab {

Invitation EndsChannel::invite(Seat seat)
{
    Invitation invitation;
    invitation.descriptors.push_back(
        duplicate(seat.end == ChannelEnd::Sender ? m_parts.sender : m_parts.receiver));
    return invitation;
}

void EndsChannel::workersStarted()
{
    m_parts.sender.reset();
    m_parts.receiver.reset();
}

} // namespace ipclab
