#pragma once

#include "engine/base/deadline.h"
#include "engine/base/size_counts.h"
#include "engine/mechanisms/layers/layer_counts.h"

#include <poll.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace ipclab {

/// The ordinary outcomes of sending and receiving. Everything else throws std::system_error.
enum class Outcome {
    Done,
    WouldBlock,  ///< only with Deadline::immediately(): no room, or no message yet
    TimedOut,    ///< the deadline passed
    Interrupted, ///< a signal arrived while waiting, or may have; call again with the same deadline to go on
    PeerClosed,  ///< nobody is at the other end any more; what was queued has been delivered
    Truncated,   ///< the peer went away in the middle of a message
};

/// The place for the next message, lent to the sender.
struct Reservation {
    Outcome outcome = Outcome::WouldBlock;
    std::byte* place = nullptr; ///< for exactly the size asked for, aligned to 8, valid until commit()
};
/// Returned in two registers. Whatever a sender stores, be it on its stack, waits in one queue with the
/// stores to lines that the receiver's core still has: the fewer there are of a message, the more messages
/// are under way between the cores.
static_assert(sizeof(Reservation) == 16);

/// A message, lent to the receiver. Empty unless the outcome is Done.
struct Received {
    Outcome outcome = Outcome::WouldBlock;
    std::span<const std::byte> message = {}; ///< valid until the next receive(); not necessarily aligned
};

/// What an endpoint did to move its messages, since it was made.
struct TransferCounts {
    std::uint64_t systemCalls = 0;
    std::uint64_t partialTransfers = 0; ///< a message that took more than one write or read
    std::uint64_t wakeUps = 0;          ///< system calls made only to wake the peer
    int closedBy = 0; ///< errno by which the kernel said that nobody is at the other end; 0 = end of file
    std::uint64_t dropped = 0; ///< messages for which the receiving kernel said that it had no room

    // What the receiving end of shared memory finds when processes change it at once, without a lock.
    std::uint64_t tornRecords = 0; ///< slots whose head and tail are not of the same message
    std::uint64_t lostUpdates = 0; ///< changes of a shared count that somebody else's overwrote
    std::uint64_t staleReads = 0;  ///< slots read again, or before they were written

    // Where a layer stands between the caller and the channel.
    ImpairedCounts impaired = {};
    AcknowledgedCounts acknowledged = {};
};

/// One process's end of a channel, in the worker. Sending lends the place to write, so that shared memory
/// copies nothing extra: reserve(), fill the span, commit(). With Deadline::immediately() no call ever
/// blocks; with any other deadline a call waits in the kernel until it is done or the deadline has passed.
/// (Spinning is the caller's: immediately, again and again. Where both ends of shared memory were joined with
/// Wait::Spin, nobody wakes anybody, and a call that waits looks every 50 µs.) After WouldBlock, TimedOut or
/// Interrupted the same call continues where it stopped. Not thread-safe.
class Endpoint {
public:
    /// Where messages on their way lie with the sender, waits until they are out of its hands or the peer has
    /// gone; not after a wait for room that the caller gave up.
    virtual ~Endpoint() = default;

    /// The place for a message of `size` bytes (1 … the largest of the JoinRequest).
    virtual Reservation reserve(std::size_t size, Deadline deadline) = 0;
    /// Sends what was reserved. Done means that the message is in the channel, or, where an option asks for
    /// batches, that it goes with the next ones or with flush().
    virtual Outcome commit(Deadline deadline) = 0;
    /// Sends what commit() has held back. Never waits for the peer. To be called before its caller waits for
    /// anything and when it sends no more; an endpoint that itself waits has flushed.
    virtual void flush() {}
    /// When flush() has to be called at the latest, if nothing else is asked of the endpoint before:
    /// something is due then.
    virtual Nanoseconds attentionAt() const { return Nanoseconds::max(); }
    /// After reserve() or commit() has timed out: takes back the message, which is then never sent, so that
    /// reserve() may be called for another. False where part of it is in the channel already, or nobody can
    /// tell: go on with commit().
    virtual bool abandon() { return false; }

    virtual Received receive(Deadline deadline) = 0;

    /// What to poll(2) for POLLIN before receive() or for sendEvent() before reserve()/commit(); -1 where
    /// there is none.
    virtual int pollDescriptor() const { return -1; }
    /// POLLIN where the descriptor says by becoming readable that there is room.
    virtual short sendEvent() const { return POLLOUT; }

    /// How many bytes each read brought, where the receiver takes what is there and not one message; else
    /// null. Lives as long as the endpoint.
    virtual const SizeCounts* reads() const { return nullptr; }

    // For faults, and only where the traits say canRace. Between other calls.

    /// Takes the lock, as in the middle of a change of what it guards. WouldBlock also where the lock is left
    /// out now.
    virtual Outcome takeLock(Deadline) { return Outcome::WouldBlock; }
    /// After takeLock() was Done: nothing was changed.
    virtual void giveLockBack() {}

    const TransferCounts& counts() const { return m_counts; }

    /// The class (message_class.h) of the messages that are committed from now on. Without effect where there
    /// are no classes.
    void setClass(unsigned messageClass) { m_outgoingClass = messageClass; }
    /// The class under which the message that was received last has come; 0 where there are no classes.
    unsigned receivedClass() const { return m_incomingClass; }

protected:
    unsigned m_outgoingClass = 0;
    unsigned m_incomingClass = 0;
    TransferCounts m_counts;
};

} // namespace ipclab
