#include "engine/mechanisms/layers/acknowledged_endpoint.h"
#include "engine/mechanisms/layers/impaired_endpoint.h"
#include "engine/mechanisms/layers/receive_window.h"
#include "engine/mechanisms/layers/send_window.h"
#include "engine/mechanisms/message_class.h"
#include "engine/mechanisms/sockets/datagram_endpoint.h"

#include "engine/base/failure.h"

#include <QtTest>

#include <sys/socket.h>

#include <array>
#include <cstring>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t largest = 64;
constexpr std::uint64_t seed = 7;
constexpr std::uint64_t sender = 0;

/// The two ends of a pair of Unix datagram sockets, which lose nothing.
struct Ends {
    std::unique_ptr<Endpoint> sending;
    std::unique_ptr<Endpoint> receiving;
};

Ends connectedEnds()
{
    std::array<int, 2> sockets{};
    check(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, sockets.data()), "socketpair");
    return {makePacketEndpoint(UniqueFd(sockets[0]), largest),
            makePacketEndpoint(UniqueFd(sockets[1]), largest)};
}

Ends impairedEnds(const Impairment& impairment)
{
    Ends ends = connectedEnds();
    ends.sending =
        makeImpairedEndpoint(std::move(ends.sending), impairment, FateDraw(impairment, seed, sender));
    return ends;
}

void send(Endpoint& endpoint, std::uint64_t number)
{
    const Reservation place = endpoint.reserve(sizeof number, Deadline::never());
    std::memcpy(place.place, &number, sizeof number);
    QCOMPARE(endpoint.commit(Deadline::never()), Outcome::Done);
}

/// What has come, in its order.
std::vector<std::uint64_t> takeAll(Endpoint& endpoint)
{
    std::vector<std::uint64_t> numbers;
    while (true) {
        const Received received = endpoint.receive(Deadline::immediately());
        if (received.outcome != Outcome::Done)
            return numbers;
        std::uint64_t number = 0;
        std::memcpy(&number, received.message.data(), sizeof number);
        numbers.push_back(number);
    }
}

std::vector<std::uint64_t> sendAndTake(Ends& ends, std::uint64_t count)
{
    std::vector<std::uint64_t> taken;
    for (std::uint64_t number = 0; number < count; ++number) {
        send(*ends.sending, number);
        const std::vector<std::uint64_t> arrived = takeAll(*ends.receiving);
        taken.insert(taken.end(), arrived.begin(), arrived.end());
    }
    return taken;
}

std::vector<Fate> fatesOf(const Impairment& impairment, std::size_t count, std::uint64_t withSeed = seed)
{
    FateDraw draw(impairment, withSeed, sender);
    std::vector<Fate> fates;
    for (std::size_t number = 0; number < count; ++number)
        fates.push_back(draw.next());
    return fates;
}

std::ptrdiff_t placeOf(const std::vector<std::uint64_t>& numbers, std::uint64_t number)
{
    return std::ranges::find(numbers, number) - numbers.begin();
}

Acknowledgement scheme(AcknowledgementScheme which, unsigned window = 4)
{
    return {.scheme = which, .window = window, .timeOut = 1ms};
}

/// Puts so many frames, of a byte each, under way.
SendWindow windowWith(const Acknowledgement& acknowledgement, std::uint8_t frames)
{
    SendWindow window(acknowledgement, largest);
    for (std::uint8_t frame = 0; frame < frames; ++frame) {
        window.placeForNext(1).front() = std::byte{frame};
        window.open(0ms);
    }
    return window;
}

QList<int> dueAt(SendWindow& window, Nanoseconds moment)
{
    QList<int> frames;
    while (const auto frame = window.takeDue(moment))
        frames << std::to_integer<int>(frame->front());
    return frames;
}

std::vector<std::byte> aMessage()
{
    return std::vector<std::byte>(8);
}

} // namespace

class TestLayers final : public QObject {
    Q_OBJECT

private slots:
    void theSameSeedGivesTheNthMessageTheSameFate()
    {
        const Impairment impairment{.drop = 0.1, .repeat = 0.1, .delay = 0.1, .reorder = 0.1};
        QVERIFY(fatesOf(impairment, 10'000) == fatesOf(impairment, 10'000));
        QVERIFY(fatesOf(impairment, 10'000) != fatesOf(impairment, 10'000, seed + 1));
    }

