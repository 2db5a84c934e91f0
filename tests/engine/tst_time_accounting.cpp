#include "engine/measure/time_accounting.h"

#include <QtTest>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

/// Times and visits in the order working, waiting to send, waiting to receive, pacing, sleeping.
TimeEvidence evidence(std::array<Nanoseconds, windowCount> time,
                      std::array<std::uint64_t, windowCount> visits, Nanoseconds cpu, Nanoseconds readyWait)
{
    TimeEvidence given;
    given.windows.time = time;
    given.windows.visits = visits;
    given.cpu = cpu;
    given.readyWait = readyWait;
    return given;
}

} // namespace

class TestTimeAccounting final : public QObject {
    Q_OBJECT

private slots:
    void statesAlwaysAddUpToTheWallTime()
    {
        for (int seed = 0; seed < 500; ++seed) {
            const auto part = [seed](int factor) {
                return Nanoseconds((seed * factor * 7919) % 100'000'000);
            };
            const TimeEvidence given =
                evidence({part(1), part(2), part(3), part(5)}, {1, 2, 3, 4}, part(7), part(11));
            const TimeSplit split = splitTime(given);
            QCOMPARE(split.total(), part(1) + part(2) + part(3) + part(5));
            for (const Nanoseconds time : split.time)
                QVERIFY(time >= 0ns);
        }
    }

    void sleepInAWaitIsBlocked()
    {
        const TimeSplit split = splitTime(evidence({50ms, 950ms, 0ns, 0ns}, {1, 1, 0, 0}, 50ms, 0ns));
        QCOMPARE(split[WorkerState::BlockedSending], Nanoseconds(950ms));
        QCOMPARE(split[WorkerState::Running], Nanoseconds(50ms));
    }

    void sleepingBetweenMessagesIsAStateOfItsOwn()
    {
        const TimeSplit split =
            splitTime(evidence({100ms, 0ns, 200ms, 0ns, 700ms}, {1, 0, 10, 0, 100}, 100ms, 0ns));
        QCOMPARE(split[WorkerState::Sleeping], Nanoseconds(700ms));
        QCOMPARE(split[WorkerState::BlockedReceiving], Nanoseconds(200ms));
        QCOMPARE(split[WorkerState::Running], Nanoseconds(100ms));
    }

    void whoIsStoppedNeitherWorksNorWaits()
    {
        // Stopped once while it worked and once while it waited.
        TimeEvidence given = evidence({700ms, 0ns, 300ms, 0ns}, {1, 0, 1, 0}, 400ms, 0ns);
        given.stopped = {300ms, 0ns, 250ms};
        const TimeSplit split = splitTime(given);
        QCOMPARE(split[WorkerState::Stopped], Nanoseconds(550ms));
        QCOMPARE(split[WorkerState::Running], Nanoseconds(400ms));
        QCOMPARE(split[WorkerState::BlockedReceiving], Nanoseconds(50ms));
        QCOMPARE(split.total(), Nanoseconds(1s));
    }

    void theIntervalAfterAStopBeganIsStopped()
    {
        LiveTimeSplitter splitter(ChannelWait::Woken);
        LiveTimeSplitter::Reading reading;
        const auto pass = [&](Nanoseconds working, Nanoseconds cpu, Nanoseconds stopped) {
            reading.at += 30ms;
            reading.windows.time[0] += working;
            reading.windows.time[2] += 30ms - working;
            reading.windows.visits[2] += working > 0ns ? 100U : 0U;
            reading.cpu += cpu;
            reading.readyWait += cpu / 2;
            reading.stopped[2] += stopped;
            return splitter.next(reading);
        };
        for (int busy = 0; busy < 20; ++busy)
            pass(20ms, 15ms, 0ns);
        const TimeSplit stopped = pass(0ns, 0ns, 30ms);
        QCOMPARE(stopped[WorkerState::Stopped], Nanoseconds(30ms));
        const TimeSplit waiting = pass(0ns, 0ns, 0ns);
        QCOMPARE(waiting[WorkerState::BlockedReceiving], Nanoseconds(30ms));
    }

