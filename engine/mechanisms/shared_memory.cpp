// A bounded buffer of slots in shared memory with a lock of one's choice: the producer and the consumer of
// every textbook on operating systems. All processes map the same pages (mmap(2)); whoever is in the buffer
// keeps the other one out, and whoever finds no slot for it, empty or filled, waits. What is shared is
// little: how many slots are filled, and whose turn it is. Adding one to a shared count is three steps, read,
// add, write, and if both processes are between them at once, one of the two changes is gone: the count is
// wrong, a slot is overwritten before it was read, or read before it was written. A lock
// (pthread_mutex_lock(3), sem_overview(7), semop(2), futex(2), eventfd(2)) makes the three steps one, for a
// price: some instructions, or system calls, and waiting. And somebody who dies while he holds it locks the
// others out for ever, unless the lock is one of the two kinds that are told (robust mutex, SEM_UNDO).

#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/locks/lock_kind.h"
#include "engine/mechanisms/locks/slot_buffer.h"
#include "engine/mechanisms/memory/shared_region.h"

#include <fmt/format.h>

#include <cctype>

namespace ipclab {

namespace {

std::string_view nameOf(Side side)
{
    return side == Side::Sender ? "sender" : "receiver";
}

class SlotChannel final : public Channel {
public:
    explicit SlotChannel(const ChannelRequest& request)
        : m_options(request.options), m_lock(lockKind(request.options.text("lock"))),
          m_geometry(slotGeometry(request.options, request.largestMessage)),
          m_region("ipclab-slots", regionRequest(request.options, m_geometry.bytes()), request.journal),
          m_view(m_region.map()),
          m_objects(m_lock.prepare(head().lock, static_cast<std::int64_t>(m_geometry.slots), request.journal))
    {
        const std::uint32_t mode = m_lock.isOn && !locksAfter() ? 1 : 0;
        LockSwitch& lockSwitch = head().lockSwitch;
        lockSwitch.senders = request.senders;
        for (std::atomic<std::uint32_t>* each :
             {&lockSwitch.mode, &lockSwitch.claimed, &lockSwitch.settled, &lockSwitch.receiver.seen})
            each->store(mode);
        for (SlotParticipant& sender : lockSwitch.sender)
            sender.seen.store(mode);
    }

    Invitation invite(Seat) override
    {
        Invitation invitation = m_region.invite();
        for (const UniqueFd& descriptor : m_objects.descriptors)
            invitation.descriptors.push_back(duplicate(descriptor));
        return invitation;
    }

    std::vector<EffectiveSetting> effective() const override
    {
        std::vector<EffectiveSetting> settings = regionSettings(m_options);
        const std::string& slots = m_options.text("slots");
        settings.push_back({"lock", "Lock", m_options.text("lock"), m_options.text("lock")});
        settings.push_back(
            {"lock_after", "Lock after", m_options.text("lock_after"), m_options.text("lock_after")});
        settings.push_back({"copy", "Copy", m_options.text("copy"), m_options.text("copy")});
        settings.push_back(
            {"slots", "Slots", slots == "0" ? "default" : slots, std::to_string(m_geometry.slots)});
        return settings;
    }

    std::optional<Capacity> capacity() const override
    {
        return Capacity{m_geometry.slots, CapacityUnit::Messages, 0};
    }

    std::vector<KernelObject> objects() const override
    {
        std::vector<KernelObject> objects{m_region.object()};
        if (m_objects.semaphores)
            objects.push_back(m_objects.semaphores->object());
        for (const UniqueFd& descriptor : m_objects.descriptors)
            objects.push_back(objectOf("eventfd", descriptor.get()));
        return objects;
    }

    void setLocking(Locking locking) override
    {
        if (locking != this->locking())
            head().lockSwitch.mode.fetch_add(1, std::memory_order_release);
    }

    Locking locking() const override
    {
        return LockSwitch::isOn(head().lockSwitch.mode.load(std::memory_order_relaxed)) ? Locking::On
                                                                                        : Locking::Off;
    }

    std::optional<Nanoseconds> locksAfter() const override
    {
        const Nanoseconds after = m_options.duration("lock_after");
        return after > Nanoseconds::zero() ? std::optional(after) : std::nullopt;
    }

    std::optional<LockState> lockState() const override
    {
        const SlotLedger& ledger = head().ledger;
        LockState state{.title = std::string(m_lock.title),
                        .isOn = locking() == Locking::On,
                        .freedBy = std::string(m_lock.freedBy),
                        .inside = std::nullopt,
                        .takeovers = ledger.recoveries.load(),
                        .miscount = ledger.miscount.load()};
        if (const std::uint32_t inside = ledger.inside.load(); inside > 0)
            state.inside = inside == 1 + indexOf(Side::Sender) ? ChannelEnd::Sender : ChannelEnd::Receiver;
        return state;
    }

    std::vector<std::string> remarks() const override
    {
        std::vector<std::string> sentences;
        const SlotLedger& ledger = head().ledger;
        if (const std::uint32_t times = ledger.recoveries.load(); times > 0)
            sentences.push_back(
                fmt::format("a process died while it held the lock ({}); the other one was given it, "
                            "counted the buffer anew and went on ({} times)",
                            m_lock.title, times));
        if (const std::uint32_t inside = ledger.inside.load(); inside > 0)
            sentences.push_back(fmt::format("the {} died while it held the lock ({}), {}: {} messages stayed "
                                            "in the buffer",
                                            nameOf(static_cast<Side>(inside - 1)), m_lock.title,
                                            m_lock.freedBy.empty()
                                                ? "which nobody can release any more"
                                                : "which its death set free, but nobody has taken it since",
                                            ledger.moved[0].load() - ledger.moved[1].load()));
        return sentences;
    }

private:
    SlotBufferHead& head() const { return *m_view.as<SlotBufferHead>(); }

