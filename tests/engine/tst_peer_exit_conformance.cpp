#include "tests/support/conformance_test.h"

#include <QtTest>

#include <fmt/format.h>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

constexpr auto limitOfNoticing = 1s;
constexpr auto limitOfJoining = 10s;

void addNoticingRows()
{
    addRows([](const Case& row) { return row.traits().peerExit == PeerExit::Noticed; });
}

} // namespace

/// What an end is told when its peer closes or dies.
class PeerExitConformance final : public ConformanceTest {
    Q_OBJECT

private slots:
    void receiverNoticesClosingSender_data() { addNoticingRows(); }
    void receiverNoticesClosingSender();
    void receiverNoticesKilledSender_data() { addNoticingRows(); }
    void receiverNoticesKilledSender();
    void senderNoticesKilledReceiver_data() { addNoticingRows(); }
    void senderNoticesKilledReceiver();
    void messageCutByAKillIsTruncated_data();
    void messageCutByAKillIsTruncated();
};

void PeerExitConformance::receiverNoticesClosingSender()
{
    QFETCH(Case, row);
    const std::size_t size = smallSizeOf(row);
    ChannelFixture channel(row, size, journal());
    // A reader of a FIFO cannot know of a writer that has come and gone before it opened it.
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk& talk) {
        talk.hear(Deadline::after(limitOfJoining));
        sendNumbered(endpoint, row.wait, 0, size);
    });
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk& talk) {
        talk.tell(0);
        receiveNumbered(endpoint, row, 0, size);
        const Outcome outcome = endpoint.receive(Deadline::after(limitOfNoticing)).outcome;
        require(outcome == Outcome::PeerClosed, "what was sent came, but not the end");
    });
    channel.bothStarted();
    QVERIFY(receiver->talk().hear(Deadline::after(limitOfJoining)));
    sender->talk().tell(0);
    QCOMPARE(text(sender->finish()), QString());
    QCOMPARE(text(receiver->finish()), QString());
}

void PeerExitConformance::receiverNoticesKilledSender()
{
    QFETCH(Case, row);
    const std::size_t size = smallSizeOf(row);
    ChannelFixture channel(row, size, journal());
    const auto sender = channel.start(ChannelEnd::Sender, standBy);
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk& talk) {
        talk.tell(1);
        require(endpoint.receive(Deadline::never()).outcome == Outcome::PeerClosed, "the end was not seen");
    });
    channel.bothStarted();
    QVERIFY(receiver->talk().hear(Deadline::after(generous)));
    sender->kill();
    QCOMPARE(text(receiver->finish(Deadline::after(limitOfNoticing))), QString());
}

void PeerExitConformance::senderNoticesKilledReceiver()
{
    QFETCH(Case, row);
    const std::size_t size = smallSizeOf(row);
    ChannelFixture channel(row, size, journal());
    const auto receiver = channel.start(ChannelEnd::Receiver, standBy);
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk& talk) {
        const Filled filled = fillChannel(endpoint, size);
        talk.tell(1);
        Outcome outcome = sendUntilOneWaits(filled, endpoint, size, &Deadline::never);
        // A write of which a part went before the end came returns early, and the next one tells.
        while (outcome == Outcome::Interrupted)
            outcome = endpoint.commit(Deadline::never());
        require(outcome == Outcome::PeerClosed, fmt::format("outcome {}", static_cast<int>(outcome)));
    });
    channel.bothStarted();
    QVERIFY(sender->talk().hear(Deadline::after(generous)));
    receiver->kill();
    QCOMPARE(text(sender->finish(Deadline::after(limitOfNoticing))), QString());
}

void PeerExitConformance::messageCutByAKillIsTruncated_data()
{
    addRows([](const Case& row) {
        return row.boundaries() != Boundaries::Kept && row.traits().peerExit == PeerExit::Noticed;
    });
}

void PeerExitConformance::messageCutByAKillIsTruncated()
{
    QFETCH(Case, row);
    constexpr std::size_t tooLargeToFit = 16 << 20;
    ChannelFixture channel(row, tooLargeToFit, journal());
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk& talk) {
        // None, or as many as the sender itself may hold.
        constexpr std::uint64_t fewMessages = 16;
        require(fillChannel(endpoint, tooLargeToFit).messages < fewMessages, "all of it fitted");
        require(endpoint.counts().partialTransfers == 1, "a partial transfer was not counted");
        talk.tell(1);
        talk.hear(Deadline::after(generous));
    });
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk& talk) {
        talk.hear(Deadline::after(generous));
        require(endpoint.receive(Deadline::never()).outcome == Outcome::Truncated, "the cut was not seen");
    });
    channel.bothStarted();
    QVERIFY(sender->talk().hear(Deadline::after(generous)));
    sender->kill();
    receiver->talk().tell(1);
    QCOMPARE(text(receiver->finish()), QString());
}

QTEST_GUILESS_MAIN(PeerExitConformance)
#include "tst_peer_exit_conformance.moc"
