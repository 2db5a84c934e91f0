#pragma once

#include "engine/worker/outlet.h"
#include "engine/worker/pacer.h"
#include "engine/worker/stamp_rhythm.h"

#include <memory>
#include <optional>

namespace ipclab {

/// The sending half of a sender and of an asker: paces, writes, stamps, sends and counts messages.
class MessageSource final {
public:
    explicit MessageSource(Session& session);

    // Hot path: these are inline, and hand over nothing that is copied as a whole, so that a message's fields
    // stay in registers. A wide copy of what narrow writes have just left waits until every earlier write has
    // reached the cache, also those to a ring's lines that the other core still has; it cost the ring nine
    // tenths of its throughput.

    /// Waits until the next message is due and fills it in; false when the window is over or enough have been
    /// sent.
    [[gnu::always_inline]] bool awaitNext(Outgoing& outgoing)
    {
        m_session.lookUp();
        if (m_session.hasEnded() || m_sequence >= m_end) [[unlikely]]
            return false;
        outgoing.sequence = m_sequence;
        outgoing.intended = Nanoseconds::zero();
        if (m_pacer) {
            const std::optional<Nanoseconds> due = pace();
            if (!due)
                return false;
            outgoing.intended = *due;
        }
        fillIn(outgoing);
        return true;
    }
    /// Sends it. Anything but Done means that the source is dry: the peer has gone or the worker must leave.
    /// But TimedOut says that the message was given up, and the next one has its number.
    [[gnu::always_inline]] Outcome send(const Outgoing& outgoing)
    {
        const Outcome outcome = m_outlet.transmit(outgoing);
        if (outcome != Outcome::Done) [[unlikely]] {
            noteUnsent(outgoing.flags, outcome);
            return outcome;
        }
        ++m_sequence;
        count(outgoing);
        return outcome;
    }
    /// One more copy of a message has been sent.
    void count(const Outgoing& outgoing)
    {
        TelemetryWriter& telemetry = m_session.telemetry();
        telemetry.add(Counter::Sent);
        if ((outgoing.flags & stampedFlag) != 0)
            telemetry.add(Counter::Stamped);
    }
    /// The last word, not counted.
    void sayFarewell();
    void sayFarewellInto(Outlet& outlet);
    Outgoing farewell();

    // For who receives meanwhile: these two never wait.

    enum class Next { Ready, NotDue, None };
    /// As awaitNext(); NotDue comes with when to ask again.
    Next lookForNext(Outgoing& outgoing, Nanoseconds& askAgainAt);
    /// As send(), also for the farewell. After WouldBlock again with the same message.
    Outcome trySend(const Outgoing& outgoing);

private:
    [[gnu::always_inline]] void fillIn(Outgoing& outgoing)
    {
        if (m_session.isMeasuring() && !m_isMeasuring) [[unlikely]]
            beginMeasuring(); // after the wait: a message that comes due in the window belongs to it
        outgoing.size = m_sizesVary ? nextSize() : m_size;
        outgoing.flags = m_isMeasuring ? std::uint16_t{measuredFlag} : std::uint16_t{0};
        if (m_rhythm.isDue(outgoing.sequence)) {
            outgoing.flags |= stampedFlag;
            outgoing.sent = readClock();
            if (outgoing.intended == Nanoseconds::zero())
                outgoing.intended = outgoing.sent; // a closed loop: due when it goes
        }
    }

    void goOn();
    void beginMeasuring();
    void noteUnsent(std::uint16_t flags, Outcome outcome);
    /// Waits as the load profile says. When the message was due, zero if as soon as it goes; nothing when the
    /// window is over.
    std::optional<Nanoseconds> pace();
    Nanoseconds readClock();
    std::size_t nextSize();

    Session& m_session;
    Outlet m_outlet;
    StampRhythm m_rhythm;
    Nanoseconds m_thinkTime;
    std::unique_ptr<Pacer> m_pacer; ///< none in a closed loop without think time
    std::size_t m_size;             ///< of all messages, unless they vary
    bool m_sizesVary;
    std::optional<SizeSequence> m_sizes; ///< nothing where the load says how large each message is
    std::uint64_t m_sequence = 0;
    std::uint64_t m_end; ///< the sequence to stop before
    bool m_isMeasuring = false;
};

} // namespace ipclab