    Options m_options;
    const LockKind& m_lock;
    SlotGeometry m_geometry;
    SharedRegion m_region;
    MappedRegion m_view;
    LockKind::Objects m_objects;
};

OptionSpec lockOption()
{
    OptionSpec spec{
        .id = "lock",
        .label = "Lock",
        .help = "What keeps one process out while the other one is in the buffer. It decides what a "
                "message costs, and what happens when its holder dies. With a mutex or POSIX "
                "semaphores the system calls per message are a lower bound, for the C library does not "
                "tell when it wakes somebody.",
        .kind = OptionKind::Choice,
        .initial = "mutex"};
    for (const LockKind& kind : lockKinds())
        spec.choices.push_back({std::string(kind.id), std::string(kind.title), std::string(kind.help)});
    for (OptionChoice& choice : spec.choices)
        choice.title.front() = static_cast<char>(std::toupper(choice.title.front()));
    return spec;
}

OptionSpec lockAfterOption()
{
    constexpr double hour = 3600e9;
    return {.id = "lock_after",
            .label = "Lock after",
            .help = "The lock is left out at first and switched on so long after the measured window has "
                    "begun. None is switched to a spin lock.",
            .kind = OptionKind::Duration,
            .initial = "0 s",
            .least = 0,
            .most = hour,
            .zero = "not switched"};
}

OptionSpec copyOption()
{
    return {.id = "copy",
            .label = "Copy",
            .help = "Whether a message is copied while the lock is held, or a slot is only claimed under the "
                    "lock and the message written and read in its place.",
            .kind = OptionKind::Choice,
            .initial = "inside",
            .choices = {
                {"inside", "Inside the lock", "one visit on each side, and the other one waits meanwhile"},
                {"outside", "Outside the lock", "two short visits on each side, and no copy"}}};
}

OptionSpec slotsOption()
{
    return {.id = "slots",
            .label = "Slots",
            .help = "Messages the buffer holds before a sender has to wait, rounded up to a power of two.",
            .kind = OptionKind::Count,
            .initial = "0",
            .least = 0,
            .most = 1 << 14, // a System V semaphore counts to 32767
            .zero = "about 256 KiB"};
}

class SlotMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    std::vector<OptionProblem> problems(const Options& options) const override
    {
        return regionProblems(options);
    }

    MessageLimit limit(const Options& options) const override
    {
        const RegionBudget budget = regionBudget(options);
        const std::size_t slots = slotsAskedFor(options);
        return {largestInSlots(slots, budget.bytes),
                fmt::format("{} slots must fit into {}", slots, budget.description)};
    }

    /// A slot that is claimed under the lock and written outside of it is one sender's only.
    Sharing sharing(const Options& options) const override
    {
        return {.senders = options.text("copy") == "inside" ? mostSlotSenders : 1, .receivers = 1};
    }

    /// All locks but one lie in the memory, or leave their id there.
    std::optional<std::string> whyNotByName(const Options& options, Wait) const override
    {
        if (options.text("memory") == "memfd")
            return "a memory file has none; set mechanism_options.memory to posix, sysv or file";
        if (options.text("lock") == "eventfd")
            return "the eventfds of its lock have none; set mechanism_options.lock to another";
        return std::nullopt;
    }

    /// With the copy inside, a worker has a slot hardly longer than the lock.
    std::optional<std::string> whyNotRejoin(const Options& options) const override
    {
        if (options.text("copy") == "inside" || !lockKind(options.text("lock")).countsSlots)
            return Mechanism::whyNotRejoin(options);
        return "the slot that a worker has outside the lock when it dies stays taken in the semaphores; set "
               "mechanism_options.copy to inside, or mechanism_options.lock to robust";
    }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override
    {
        return std::make_unique<SlotChannel>(request);
    }

    std::unique_ptr<Endpoint> join(Seat seat, Invitation invitation,
                                   const JoinRequest& request) const override
    {
        return lockKind(request.options.text("lock")).join(seat, std::move(invitation), request);
    }

private:
    const MechanismInfo m_info{
        .id = "shared_memory",
        .title = "Shared memory with a lock",
        .summary = "The textbook's bounded buffer: slots in memory that two processes map, and a lock of "
                   "your choice, or none.",
        .traits = {.family = Family::SharedMemory,
                   .peerExit = PeerExit::Unnoticed,
                   .namedBy = {NamedBy::Inherited, NamedBy::PosixName, NamedBy::Key, NamedBy::Path},
                   .waits = {Wait::Block, Wait::Spin, Wait::Hybrid},
                   .mostSenders = mostSlotSenders,
                   .copiesPerMessage = 2,
                   .needsLock = true,
                   .canRejoin = true,
                   .canRace = true},
        .options = {memoryOption(), hugePagesOption(), lockOption(), lockAfterOption(), copyOption(),
                    slotsOption()},
        .manPages = {"shm_overview(7)", "pthread_mutex_lock(3)", "pthread_mutexattr_setrobust(3)",
                     "sem_overview(7)", "semop(2)", "futex(2)", "eventfd(2)"},
    };
};

} // namespace

const Mechanism& shared_memoryMechanism()
{
    static const SlotMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
