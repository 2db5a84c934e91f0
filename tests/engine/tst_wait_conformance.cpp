#include "tests/support/conformance_test.h"

#include <QtTest>

#include <csignal>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

constexpr auto soon = 20ms;

/// Those in which a sender waits for room.
void addFillingRows()
{
    addRows([](const Case& row) { return row.traits().loss == Loss::Never; });
}

} // namespace

/// How waits end: at their deadline, by a signal.
class WaitConformance final : public ConformanceTest {
    Q_OBJECT

private slots:
    void waitingEndsAtTheDeadline_data()
    {
        addRows([](const Case&) { return true; });
    }
    void waitingEndsAtTheDeadline();
    void signalInterruptsWaitingReceiver_data()
    {
        addRows([](const Case&) { return true; });
    }
    void signalInterruptsWaitingReceiver();
    void signalInterruptsWaitingSender_data() { addFillingRows(); }
    void signalInterruptsWaitingSender();
    void pollDescriptorFollowsTheWaits_data()
    {
        addRows([](const Case&) { return true; });
    }
    void pollDescriptorFollowsTheWaits();
};

void WaitConformance::waitingEndsAtTheDeadline()
{
    QFETCH(Case, row);
    const std::size_t size = smallSizeOf(row);
    ChannelFixture channel(row, size, journal());
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk& talk) {
        require(endpoint.receive(Deadline::immediately()).outcome == Outcome::WouldBlock,
                "an empty channel delivers");
        const Nanoseconds begin = now();
        require(endpoint.receive(Deadline::after(soon)).outcome == Outcome::TimedOut,
                "receive did not time out");
        require(now() - begin >= soon, "receive timed out early");
        talk.tell(1);
        talk.hear(Deadline::after(generous));
    });
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk& talk) {
        talk.hear(Deadline::after(generous));
        if (row.traits().loss == Loss::Possible)
            return; // whose senders never wait
        const Filled filled = fillChannel(endpoint, size);
        const Nanoseconds begin = now();
        require(sendUntilOneWaits(filled, endpoint, size, [] { return Deadline::after(soon); }) ==
                    Outcome::TimedOut,
                "sending did not time out");
        require(now() - begin >= soon, "sending timed out early");
    });
    channel.bothStarted();
    QVERIFY(receiver->talk().hear(Deadline::after(generous)));
    sender->talk().tell(1);
    QCOMPARE(text(sender->finish()), QString());
    receiver->talk().tell(1);
    QCOMPARE(text(receiver->finish()), QString());
}

void WaitConformance::signalInterruptsWaitingReceiver()
{
    QFETCH(Case, row);
    const std::size_t size = smallSizeOf(row);
    ChannelFixture channel(row, size, journal());
    const auto sender = channel.start(ChannelEnd::Sender, standBy);
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk& talk) {
        talk.tell(1);
        require(endpoint.receive(Deadline::never()).outcome == Outcome::Interrupted,
                "receive was not interrupted");
    });
    channel.bothStarted();
    QVERIFY(receiver->talk().hear(Deadline::after(generous)));
    QCOMPARE(text(receiver->finishSignalled(SIGUSR1)), QString());
    sender->talk().tell(1);
    QCOMPARE(text(sender->finish()), QString());
}

void WaitConformance::signalInterruptsWaitingSender()
{
    QFETCH(Case, row);
    const std::size_t size = smallSizeOf(row);
    ChannelFixture channel(row, size, journal());
    const auto receiver = channel.start(ChannelEnd::Receiver, standBy);
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk& talk) {
        const Filled filled = fillChannel(endpoint, size);
        talk.tell(1);
        require(sendUntilOneWaits(filled, endpoint, size, &Deadline::never) == Outcome::Interrupted,
                "sending was not interrupted");
    });
    channel.bothStarted();
    QVERIFY(sender->talk().hear(Deadline::after(generous)));
    QCOMPARE(text(sender->finishSignalled(SIGUSR1)), QString());
    receiver->talk().tell(1);
    QCOMPARE(text(receiver->finish()), QString());
}

void WaitConformance::pollDescriptorFollowsTheWaits()
{
    QFETCH(Case, row);
    const std::size_t size = smallSizeOf(row);
    ChannelFixture channel(row, size, journal());
    const auto receiver = channel.start(ChannelEnd::Receiver, standBy);
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk&) {
        require(row.wait != Wait::Poll || endpoint.pollDescriptor() >= 0, "there is nothing to poll");
    });
    QCOMPARE(text(sender->finish()), QString());
    receiver->talk().tell(1);
    QCOMPARE(text(receiver->finish()), QString());
}

QTEST_GUILESS_MAIN(WaitConformance)
#include "tst_wait_conformance.moc"
