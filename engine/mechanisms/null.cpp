// No mechanism at all: sending counts one up, receiving counts one up, and nothing moves. Whoever receives is
// lent a buffer of its own. What a run over it shows is what this laboratory itself costs per message, which
// bounds what it can say about the others. Like a ring it has a window, for otherwise a sender could run
// ahead without end.

#include "engine/base/mapping.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/memory/memory_limit.h"
#include "engine/mechanisms/waits/waiting.h"

#include <atomic>
#include <memory>
#include <utility>

namespace ipclab {

namespace {

constexpr std::uint64_t window = 65536;
/// Two lines: the processor fetches lines in pairs.
constexpr std::size_t separation = 128;

using Counter = std::atomic<std::uint64_t>;

struct Counters {
    alignas(separation) Counter sent;
    alignas(separation) Counter received;
};

/// Counts `mine` up whenever it is less than `lead` ahead of `theirs`.
class NullEndpoint final : public Endpoint {
public:
    NullEndpoint(Mapping mapping, ChannelEnd end, std::size_t largestMessage)
        : m_mapping(std::move(mapping)),
          m_mine(end == ChannelEnd::Sender ? m_mapping.as<Counters>()->sent
                                           : m_mapping.as<Counters>()->received),
          m_theirs(end == ChannelEnd::Sender ? m_mapping.as<Counters>()->received
                                             : m_mapping.as<Counters>()->sent),
          m_lead(end == ChannelEnd::Sender ? window : 0), m_size(largestMessage),
          m_message(std::make_unique<std::byte[]>(largestMessage))
    {
        m_mapping.faultIn();
    }

    // Hot path: these three run once per message.

    Reservation reserve(std::size_t, Deadline deadline) override
    {
        return {waitForTurn(deadline), m_message.get()};
    }

    Outcome commit(Deadline) override
    {
        m_mine.store(++m_done, std::memory_order_release);
        return Outcome::Done;
    }

    Received receive(Deadline deadline) override
    {
        const Outcome outcome = waitForTurn(deadline);
        if (outcome == Outcome::Done)
            m_mine.store(++m_done, std::memory_order_release);
        return {outcome, {m_message.get(), m_size}};
    }

private:
    Outcome waitForTurn(Deadline deadline)
    {
        while (m_done == m_known + m_lead) {
            m_known = m_theirs.load(std::memory_order_acquire);
            if (m_done != m_known + m_lead)
                break;
            if (const Outcome outcome = nap(deadline); outcome != Outcome::Done)
                return outcome;
        }
        return Outcome::Done;
    }

    const Mapping m_mapping;
    Counter& m_mine;
    const Counter& m_theirs;
    const std::uint64_t m_lead;
    std::uint64_t m_done = 0;
    std::uint64_t m_known = 0; ///< the last we saw of theirs
    const std::size_t m_size;
    const std::unique_ptr<std::byte[]> m_message;
};

class NullChannel final : public Channel {
public:
    NullChannel() : m_memory(createMemoryFile("ipclab-null", sizeof(Counters))) {}

    Invitation invite(Seat) override
    {
        Invitation invitation;
        invitation.descriptors.push_back(duplicate(m_memory));
        return invitation;
    }

    std::vector<EffectiveSetting> effective() const override { return {}; }

    std::optional<Capacity> capacity() const override { return Capacity{window, CapacityUnit::Messages, 0}; }

    std::vector<KernelObject> objects() const override { return {objectOf("memory file", m_memory.get())}; }

private:
    UniqueFd m_memory;
};

class NullMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    MessageLimit limit(const Options&) const override { return privateMemoryLimit(); }

    std::unique_ptr<Channel> open(const ChannelRequest&) const override
    {
        return std::make_unique<NullChannel>();
    }

    std::unique_ptr<Endpoint> join(Seat seat, Invitation invitation,
                                   const JoinRequest& request) const override
    {
        Mapping mapping(invitation.descriptors.at(0).get(), sizeof(Counters), Access::ReadWrite);
        return std::make_unique<NullEndpoint>(std::move(mapping), seat.end, request.largestMessage);
    }

private:
    const MechanismInfo m_info{
        .id = "null",
        .title = "Nothing",
        .summary = "Moves nothing: what the laboratory itself costs per message.",
        .traits = {.family = Family::Baseline,
                   .content = Content::CountOnly,
                   .peerExit = PeerExit::Unnoticed,
                   .namedBy = {NamedBy::Inherited},
                   .waits = {Wait::Spin},
                   .copiesPerMessage = 0},
        .options = {},
        .manPages = {"memfd_create(2)", "mmap(2)"},
    };
};

} // namespace

const Mechanism& nullMechanism()
{
    static const NullMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
