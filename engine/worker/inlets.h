#pragma once

#include "engine/base/unique_fd.h"
#include "engine/worker/message_reader.h"
#include "engine/worker/waiter.h"

#include <deque>
#include <vector>

namespace ipclab {

/// Everything that one worker receives, from several senders, in one channel or in several: waits for
/// whichever has something, reads, checks and counts it, and knows who has said farewell. With one channel it
/// waits as a pair does. Over several it sleeps in epoll_wait(2) where the mechanism has descriptors, and
/// takes turns where it has none.
class Inlets final {
public:
    explicit Inlets(Session& session);

    struct Arrival {
        Incoming incoming;
        std::span<const std::byte> message; ///< valid until the next receive()
        unsigned sender = 0;                ///< in the order of channels and seats
        unsigned stream = 0;                ///< by which it came
        bool counts = true;                 ///< unless it is a straggler of the warm-up
    };

    /// Waits for the next message; false when there will be none: all senders have said farewell or have
    /// gone, or the worker must leave. Hot path.
    bool receive(Arrival& arrival);
    std::size_t senders() const { return m_senders.size(); }

private:
    struct Sender {
        MessageReader reader;
        bool hasEnded = false;
    };
    struct Inlet {
        Session::End end;
        unsigned firstSender;
        bool isOpen = true;
    };

    Received takeFromAny();
    Received takeFrom(std::size_t inlet);
    bool waitForAny();
    void noteExpiry();
    void endWait();
    void markReady(int patience);
    void markAllReady();
    bool isRead(Arrival& arrival, std::span<const std::byte> message);
    void endSender(Sender& sender);
    void close(std::size_t inlet);

    Session& m_session;
    Wait m_wait;
    Nanoseconds m_limit; ///< of one wait; 0 = none
    std::deque<Sender> m_senders;
    std::vector<Inlet> m_inlets;
    unsigned m_openSenders = 0;
    std::size_t m_openInlets = 0;
    Waiter m_waiter; ///< of the only inlet
    BackOff m_backOff;
    UniqueFd m_epoll;                 ///< none where there is nothing to poll, or the worker spins
    std::vector<std::size_t> m_ready; ///< inlets that may have something
    std::size_t m_turn = 0;           ///< in m_ready
    unsigned m_taken = 0;             ///< in this turn
    std::size_t m_current = 0;        ///< the inlet of the last message
    bool m_isWaiting = false;
    Nanoseconds m_waitsSince{};
    Nanoseconds m_expiresAt{};
};

} // namespace ipclab