    void aShareIsWhatWasAskedForAndLeavesTheOthersAlone()
    {
        constexpr std::size_t count = 100'000;
        const std::vector<Fate> alone = fatesOf({.drop = 0.05}, count);
        const std::vector<Fate> together = fatesOf({.drop = 0.05, .repeat = 0.5, .reorder = 0.5}, count);
        const auto dropped = std::ranges::count_if(alone, &Fate::isDropped);
        QVERIFY2(dropped > 4'700 && dropped < 5'300, qPrintable(QString::number(dropped)));
        for (std::size_t number = 0; number < count; ++number)
            QCOMPARE(alone[number].isDropped, together[number].isDropped);
    }

    void droppedOnesNeverComeAndRepeatedOnesComeTwice()
    {
        const Impairment impairment{.drop = 0.2, .repeat = 0.2};
        constexpr std::uint64_t count = 2'000;
        std::vector<std::uint64_t> expected;
        ImpairedCounts counts;
        const std::vector<Fate> fates = fatesOf(impairment, count);
        for (std::uint64_t number = 0; number < count; ++number) {
            const Fate& fate = fates[number];
            counts.dropped += fate.isDropped ? 1 : 0;
            counts.repeated += fate.isRepeated ? 1 : 0;
            expected.insert(expected.end(), fate.isDropped ? 0 : fate.isRepeated ? 2 : 1, number);
        }
        Ends ends = impairedEnds(impairment);
        QVERIFY(sendAndTake(ends, count) == expected);
        QVERIFY(ends.sending->counts().impaired == counts);
    }

    void aReorderedOneComesAfterThoseThatOvertakeIt()
    {
        const Impairment impairment{.reorder = 0.1, .reorderBy = 3};
        constexpr std::uint64_t count = 2'000;
        Ends ends = impairedEnds(impairment);
        const std::vector<std::uint64_t> taken = sendAndTake(ends, count);
        const std::vector<Fate> fates = fatesOf(impairment, count);
        for (std::uint64_t number = 0; number + 4 < count; ++number) {
            if (!fates[number].isReordered || fates[number + 3].isReordered || fates[number + 4].isReordered)
                continue;
            QVERIFY(placeOf(taken, number) > placeOf(taken, number + 3));
            QVERIFY(placeOf(taken, number) < placeOf(taken, number + 4));
        }
        QVERIFY(ends.sending->counts().impaired.reordered > 150);
    }

    void aDelayedOneComesWhenItsTimeHasCome()
    {
        Ends ends = impairedEnds({.delay = 1, .delayBy = 5ms});
        const Nanoseconds sent = now();
        send(*ends.sending, 1);
        QVERIFY(takeAll(*ends.receiving).empty());
        QVERIFY(ends.sending->attentionAt() >= sent + 5ms);
        // Who waits for something else sends it meanwhile.
        QCOMPARE(ends.sending->receive(Deadline::after(10ms)).outcome, Outcome::TimedOut);
        QCOMPARE(takeAll(*ends.receiving).size(), std::size_t{1});
        QCOMPARE(ends.sending->attentionAt(), Nanoseconds::max());
    }

    /// Whoever was woken for it before would only be told to wake at once again, for ever.
    void aDelayedOneAsksForAttentionOnlyOnceItIsOvertaken()
    {
        Ends ends = impairedEnds({.delay = 1, .reorder = 1, .delayBy = 1h, .reorderBy = 2});
        const Nanoseconds sent = now();
        send(*ends.sending, 1);
        QCOMPARE(ends.sending->attentionAt(), Nanoseconds::max());
        send(*ends.sending, 2);
        QCOMPARE(ends.sending->attentionAt(), Nanoseconds::max());
        send(*ends.sending, 3);
        const Nanoseconds due = ends.sending->attentionAt();
        QVERIFY(due >= sent + 1h && due <= now() + 1h);
        QVERIFY(takeAll(*ends.receiving).empty());
    }

