// An eventfd (eventfd(2)): one number of 64 bits in the kernel behind a descriptor. write(2) adds to it,
// read(2) takes from it: everything, or, in semaphore mode, one. While it is zero a reader sleeps; a writer
// sleeps while its addition would pass the ceiling of 2⁶⁴ − 2. It says that something happened and how often,
// not what: whoever sends data beside it puts them elsewhere, mostly into shared memory. It costs one small
// object where a pipe for the same purpose has two ends and a page, and it goes into poll(2) and epoll(7)
// like any descriptor, which is what it was made for. Ten notifications that nobody has read yet are one
// number, and one read takes them all. It has no ends, so nobody is told when the peer has gone.

#include "engine/base/failure.h"
#include "engine/base/mapping.h"
#include "engine/mechanisms/kernel_object.h"
#include "engine/mechanisms/mechanism.h"
#include "engine/mechanisms/waits/waiting.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

namespace ipclab {

namespace {

// Each notification is one write, and one message: a read that takes n of them delivers n, one by one.

/// A sender must not run ahead without end, and the kernel stops it at the ceiling only. So in counter mode
/// each notification adds so much that just this many fit below it. The ceiling is 2 · 7² · 73 · 127 · 337 ·
/// 92737 · 649657, and this divides it: when the counter is full, it is full to the brim, and poll(2) says so
/// too.
constexpr std::uint64_t ceiling = ~std::uint64_t{0} - 1;
constexpr std::uint64_t window = 7 * 73 * 127;
static_assert(ceiling % window == 0);

/// In semaphore mode a read takes one, so that a notification must be one. What bounds them is a second
/// eventfd which counts what is on its way: it starts this far below the ceiling, a sender adds one and a
/// receiver takes one away.
constexpr std::uint64_t belowCeiling = ceiling - window;

bool isSemaphore(const Options& options)
{
    return options.text("mode") == "semaphore";
}

/// Non-blocking for both processes: they share the open file, and an eventfd cannot be opened a second time.
UniqueFd makeEventfd(int flags)
{
    return UniqueFd(check(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | flags), "eventfd"));
}

/// Adds `amount` or takes what the mode takes; both never block and need a pointer to eight bytes.
class Count final {
public:
    Count() = default;
    explicit Count(UniqueFd descriptor) : m_descriptor(std::move(descriptor)) {}

    int descriptor() const { return m_descriptor.get(); }
    bool add(std::uint64_t amount) { return ::write(m_descriptor.get(), &amount, sizeof amount) >= 0; }
    bool take(std::uint64_t& amount) { return ::read(m_descriptor.get(), &amount, sizeof amount) >= 0; }

private:
    UniqueFd m_descriptor;
};

class EventfdEndpoint final : public Endpoint {
public:
    EventfdEndpoint(Invitation invitation, ChannelEnd end, const JoinRequest& request)
        : m_notifications(std::move(invitation.descriptors.at(0))), m_isSender(end == ChannelEnd::Sender),
          m_isSemaphore(isSemaphore(request.options)), m_weight(m_isSemaphore ? 1 : ceiling / window),
          m_size(request.largestMessage)
    {
        if (m_isSemaphore)
            m_onTheirWay = Count(std::move(invitation.descriptors.at(1)));
    }

    int pollDescriptor() const override
    {
        return m_isSender && m_isSemaphore ? m_onTheirWay.descriptor() : m_notifications.descriptor();
    }

    /// The next notification gets the room.
    bool abandon() override { return true; }

    // Hot path: these three run once per message.

    Reservation reserve([[maybe_unused]] std::size_t size, Deadline deadline) override
    {
        if (m_isSemaphore && !m_hasRoom) {
            const Outcome outcome =
                persist(m_onTheirWay, POLLOUT, deadline, [this] { return m_onTheirWay.add(1); });
            if (outcome != Outcome::Done)
                return {outcome};
            m_hasRoom = true;
        }
        return {Outcome::Done, m_message.data()};
    }

    Outcome commit(Deadline deadline) override
    {
        const Outcome outcome =
            persist(m_notifications, POLLOUT, deadline, [this] { return m_notifications.add(m_weight); });
        m_hasRoom = m_hasRoom && outcome != Outcome::Done;
        return outcome;
    }

    Received receive(Deadline deadline) override
    {
        if (m_pending == 0) {
            std::uint64_t taken = 0;
            const Outcome outcome = persist(m_notifications, POLLIN, deadline,
                                            [this, &taken] { return m_notifications.take(taken); });
            if (outcome != Outcome::Done)
                return {outcome};
            m_pending = taken / m_weight;
            if (m_isSemaphore)
                makeRoom();
        }
        --m_pending;
        return {Outcome::Done, {m_message.data(), m_size}};
    }

private:
    /// Tries again until it succeeds, sleeping in poll(2) meanwhile as the deadline allows.
    template <typename Attempt>
    Outcome persist(const Count& count, short events, Deadline deadline, Attempt attempt)
    {
        while (true) {
            ++m_counts.systemCalls;
            if (attempt()) [[likely]]
                return Outcome::Done;
            const Outcome outcome =
                afterFailedTransfer("eventfd", {count.descriptor(), events}, deadline, m_counts);
            if (outcome != Outcome::Done)
                return outcome;
        }
    }

