#pragma once

#include "tests/support/channel_fixture.h"

#include <map>
#include <memory>
#include <string>

namespace ipclab {

/// A mechanism with its defaults but for the options chosen; its workers block.
inline Case blockingCase(const char* mechanism, const std::map<std::string, std::string>& chosen = {})
{
    const Mechanism& found = *findMechanism(mechanism);
    Options options;
    for (const auto& [id, text] : chosen)
        options.set(id, text);
    return {&found, Wait::Block, withDefaults(found.info().options, options), mechanism};
}

/// Both ends of a channel in this process, for what needs no other.
struct BothEnds {
    ChannelFixture channel;
    std::unique_ptr<Endpoint> receiver;
    std::unique_ptr<Endpoint> sender;

    BothEnds(const Case& row, std::size_t largest, NameJournal& journal) : channel(row, largest, journal)
    {
        const JoinRequest request{row.options, largest, row.wait};
        receiver =
            row.mechanism->join({ChannelEnd::Receiver, 0}, channel.invitation(ChannelEnd::Receiver), request);
        sender =
            row.mechanism->join({ChannelEnd::Sender, 0}, channel.invitation(ChannelEnd::Sender), request);
    }
};

} // namespace ipclab
