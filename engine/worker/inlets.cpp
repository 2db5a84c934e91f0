#include "engine/worker/inlets.h"

#include "engine/base/failure.h"
#include "engine/mechanisms/waits/waiting.h"
#include "engine/worker/outlet.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>

namespace ipclab {

namespace {

/// Messages from one inlet before it is the next one's turn.
constexpr unsigned messagesPerTurn = 16;

bool canPoll(const std::vector<Session::End>& ends)
{
    return std::ranges::all_of(ends,
                               [](const Session::End& end) { return end.endpoint->pollDescriptor() >= 0; });
}

/// As epoll_wait(2) takes it: rounded up, -1 for ever.
int millisecondsUntil(Nanoseconds moment)
{
    if (moment == Nanoseconds::max())
        return -1;
    return static_cast<int>(
        std::chrono::ceil<std::chrono::milliseconds>(Deadline::at(moment).remaining()).count());
}

unsigned senderOf(std::span<const std::byte> message)
{
    std::uint16_t sender = 0;
    std::memcpy(&sender, message.data() + offsetof(MessageHeader, sender), sizeof sender);
    return sender;
}

} // namespace

Inlets::Inlets(Session& session)
    : m_session(session), m_wait(session.experiment().wait), m_limit(session.experiment().waiting.deadline),
      m_waiter(session, session.receivingEnd(), Window::WaitingToReceive), m_backOff(session)
{
    const std::vector<Session::End> ends = session.receivingEnds();
    for (const Session::End& end : ends) {
        m_inlets.push_back({end, static_cast<unsigned>(m_senders.size())});
        for (unsigned sender = 0; sender < end.plan->streams.senders; ++sender)
            m_senders.push_back({{formatOf(session), session, end.plan->streams.receives + sender}});
    }
    m_openSenders = static_cast<unsigned>(m_senders.size());
    m_openInlets = m_inlets.size();
    if (m_inlets.size() > 1 && m_wait != Wait::Spin && canPoll(ends)) {
        m_epoll.reset(check(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"));
        for (std::size_t inlet = 0; inlet < ends.size(); ++inlet) {
            epoll_event event{.events = EPOLLIN, .data = {.u64 = inlet}};
            check(::epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, ends[inlet].endpoint->pollDescriptor(), &event),
                  "epoll_ctl");
        }
    }
}

bool Inlets::receive(Arrival& arrival)
{
    while (m_openSenders > 0) {
        m_session.lookUp();
        if (m_session.mustLeave())
            return false;
        const Received received =
            m_inlets.size() > 1 ? takeFromAny() : m_waiter.complete([this](Deadline deadline) {
                return m_inlets.front().end.endpoint->receive(deadline);
            });
        if (received.outcome == Outcome::Done) [[likely]] {
            if (isRead(arrival, received.message))
                return true;
            continue;
        }
        if (received.outcome != Outcome::WouldBlock && m_inlets.size() == 1) {
            m_session.noteUndone(received.outcome, *m_inlets.front().end.endpoint);
            return false;
        }
    }
    return false;
}

/// Reads it and counts it; false if it was a farewell or nobody of this channel can have sent it.
bool Inlets::isRead(Arrival& arrival, std::span<const std::byte> message)
{
    const Inlet& inlet = m_inlets[m_current];
    const unsigned seat = inlet.end.plan->streams.senders > 1 ? senderOf(message) : 0;
    if (seat >= inlet.end.plan->streams.senders) [[unlikely]] {
        m_session.telemetry().add(Counter::Corrupt);
        return false;
    }
    arrival.sender = inlet.firstSender + seat;
    arrival.stream = inlet.end.plan->streams.receives + seat;
    Sender& sender = m_senders[arrival.sender];
    if (sender.hasEnded) [[unlikely]]
        return false; // where it may get lost a farewell is said again and again
    arrival.incoming = sender.reader.read(message);
    if (arrival.incoming.has(farewellFlag)) [[unlikely]] {
        endSender(sender);
        if (inlet.end.plan->streams.senders == 1)
            close(m_current);
        return false;
    }
    arrival.counts = arrival.incoming.has(measuredFlag) || !m_session.countsHaveBegun();
    if (arrival.counts) [[likely]] {
        m_session.telemetry().countReceived(message.size());
    } else if (!arrival.incoming.has(repeatedFlag)) {
        m_session.telemetry().add(Counter::Straggled);
    }
    arrival.message = message;
    return true;
}

void Inlets::endSender(Sender& sender)
{
    if (!std::exchange(sender.hasEnded, true))
        --m_openSenders;
}

/// There will be nothing more from here: its senders have said farewell, or have gone without.
void Inlets::close(std::size_t inlet)
{
    Inlet& closed = m_inlets[inlet];
    if (!std::exchange(closed.isOpen, false))
        return;
    --m_openInlets;
    for (unsigned seat = 0; seat < closed.end.plan->streams.senders; ++seat)
        endSender(m_senders[closed.firstSender + seat]);
    if (m_epoll)
        check(::epoll_ctl(m_epoll.get(), EPOLL_CTL_DEL, closed.end.endpoint->pollDescriptor(), nullptr),
              "epoll_ctl");
}

/// WouldBlock only when all is over or the worker must leave.
Received Inlets::takeFromAny()
{
    Received received;
    while (m_openInlets > 0) {
        while (m_turn < m_ready.size()) {
            received = takeFrom(m_ready[m_turn]);
            if (received.outcome == Outcome::Done) {
                endWait();
                return received;
            }
            // It had nothing more: another takes its place in the round.
            m_ready[m_turn] = m_ready.back();
            m_ready.pop_back();
            m_taken = 0;
        }
        m_turn = 0;
        if (m_ready.empty() && !waitForAny())
            break;
        if (!m_isWaiting)
            m_epoll ? markReady(0) : markAllReady();
    }
    endWait();
    return {Outcome::WouldBlock};
}

Received Inlets::takeFrom(std::size_t inlet)
{
    if (!m_inlets[inlet].isOpen)
        return {Outcome::PeerClosed};
    m_current = inlet;
    const Received received = m_inlets[inlet].end.endpoint->receive(Deadline::immediately());
    if (received.outcome == Outcome::Done) [[likely]] {
        if (++m_taken == messagesPerTurn) {
            m_taken = 0;
            ++m_turn;
        }
        return received;
    }
    m_session.noteUndone(received.outcome, *m_inlets[inlet].end.endpoint);
    const bool isOver = received.outcome == Outcome::PeerClosed || received.outcome == Outcome::Truncated;
    if (isOver || m_session.areGone(m_inlets[inlet].end.plan->peers))
        close(inlet);
    return received;
}

/// Until some inlet may have something; false when the worker must leave.
bool Inlets::waitForAny()
{
    if (!std::exchange(m_isWaiting, true)) {
        m_waitsSince = now();
        m_session.telemetry().add(Counter::WouldBlock);
        m_session.telemetry().enter(Window::WaitingToReceive, m_waitsSince);
        m_session.flush();
        m_backOff.begin();
        m_expiresAt = m_limit == Nanoseconds::zero() ? Nanoseconds::max() : m_waitsSince + m_limit;
    }
    m_session.lookUp();
    if (m_session.mustLeave())
        return false;
    if (m_wait == Wait::Spin || (m_wait == Wait::Hybrid && now() - m_waitsSince < hybridSpin))
        m_backOff.isNone() ? relaxCore() : m_backOff.pause(m_expiresAt);
    else if (m_epoll)
        markReady(millisecondsUntil(m_expiresAt));
    else
        nap(Deadline::never());
    noteExpiry();
    if (m_ready.empty())
        markAllReady(); // nobody says which; or a signal came, perhaps because somebody has gone
    return true;
}

/// Nobody was quick enough; there is nothing to give up, so the wait begins anew.
void Inlets::noteExpiry()
{
    if (m_limit == Nanoseconds::zero() || !m_ready.empty() || now() < m_expiresAt)
        return;
    m_session.telemetry().add(Counter::TimeOuts);
    m_expiresAt = now() + m_limit;
}

void Inlets::endWait()
{
    if (!std::exchange(m_isWaiting, false)) [[likely]]
        return;
    m_session.publishTransferCounts();
    m_session.telemetry().enter(Window::Working);
}

/// Waits up to so many milliseconds, -1 for ever. A signal ends the wait as well.
void Inlets::markReady(int patience)
{
    std::array<epoll_event, 64> events;
    m_session.noteWaitingCall();
    const int count = ::epoll_wait(m_epoll.get(), events.data(), static_cast<int>(events.size()), patience);
    if (count < 0 && errno != EINTR)
        throwSystemError("epoll_wait");
    for (int index = 0; index < count; ++index)
        if (const std::size_t inlet = events[static_cast<std::size_t>(index)].data.u64;
            std::ranges::find(m_ready, inlet) == m_ready.end())
            m_ready.push_back(inlet);
}

void Inlets::markAllReady()
{
    m_ready.clear();
    for (std::size_t inlet = 0; inlet < m_inlets.size(); ++inlet)
        if (m_inlets[inlet].isOpen)
            m_ready.push_back(inlet);
}

} // namespace ipclab
