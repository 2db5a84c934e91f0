// Copying straight out of another process, or into it (process_vm_readv(2), process_vm_writev(2)): the caller
// names a pid and an address in that process, and the kernel copies between the two memories, once, without a
// buffer of its own in between. Both processes must want it: the kernel permits it to whom it would permit to
// debug the other, the same user at least, and where Yama is strict the one that is looked into must say so
// (PR_SET_PTRACER in prctl(2)). The call moves bytes and nothing else. It wakes nobody and says neither where
// a message lies nor that it has been read, so something else must carry address and length, here a socket: a
// note for each message. What is on its way is in the sender's memory still, so the sender must live until
// the last message has been read. Debuggers use it, and MPI libraries for large messages within one machine.

#include "engine/base/capability.h"
#include "engine/base/mapping.h"
#include "engine/mechanisms/memory/memory_limit.h"
#include "engine/mechanisms/memory/vm_endpoint.h"
#include "engine/mechanisms/sockets/packet_pair.h"

#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace ipclab {

namespace {

VmDirection directionOf(const Options& options)
{
    return options.text("direction") == "receiver_reads" ? VmDirection::ReceiverReads
                                                         : VmDirection::SenderWrites;
}

PacketPair makeNotePair(const Options& options)
{
    return makePacketPair(options.count("queue_length"), sizeof(VmNote), PacketContent::Bytes);
}

/// Yama's setting: 0 lets processes of one user look into each other, 1 those that were let in, 2 the
/// privileged, 3 nobody. No file, no Yama.
std::optional<Unavailability> yamaForbids()
{
    const std::string text = readSmallFile("/proc/sys/kernel/yama/ptrace_scope");
    const unsigned long scope = std::strtoul(text.c_str(), nullptr, 10);
    if (scope < 2 || (scope == 2 && hasCapability(CAP_SYS_PTRACE)))
        return std::nullopt;
    if (scope == 2)
        return Unavailability{
            "kernel.yama.ptrace_scope is 2, so that only the privileged (CAP_SYS_PTRACE) may "
            "look into other processes",
            "run this program as root, or let root allow it to all with: sysctl "
            "kernel.yama.ptrace_scope=1"};
    return Unavailability{"kernel.yama.ptrace_scope is 3, so that no process may look into another until the "
                          "system is started anew",
                          "let root see to it that nothing under /etc/sysctl.d sets it to 3, and start the "
                          "system anew"};
}

class VmMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    std::optional<Unavailability> unavailable() const override
    {
        std::byte there{};
        std::byte here{};
        const iovec remote{&there, 1};
        const iovec local{&here, 1};
        if (::process_vm_readv(::getpid(), &local, 1, &remote, 1, 0) != 1)
            return refusalOf("process_vm_readv(2)", errno);
        return yamaForbids();
    }

    MessageLimit limit(const Options& options) const override
    {
        const std::uint64_t slots = vmSlots(makeNotePair(options).length);
        return {memoryBudget() / slots,
                fmt::format("{} messages must fit into {}", slots, describeMemoryBudget())};
    }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override
    {
        PacketPair pair = makeNotePair(request.options);
        const std::string& direction = request.options.text("direction");
        const EffectiveSetting length = queueLengthSetting(request.options, pair.length);
        return makePacketChannel(std::move(pair), {{"direction", "Direction", direction, direction}, length});
    }

    std::unique_ptr<Endpoint> join(Seat seat, Invitation invitation,
                                   const JoinRequest& request) const override
    {
        return makeVmEndpoint(seat.end, std::move(invitation.descriptors.at(0)),
                              {.direction = directionOf(request.options),
                               .queueLength = makeNotePair(request.options).length,
                               .largestMessage = request.largestMessage});
    }

private:
    const MechanismInfo m_info{
        .id = "process_vm",
        .title = "Copy between processes",
        .summary =
            "One process copies straight out of the other's memory, or into it; a socket says where it lies.",
        .traits = {.family = Family::Message,
                   .namedBy = {NamedBy::Inherited},
                   .waits = {Wait::Block, Wait::Poll, Wait::Spin, Wait::Hybrid},
                   .copiesPerMessage = 1},
        .options =
            {{.id = "direction",
              .label = "Direction",
              .help = "Who copies. The other only offers its memory.",
              .kind = OptionKind::Choice,
              .initial = "receiver_reads",
              .choices =
                  {{"receiver_reads", "Receiver reads",
                    "The receiver copies out of the sender (process_vm_readv), which keeps its messages "
                    "until then."},
                   {"sender_writes", "Sender writes",
                    "The sender copies into the receiver (process_vm_writev), which finds its messages "
                    "in its own memory."}}},
             queueLengthOption()},
        .manPages = {"process_vm_readv(2)", "ptrace(2)", "unix(7)"},
    };
};

} // namespace

const Mechanism& process_vmMechanism()
{
    static const VmMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
