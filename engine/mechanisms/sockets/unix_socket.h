#pragma once

#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/sockets/unix_calls.h"

#include <string>

namespace ipclab {

/// What distinguishes one kind of Unix socket from the others.
struct UnixSocketKind {
    UnixSocketSort sort;
    std::string id;
    std::string title;
    std::string summary;
    Family family = Family::Message;
    Boundaries boundaries = Boundaries::Kept;
    PeerExit peerExit = PeerExit::Noticed;
};

/// The mechanisms over Unix sockets. All go both ways, have the same options and meet in the same ways.
class UnixSocketMechanism final : public Mechanism {
public:
    explicit UnixSocketMechanism(const UnixSocketKind& kind);

    const MechanismInfo& info() const override { return m_info; }
    MessageLimit limit(const Options& options) const override;
    Boundaries boundaries(const Options& options) const override;
    std::optional<std::string> whyNotByName(const Options& options, Wait wait) const override;
    std::optional<std::string> whyNotRejoin(const Options& options) const override;
    Sharing sharing(const Options& options) const override;
    bool connectsPerRequest(const Options& options) const override;
    std::vector<OptionProblem> problems(const Options& options) const override;
    std::unique_ptr<Channel> open(const ChannelRequest& request) const override;
    std::unique_ptr<Endpoint> join(Seat seat, Invitation invitation,
                                   const JoinRequest& request) const override;

private:
    UnixSocketSort m_sort;
    MechanismInfo m_info;
};

} // namespace ipclab
