#pragma once

#include "engine/mechanisms/mechanism.h"
#include "tests/support/test_process.h"

#include <functional>
#include <memory>

namespace ipclab {

/// A mechanism, what is chosen of its options and a wait strategy it supports, as the rows of a test name
/// them: "pipe, block", "unix_stream, path, block".
struct Case {
    const Mechanism* mechanism = nullptr;
    Wait wait = Wait::Block;
    Options options = {}; ///< complete
    std::string name = {};

    const Traits& traits() const { return mechanism->info().traits; }
    /// Messages get damaged on purpose.
    bool isRacing() const { return traits().canRace && options.text("lock") == "none"; }
    Boundaries boundaries() const { return mechanism->boundaries(options); }
    std::size_t largestMessage() const { return mechanism->limit(options).largest; }
};

/// Every wait strategy of every mechanism in the catalogue with its defaults, and with the first of them
/// every other choice that an option offers.
std::vector<Case> allCases();

/// One channel between two test processes; the test plays the supervisor.
class ChannelFixture final {
public:
    ChannelFixture(const Case& row, std::size_t largestMessage, NameJournal& journal);

    using Body = std::function<void(Endpoint&, const Talk&)>;
    /// Starts a process that joins this end and runs `body` with it.
    std::unique_ptr<TestProcess> start(ChannelEnd end, const Body& body,
                                       std::chrono::seconds life = TestProcess::usualLife);
    /// Once both have been started.
    void bothStarted() { m_channel->workersStarted(); }

    Invitation invitation(ChannelEnd end) { return m_channel->invite({end, 0}); }

    const Channel& channel() const { return *m_channel; }

private:
    Case m_case;
    std::size_t m_largest;
    std::unique_ptr<Channel> m_channel;
};

// Sending and receiving as a worker does it, for the bodies of processes. An outcome other than Done is an
// error.

/// Waits for its turn by the strategy and sends message number `number` of the size, filled with what the
/// number determines.
void sendNumbered(Endpoint& endpoint, Wait wait, std::uint64_t number, std::size_t size);
/// Receives and checks that it is number `number` of the size; of a mechanism that carries no bytes, that
/// something came.
void receiveNumbered(Endpoint& endpoint, const Case& row, std::uint64_t number, std::size_t size);

void fillNumbered(std::span<std::byte> message, std::uint64_t number);
bool isNumbered(std::span<const std::byte> message, std::uint64_t number);

/// What went in before a channel was full. A message may be waiting in the endpoint, perhaps half sent.
struct Filled {
    std::uint64_t messages = 0;
    bool hasReserved = false; ///< commit() would block, not reserve()
};

/// Sends numbered messages without blocking until the channel is full.
Filled fillChannel(Endpoint& endpoint, std::size_t size);
/// Sends the first message that did not fit.
void sendFirstAfter(const Filled& filled, Endpoint& endpoint, Wait wait, std::size_t size);
/// One more attempt at it, with this deadline.
Outcome tryFirstAfter(const Filled& filled, Endpoint& endpoint, std::size_t size, Deadline deadline);
/// Goes on from there, a deadline for each message, until one does not go: a network stack may still make
/// room in a channel that was full. Returns the outcome of that one.
Outcome sendUntilOneWaits(const Filled& filled, Endpoint& endpoint, std::size_t size,
                          const std::function<Deadline()>& deadline);

} // namespace ipclab
