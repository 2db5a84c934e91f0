#include "engine/base/failure.h"
#include "engine/mechanisms/waits/waiting.h"
#include "engine/worker/latency_record.h"
#include "engine/worker/message_source.h"
#include "engine/worker/receiver_work.h"
#include "engine/worker/tasks/tasks.h"

#include <poll.h>

#include <algorithm>
#include <array>

namespace ipclab {

namespace {

/// Before a message is due it is spun for, if it has to be precise: sleeping would end too late.
constexpr Nanoseconds spinBeforeDue = std::chrono::microseconds(100);

/// Sends and receives at once: neither ever waits for the other, so that two of them cannot block one another
/// when both channels, or both directions of one, are full.
class Duplex final {
public:
    explicit Duplex(Session& session)
        : m_session(session), m_from(session.receivingEnd()), m_to(session.sendingEnd()), m_source(session),
          m_stream(m_from.plan->streams.receives), m_reader(formatOf(session), session, m_stream),
          m_work(session), m_wait(session.experiment().wait)
    {
    }

    /// Both as far as they go without waiting; waits if neither does. False when all has been said and heard.
    bool goOn()
    {
        m_session.lookUp();
        if (m_session.mustLeave())
            return false;
        const bool hasSent = sendNext();
        if (receiveNext() || hasSent)
            endWait();
        else if (!m_hasSaidAll || !m_hasHeardAll)
            wait();
        return !m_hasSaidAll || !m_hasHeardAll;
    }

private:
    bool sendNext()
    {
        if (m_hasSaidAll)
            return false;
        if (!m_isPending && !findNext())
            return false;
        const Outcome outcome = m_source.trySend(m_outgoing);
        if (outcome == Outcome::Done) [[likely]] {
            m_isPending = false;
            m_hasSaidAll = (m_outgoing.flags & farewellFlag) != 0;
            return true;
        }
        if (outcome == Outcome::PeerClosed || m_session.areGone(m_to.plan->peers)) {
            m_hasSaidAll = true;
            m_session.endWindow();
            if ((m_outgoing.flags & farewellFlag) == 0)
                m_session.noteUndone(outcome, *m_to.endpoint);
        }
        return false;
    }

    bool findNext()
    {
        const MessageSource::Next next = m_source.lookForNext(m_outgoing, m_due);
        if (next == MessageSource::Next::NotDue)
            return false;
        if (next == MessageSource::Next::None) {
            m_session.endWindow();
            m_outgoing = m_source.farewell();
            // Said once and not again and again until the other has gone: it waits for this one as well.
            // Where it may get lost, this note tells.
            m_session.control()
                .notesOf(m_to.plan->streams.sends)
                .farewellPlusOne.store(m_outgoing.sequence + 1, std::memory_order_release);
        }
        return m_isPending = true;
    }

    bool receiveNext()
    {
        if (m_hasHeardAll)
            return false;
        const Received received = m_from.endpoint->receive(Deadline::immediately());
        if (received.outcome == Outcome::Done) [[likely]] {
            take(received.message);
            return true;
        }
        m_session.noteUndone(received.outcome, *m_from.endpoint);
        const bool isOver = received.outcome == Outcome::PeerClosed || received.outcome == Outcome::Truncated;
        m_hasHeardAll = isOver || m_session.areGone(m_from.plan->peers);
        return !m_hasHeardAll && hasPeerSaidAll() && receiveTheLast();
    }

    /// Where its last word may get lost the peer notes that it has said it.
    bool hasPeerSaidAll() const { return m_session.traits().loss != Loss::Never && farewellPlusOne() != 0; }

    std::uint64_t farewellPlusOne() const
    {
        return m_session.control().notesOf(m_stream).farewellPlusOne.load(std::memory_order_acquire);
    }

    /// What the peer sent before it noted so is there by now, if it has not been lost.
    bool receiveTheLast()
    {
        const Received received = m_from.endpoint->receive(Deadline::immediately());
        if (received.outcome == Outcome::Done) {
            take(received.message);
            return true;
        }
        m_session.noteUndone(received.outcome, *m_from.endpoint);
        m_reader.noteFarewell(farewellPlusOne() - 1);
        m_hasHeardAll = true;
        return false;
    }