    /// There is one on its way at least: the one that was taken.
    void makeRoom()
    {
        std::uint64_t one = 0;
        ++m_counts.systemCalls;
        check(::read(m_onTheirWay.descriptor(), &one, sizeof one), "read");
    }

    Count m_notifications;
    Count m_onTheirWay; ///< in semaphore mode only
    const bool m_isSender;
    const bool m_isSemaphore;
    const std::uint64_t m_weight; ///< what a notification adds
    const std::size_t m_size;
    bool m_hasRoom = false;      ///< in semaphore mode: the next notification is counted as on its way
    std::uint64_t m_pending = 0; ///< taken from the kernel, not yet delivered
    alignas(8) std::array<std::byte, 8> m_message{};
};

class EventfdChannel final : public Channel {
public:
    explicit EventfdChannel(const ChannelRequest& request)
        : m_mode(request.options.text("mode")), m_readAhead(isSemaphore(request.options) ? 0 : window),
          m_notifications(makeEventfd(isSemaphore(request.options) ? EFD_SEMAPHORE : 0))
    {
        if (!isSemaphore(request.options))
            return;
        m_onTheirWay = makeEventfd(EFD_SEMAPHORE);
        check(::write(m_onTheirWay.get(), &belowCeiling, sizeof belowCeiling), "write");
    }

    Invitation invite(Seat) override
    {
        Invitation invitation;
        invitation.descriptors.push_back(duplicate(m_notifications));
        if (m_onTheirWay)
            invitation.descriptors.push_back(duplicate(m_onTheirWay));
        return invitation;
    }

    std::vector<EffectiveSetting> effective() const override { return {{"mode", "Mode", m_mode, m_mode}}; }

    std::optional<Capacity> capacity() const override
    {
        return Capacity{window, CapacityUnit::Messages, 0, m_readAhead};
    }

    std::vector<KernelObject> objects() const override
    {
        std::vector<KernelObject> objects{objectOf("eventfd", m_notifications.get())};
        if (m_onTheirWay)
            objects.push_back(objectOf("eventfd", m_onTheirWay.get()));
        return objects;
    }

    /// The counter as /proc/PID/fdinfo shows it.
    std::optional<std::uint64_t> kernelFill() const override
    {
        constexpr std::string_view field = "eventfd-count:";
        const std::string info =
            readSmallFile(fmt::format("/proc/self/fdinfo/{}", m_notifications.get()).c_str());
        const std::size_t at = info.find(field);
        if (at == std::string::npos)
            return std::nullopt;
        const std::uint64_t count = std::strtoull(info.c_str() + at + field.size(), nullptr, 16);
        return m_onTheirWay ? count : count / (ceiling / window);
    }

private:
    std::string m_mode;
    std::uint64_t m_readAhead; ///< one read takes all there are, which are then delivered one by one
    UniqueFd m_notifications;
    UniqueFd m_onTheirWay;
};

class EventfdMechanism final : public Mechanism {
public:
    const MechanismInfo& info() const override { return m_info; }

    MessageLimit limit(const Options&) const override
    {
        return {sizeof(std::uint64_t),
                "an eventfd is a counter of 64 bits: a notification has no other content"};
    }

    std::unique_ptr<Channel> open(const ChannelRequest& request) const override
    {
        return std::make_unique<EventfdChannel>(request);
    }

    std::unique_ptr<Endpoint> join(Seat seat, Invitation invitation,
                                   const JoinRequest& request) const override
    {
        return std::make_unique<EventfdEndpoint>(std::move(invitation), seat.end, request);
    }

private:
    const MechanismInfo m_info{
        .id = "eventfd",
        .title = "Event counter (eventfd)",
        .summary = "A number in the kernel: writing adds a notification, reading takes all of them or one.",
        .traits = {.family = Family::Notification,
                   .content = Content::CountOnly,
                   .peerExit = PeerExit::Unnoticed,
                   .namedBy = {NamedBy::Inherited},
                   .waits = {Wait::Block, Wait::Poll, Wait::Spin, Wait::Hybrid},
                   .copiesPerMessage = 0},
        .options =
            {{.id = "mode",
              .label = "Mode",
              .help = "What one read takes.",
              .kind = OptionKind::Choice,
              .initial = "counter",
              .choices = {{"counter", "Counter", "Everything that was added since the last read."},
                          {"semaphore", "Semaphore",
                           "One (EFD_SEMAPHORE). A second eventfd then counts what is on its way, so that a "
                           "sender cannot run ahead without end."}}}},
        .manPages = {"eventfd(2)", "poll(2)", "epoll(7)"},
    };
};

} // namespace

const Mechanism& eventfdMechanism()
{
    static const EventfdMechanism mechanism;
    return mechanism;
}

} // namespace ipclab
