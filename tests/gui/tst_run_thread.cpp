#include "gui/run_thread.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/run_fixture.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>

using namespace ipclab;

namespace {

/// Takes news until the series is over; fails by an empty end after a minute.
std::vector<RunNews> newsOfSeries(RunThread& thread)
{
    std::vector<RunNews> all;
    QSignalSpy arrived(&thread, &RunThread::newsArrived);
    while (thread.isBusy()) {
        for (RunNews& news : thread.takeNews())
            all.push_back(std::move(news));
        if (thread.isBusy() && !arrived.wait(60'000))
            return {};
    }
    return all;
}

template <typename Kind>
std::vector<Kind> ofKind(const std::vector<RunNews>& news)
{
    std::vector<Kind> found;
    for (const RunNews& one : news) {
        if (const Kind* match = std::get_if<Kind>(&one))
            found.push_back(*match);
    }
    return found;
}

void waitUntilMeasuring(RunThread& thread)
{
    const auto isMeasured = [](const SampleTaken& sample) {
        return !sample.point.warmUp && sample.point.received > 0;
    };
    QSignalSpy arrived(&thread, &RunThread::newsArrived);
    while (!std::ranges::any_of(ofKind<SampleTaken>(thread.takeNews()), isMeasured))
        QVERIFY(arrived.wait(60'000));
}

Experiment longExperiment()
{
    Experiment experiment = shortExperiment("pipe");
    experiment.duration = std::chrono::minutes(5);
    return experiment;
}

} // namespace

class TestRunThread : public QObject {
    Q_OBJECT

private slots:
    void tellsARunFromItsBeginningToItsEnd();
    void runsVariantsOneAfterTheOther();
    void stopsARunAndKeepsItsResult();
    void stopSkipsTheRestOfTheSeries();
    void startReplacesWhatIsGoingOn();
    void destructorEndsARunWithoutATrace();
    void tellsWhyAnExperimentCannotRun();
};

void TestRunThread::tellsARunFromItsBeginningToItsEnd()
{
    RunThread thread(testSettings());
    thread.start({shortExperiment("pipe")});
    QVERIFY(thread.isBusy());
    const auto news = newsOfSeries(thread);
    QVERIFY(!thread.isBusy());
    QVERIFY(std::holds_alternative<RunBegan>(news.front()));
    QVERIFY(std::holds_alternative<SeriesOver>(news.back()));
    const auto finished = ofKind<RunFinished>(news);
    QCOMPARE(finished.size(), std::size_t(1));
    QCOMPARE(ofKind<SampleTaken>(news).size(), finished.front().result.series.size());
    const auto started = ofKind<WorkersStarted>(news);
    QCOMPARE(started.size(), std::size_t(1));
    QVERIFY(started.front().capacity.has_value());
}

void TestRunThread::runsVariantsOneAfterTheOther()
{
    RunThread thread(testSettings());
    thread.start({shortExperiment("pipe"), shortExperiment("posix_mq"), shortExperiment("shm_ring")});
    const auto news = newsOfSeries(thread);
    const auto began = ofKind<RunBegan>(news);
    QCOMPARE(began.size(), std::size_t(3));
    QCOMPARE(began[2].index, std::size_t(2));
    QCOMPARE(began[2].count, std::size_t(3));
    const auto finished = ofKind<RunFinished>(news);
    QCOMPARE(finished.size(), std::size_t(3));
    QCOMPARE(finished[1].result.experiment.mechanism, std::string("posix_mq"));
    QCOMPARE(ofKind<SeriesOver>(news).size(), std::size_t(1));
}

void TestRunThread::stopsARunAndKeepsItsResult()
{
    RunThread thread(testSettings());
    thread.start({longExperiment()});
    waitUntilMeasuring(thread);
    thread.stop();
    const auto finished = ofKind<RunFinished>(newsOfSeries(thread));
    QCOMPARE(finished.size(), std::size_t(1));
    QCOMPARE(finished.front().result.summary.outcome, RunOutcome::Stopped);
    QVERIFY(finished.front().result.summary.messagesReceived > 0);
}

void TestRunThread::stopSkipsTheRestOfTheSeries()
{
    RunThread thread(testSettings());
    thread.start({longExperiment(), longExperiment()});
    waitUntilMeasuring(thread);
    thread.stop();
    QCOMPARE(ofKind<RunFinished>(newsOfSeries(thread)).size(), std::size_t(1));
}

void TestRunThread::startReplacesWhatIsGoingOn()
{
    RunThread thread(testSettings());
    thread.start({longExperiment()});
    waitUntilMeasuring(thread);
    thread.start({shortExperiment("pipe")});
    const auto finished = ofKind<RunFinished>(newsOfSeries(thread));
    QCOMPARE(finished.size(), std::size_t(1));
    QCOMPARE(finished.front().result.summary.outcome, RunOutcome::Finished);
}

void TestRunThread::destructorEndsARunWithoutATrace()
{
    const Belongings before = belongings();
    {
        RunThread thread(testSettings());
        thread.start({longExperiment()});
        waitUntilMeasuring(thread);
        QVERIFY(!childrenOf(QCoreApplication::applicationPid()).isEmpty());
    }
    QVERIFY(childrenOf(QCoreApplication::applicationPid()).isEmpty());
    QVERIFY(belongings() == before);
}

void TestRunThread::tellsWhyAnExperimentCannotRun()
{
    RunThread thread(testSettings());
    Experiment impossible = shortExperiment("pipe");
    impossible.mechanism = "carrier_pigeon";
    thread.start({impossible, shortExperiment("pipe")});
    const auto news = newsOfSeries(thread);
    const auto failed = ofKind<RunFailed>(news);
    QCOMPARE(failed.size(), std::size_t(1));
    QVERIFY(failed.front().failure.sentence().find("carrier_pigeon") != std::string::npos);
    QCOMPARE(ofKind<RunFinished>(news).size(), std::size_t(1));
}

QTEST_GUILESS_MAIN(TestRunThread)
#include "tst_run_thread.moc"