    void take(std::span<const std::byte> message)
    {
        const Incoming incoming = m_reader.read(message);
        if (incoming.has(farewellFlag)) [[unlikely]] {
            m_hasHeardAll = true;
            return;
        }
        if (incoming.has(measuredFlag) || !m_session.countsHaveBegun()) [[likely]] {
            m_session.telemetry().countReceived(message.size());
            if (incoming.has(stampedFlag))
                recordLatency(m_session, incoming, m_stream, now());
        } else {
            m_session.telemetry().add(Counter::Straggled); // of the warm-up
        }
        m_work.perform();
    }

    void wait()
    {
        const bool isFull = m_isPending && !m_hasSaidAll;
        const bool isPacing = !isFull && !m_hasSaidAll;
        beginWait(isFull ? Window::WaitingToSend : isPacing ? Window::Pacing : Window::WaitingToReceive);
        const bool isAlmostDue = isPacing && m_session.experiment().load.pacing == Pacing::Precise &&
                                 m_due - now() < spinBeforeDue;
        if (m_wait == Wait::Spin || isAlmostDue ||
            (m_wait == Wait::Hybrid && now() - m_waitsSince < hybridSpin))
            relaxCore();
        else if (m_from.endpoint->pollDescriptor() >= 0 && m_to.endpoint->pollDescriptor() >= 0)
            sleepUntilReady(isFull, isPacing);
        else
            nap(isPacing ? Deadline::at(m_due) : Deadline::never());
    }

    void beginWait(Window window)
    {
        if (std::exchange(m_waitsIn, window) == window)
            return;
        m_waitsSince = now();
        if (window != Window::Pacing)
            m_session.telemetry().add(Counter::WouldBlock);
        m_session.telemetry().enter(window, m_waitsSince);
        m_session.flush();
    }

    void endWait()
    {
        if (std::exchange(m_waitsIn, Window::Working) == Window::Working) [[likely]]
            return;
        m_session.publishTransferCounts();
        m_session.telemetry().enter(Window::Working);
    }

    /// Until there is room for what waits to be sent, something to receive, or the next message due.
    void sleepUntilReady(bool isFull, bool isPacing)
    {
        const int notWatched = -1;
        std::array<pollfd, 2> watched{
            pollfd{m_hasHeardAll ? notWatched : m_from.endpoint->pollDescriptor(), POLLIN, 0},
            pollfd{isFull ? m_to.endpoint->pollDescriptor() : notWatched, m_to.endpoint->sendEvent(), 0}};
        const Nanoseconds margin =
            m_session.experiment().load.pacing == Pacing::Precise ? spinBeforeDue : Nanoseconds::zero();
        const timespec patience = toTimespec(std::max(Nanoseconds::zero(), m_due - margin - now()));
        const bool mayBeLost = m_session.traits().loss == Loss::Possible;
        const timespec betweenLooks = toTimespec(std::chrono::milliseconds(2)); // at the farewell's note
        m_session.noteWaitingCall();
        const timespec* limit = isPacing ? &patience : mayBeLost && m_hasSaidAll ? &betweenLooks : nullptr;
        if (::ppoll(watched.data(), watched.size(), limit, nullptr) < 0 && errno != EINTR)
            throwSystemError("ppoll");
    }

    Session& m_session;
    Session::End m_from;
    Session::End m_to;
    MessageSource m_source;
    unsigned m_stream;
    MessageReader m_reader;
    ReceiverWork m_work;
    Wait m_wait;
    Outgoing m_outgoing;
    Nanoseconds m_due{};
    Nanoseconds m_waitsSince{};
    Window m_waitsIn = Window::Working;
    bool m_isPending = false; ///< m_outgoing waits for room
    bool m_hasSaidAll = false;
    bool m_hasHeardAll = false;
};

} // namespace

void runDuplex(Session& session)
{
    Duplex duplex(session);
    // Hot path: no allocation, no logging, no exception in the normal case.
    while (duplex.goOn()) {
    }
    session.flush();
}

} // namespace ipclab
