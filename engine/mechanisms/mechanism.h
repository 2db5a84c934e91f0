#pragma once

#include "engine/mechanisms/channel.h"
#include "engine/mechanisms/message_class.h"
#include "engine/mechanisms/unavailability.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ipclab {

/// How many workers may take each end of one channel.
struct Sharing {
    unsigned senders = 1;
    unsigned receivers = 1;
    /// For messages of senders that share, where those must be smaller than one sender's may be; 0 = no
    /// smaller.
    MessageLimit limit = {};
    /// Why one channel gets in the way of another, as the end of a sentence; empty where it does not. Then
    /// only pairs can be made.
    std::string onlyPairsBecause = {};
};

/// One way for processes to exchange messages. Stateless; the catalogue owns the only object of each.
class Mechanism {
public:
    virtual ~Mechanism() = default;

    virtual const MechanismInfo& info() const = 0;

    /// Why this host does not offer it; nothing where it does. Probed anew with each call, in microseconds.
    /// Where there is a reason, nothing below may be called.
    virtual std::optional<Unavailability> unavailable() const { return std::nullopt; }

    /// What does not go together in options that have no problem each by itself.
    virtual std::vector<OptionProblem> problems(const Options&) const { return {}; }

    /// How messages are told apart with these options. Where they are not (Boundaries::None), all messages
    /// have the largest size.
    virtual Boundaries boundaries(const Options&) const { return info().traits.boundaries; }

    /// Why strangers cannot meet by name with these options and this wait, as the end of a sentence; nothing
    /// where they can.
    virtual std::optional<std::string> whyNotByName(const Options&, Wait) const
    {
        return obstacleToMeetingByName(info().traits);
    }

    /// Why nobody can take the place of a worker that died, with these options, as the end of a sentence.
    /// Nothing where Channel::invite() lets a successor in, as long as workersStarted() has not been called.
    virtual std::optional<std::string> whyNotRejoin(const Options&) const
    {
        return obstacleToRejoining(info().traits);
    }

    /// The classes into which the messages fall with these options; fewer than two where all are alike.
    virtual std::vector<MessageClass> classes(const Options&) const { return {}; }

    /// The largest message with these options on this host, and the sentence that says where the limit comes
    /// from.
    virtual MessageLimit limit(const Options& options) const = 0;

    /// With these options. As the traits say, where no option matters.
    virtual Sharing sharing(const Options&) const
    {
        return {info().traits.mostSenders, info().traits.mostReceivers};
    }

    /// Whether each request makes a connection of its own with these options. Then there must be answers.
    virtual bool connectsPerRequest(const Options&) const { return false; }

    /// Makes the kernel objects. Throws FailureError or std::system_error with nothing left behind.
    virtual std::unique_ptr<Channel> open(const ChannelRequest& request) const = 0;

    /// Takes an end, in the worker. Throws as open() does. May block until the peer has come, where a
    /// mechanism needs that.
    virtual std::unique_ptr<Endpoint> join(Seat seat, Invitation invitation,
                                           const JoinRequest& request) const = 0;
};

} // namespace ipclab