    void aDelayedOneThatFindsNoRoomTriesAgainLater()
    {
        Ends ends = impairedEnds({.delay = 1, .delayBy = 0ns});
        for (std::uint64_t number = 0; number < 2'000; ++number) // more than the socket holds
            send(*ends.sending, number);
        const Nanoseconds before = now();
        ends.sending->flush();
        QVERIFY(ends.sending->attentionAt() > before);
        QVERIFY(ends.sending->attentionAt() < Nanoseconds::max());
    }

    void theLastWordIsSparedAndComesLast()
    {
        Ends ends = impairedEnds({.delay = 1, .reorder = 1, .delayBy = 5ms, .reorderBy = 100});
        send(*ends.sending, 1);
        send(*ends.sending, 2);
        ends.sending->setClass(lastWordClass);
        send(*ends.sending, 3);
        const std::vector<std::uint64_t> taken = takeAll(*ends.receiving);
        QCOMPARE(taken.size(), std::size_t{3});
        QCOMPARE(taken.back(), std::uint64_t{3});
    }

    void goBackNSendsEverythingFromTheLossOnAgain()
    {
        SendWindow window = windowWith(scheme(AcknowledgementScheme::GoBackN), 4);
        QVERIFY(window.isFull());
        window.acknowledge(1, 1); // the second was lost
        QVERIFY(dueAt(window, 1ms - 1ns).isEmpty());
        QCOMPARE(dueAt(window, 1ms), (QList<int>{1, 2, 3}));
        QCOMPARE(window.timeOuts(), std::uint64_t{1});
        QCOMPARE(window.dueAt(), Nanoseconds(2ms));
        window.acknowledge(3, 4);
        QVERIFY(window.isEmpty());
    }

    void selectiveRepeatSendsOnlyWhatIsMissing()
    {
        SendWindow window = windowWith(scheme(AcknowledgementScheme::SelectiveRepeat), 4);
        window.acknowledge(0, 1);
        window.acknowledge(2, 1);
        QVERIFY(!window.isFull());
        QCOMPARE(dueAt(window, 1ms), (QList<int>{1, 3}));
        QCOMPARE(window.timeOuts(), std::uint64_t{2});
        window.acknowledge(1, 3);
        window.acknowledge(3, 4);
        QVERIFY(window.isEmpty());
        QCOMPARE(window.dueAt(), Nanoseconds::max());
    }

    void stopAndWaitHasOneUnderWay()
    {
        SendWindow window = windowWith(scheme(AcknowledgementScheme::StopAndWait, 32), 1);
        QVERIFY(window.isFull());
        window.acknowledge(0, 1);
        QVERIFY(!window.isFull());
    }

    void theReceiverKeepsEarlyOnesOnlyWithSelectiveRepeat()
    {
        using enum ReceiveWindow::Verdict;
        ReceiveWindow goBack(scheme(AcknowledgementScheme::GoBackN), largest);
        QCOMPARE(goBack.take(1, aMessage()), TooEarly);
        QCOMPARE(goBack.take(0, aMessage()), Kept);
        QCOMPARE(goBack.take(0, aMessage()), Repeated);
        QCOMPARE(goBack.upTo(), std::uint64_t{1});

        ReceiveWindow selective(scheme(AcknowledgementScheme::SelectiveRepeat), largest);
        QCOMPARE(selective.take(1, aMessage()), Kept);
        QCOMPARE(selective.take(1, aMessage()), Repeated);
        QVERIFY(!selective.hasNext());
        QCOMPARE(selective.upTo(), std::uint64_t{0});
        QCOMPARE(selective.take(0, aMessage()), Kept);
        QCOMPARE(selective.upTo(), std::uint64_t{2});
        QCOMPARE(selective.take(3, aMessage()), Kept);
        QCOMPARE(selective.take(4, aMessage()),
                 TooEarly); // it would be in the place of one that waits to be taken
        QVERIFY(selective.hasNext());
    }

    void whatIsUnderWayIsBoundedByTheWindow()
    {
        Ends ends = connectedEnds();
        const auto acknowledged = makeAcknowledgedEndpoint(
            std::move(ends.sending),
            {.acknowledgement = {.scheme = AcknowledgementScheme::GoBackN, .window = 3, .timeOut = 1s},
             .largestMessage = 8,
             .isCalledOff = [] { return true; }});
        for (std::uint64_t number = 0; number < 3; ++number)
            send(*acknowledged, number);
        QCOMPARE(acknowledged->reserve(8, Deadline::immediately()).outcome, Outcome::WouldBlock);
        QCOMPARE(acknowledged->reserve(8, Deadline::after(5ms)).outcome, Outcome::TimedOut);
        QCOMPARE(acknowledged->sendEvent(), short{POLLIN});
    }

    /// Whoever waits for the last acknowledgement leaves when nobody is there to give it.
    void nobodyWaitsForAPeerThatIsGone()
    {
        Ends ends = connectedEnds();
        auto acknowledged = makeAcknowledgedEndpoint(
            std::move(ends.sending), {.acknowledgement = scheme(AcknowledgementScheme::StopAndWait),
                                      .largestMessage = 8,
                                      .isCalledOff = [deadline = Deadline::after(10s)] {
                                          return deadline.remaining() == Nanoseconds::zero();
                                      }});
        send(*acknowledged, 0);
        ends.receiving.reset();
        const Nanoseconds start = now();
        acknowledged.reset();
        QVERIFY(now() - start < 1s);
    }
};

QTEST_GUILESS_MAIN(TestLayers)
#include "tst_layers.moc"