    void timeWithoutAProcessIsPartOfNoWait()
    {
        // Of the half second in a waiting window 250 ms were asleep; the rest it was kept from running.
        TimeEvidence given = evidence({500ms, 0ns, 500ms, 0ns}, {1, 0, 10, 0}, 50ms, 300ms);
        given.absent = 400ms;
        const TimeSplit split = splitTime(given);
        QCOMPARE(split[WorkerState::Stopped], Nanoseconds(400ms));
        QCOMPARE(split[WorkerState::BlockedReceiving], Nanoseconds(250ms));
        QCOMPARE(split[WorkerState::Running], Nanoseconds(50ms));
    }

    void spinningIsRunning()
    {
        const TimeEvidence given = evidence({10ms, 0ns, 990ms, 0ns}, {1, 0, 500, 0}, 1s, 0ns);
        const TimeSplit split = splitTime(given);
        QCOMPARE(split[WorkerState::Running], Nanoseconds(1s));
        QVERIFY(isBusyWaiting(given, ChannelWait::Asking));
    }

    void sleepingIsNotBusyWaiting()
    {
        QVERIFY(!isBusyWaiting(evidence({10ms, 0ns, 990ms, 0ns}, {1, 0, 500, 0}, 20ms, 10ms),
                               ChannelWait::Asking));
        QVERIFY(!isBusyWaiting(evidence({1s, 0ns, 1ms, 0ns}, {1, 0, 1, 0}, 1s, 0ns), ChannelWait::Asking));
    }

    void wakingUpIsNotBusyWaiting()
    {
        // Many short waits: what falling asleep and waking up take is most of them.
        const TimeEvidence shortWaits = evidence({400ms, 0ns, 600ms, 0ns}, {1, 0, 100'000, 0}, 800ms, 50ms);
        QVERIFY(!isBusyWaiting(shortWaits, ChannelWait::Woken));
        QVERIFY(isBusyWaiting(shortWaits, ChannelWait::Asking));
        // Who spins until the next message is due is busy however it waits for room.
        QVERIFY(
            isBusyWaiting(evidence({10ms, 10ms, 0ns, 980ms}, {1, 5, 0, 500}, 1s, 0ns), ChannelWait::Woken));
    }

    void wakeUpsAreTakenFromTheWaitsByTheirNumber()
    {
        // 1 s of waiting windows, of which 900 ms were asleep; nine of ten wake-ups belong to receiving.
        const TimeSplit split = splitTime(evidence({0ns, 500ms, 500ms, 0ns}, {0, 10, 90, 0}, 60ms, 40ms));
        QCOMPARE(split[WorkerState::Ready], Nanoseconds(40ms));
        QCOMPARE(split[WorkerState::BlockedSending], Nanoseconds(490ms));
        QCOMPARE(split[WorkerState::BlockedReceiving], Nanoseconds(410ms));
        QCOMPARE(split[WorkerState::Running], Nanoseconds(60ms));
    }

    void liveIntervalsFollowTheLastHalfSecond()
    {
        LiveTimeSplitter splitter(ChannelWait::Asking);
        WindowTimes windows;
        Nanoseconds at = 0ns;
        Nanoseconds cpu = 0ns;
        splitter.next({at, windows, cpu, 0ns});
        TimeSplit split;
        for (int interval = 0; interval < 30; ++interval) {
            at += 33ms;
            cpu += 3ms;
            windows.time[static_cast<std::size_t>(Window::Working)] += 3ms;
            windows.time[static_cast<std::size_t>(Window::WaitingToReceive)] += 30ms;
            windows.visits[static_cast<std::size_t>(Window::WaitingToReceive)] += 10;
            split = splitter.next({at, windows, cpu, 0ns});
            QCOMPARE(split.total(), Nanoseconds(33ms));
        }
        QVERIFY(split[WorkerState::BlockedReceiving] > 29ms);
        QVERIFY(std::abs(splitter.blockedShare() - 30.0 / 33) < 0.01);
        QVERIFY(std::abs(splitter.cpuShare() - 3.0 / 33) < 0.01);
        QVERIFY(!splitter.isBusyWaiting());
    }
};

QTEST_GUILESS_MAIN(TestTimeAccounting)
#include "tst_time_accounting.moc"
