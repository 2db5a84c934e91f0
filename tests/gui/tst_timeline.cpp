#include "gui/pages/timeline_page.h"
#include "gui/widgets/state_lanes.h"

#include <QCheckBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QSignalSpy>
#include <QtTest>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

constexpr std::array roles{"sender", "relay 1", "receiver"};

/// Every 10 µs a message goes from the sender over the relay to the receiver.
std::shared_ptr<const RunTrace> chainTrace(std::uint64_t messages)
{
    RunTrace trace;
    for (const char* role : roles)
        trace.workers.push_back({.role = role, .pid = 1, .recorded = 2 * messages, .events = {}});
    trace.workers[1].passesOn = true;
    for (std::uint64_t message = 0; message < messages; ++message) {
        const Nanoseconds at(static_cast<std::int64_t>(message) * 10'000);
        const auto add = [&](std::size_t worker, TraceKind kind, std::uint32_t stream,
                             std::pair<int, int> span) {
            trace.workers[worker].events.push_back(
                {at + Nanoseconds(span.first), at + Nanoseconds(span.second), message, stream, kind, 0});
        };
        add(0, TraceKind::Send, 0, {0, 1000});
        add(1, TraceKind::BlockedReceiving, 0, {0, 1900});
        add(1, TraceKind::Receive, 0, {0, 2000});
        add(1, TraceKind::Send, 1, {2000, 4000});
        add(2, TraceKind::Receive, 1, {0, 6000});
    }
    return std::make_shared<const RunTrace>(trace);
}

/// A run of a tenth of a second.
void showRun(StateLanes& lanes)
{
    QStringList names;
    for (const char* role : roles)
        names << role;
    lanes.begin(names);
    SeriesPoint point;
    point.at = 100ms;
    point.length = 100ms;
    point.workers.resize(roles.size());
    for (WorkerPoint& worker : point.workers)
        worker.time[WorkerState::Running] = 100ms;
    lanes.append(point);
    lanes.resize(1200, lanes.sizeHint().height());
}

RunResult tracedResult(std::shared_ptr<const RunTrace> trace)
{
    RunResult result;
    result.trace = std::move(trace);
    return result;
}

} // namespace

class TestTimeline final : public QObject {
    Q_OBJECT

private slots:
    void withoutATraceItSaysHowToGetOne();
    void aClickChoosesTheMessageUnderIt();
    void aTraceIsPreparedWhileThePageGoesOn();
    void stepsGoThroughTheMessagesAndBack();
    void followingTellsTheWholeWay();
    void aNewRunForgetsTheTrace();
    void zoomsDownToSingleMessages();
    void aMillionEventsAreDrawnQuickly_data();
    void aMillionEventsAreDrawnQuickly();
};

void TestTimeline::withoutATraceItSaysHowToGetOne()
{
    TimelinePage page;
    page.take(RunFinished{RunResult()});
    QVERIFY(page.findChild<QLabel*>()->text().contains("measure.trace"));
    QVERIFY(page.findChild<QCheckBox*>()->parentWidget()->isHidden());
    page.take(RunFinished{tracedResult(chainTrace(10))});
    QTRY_VERIFY(!page.findChild<QCheckBox*>()->parentWidget()->isHidden());
    QVERIFY(page.findChild<QLabel*>()->text().contains("50 of 70 events were kept"));
    QVERIFY(page.findChild<QLabel*>()->toolTip().contains("20 events"));
}

void TestTimeline::aClickChoosesTheMessageUnderIt()
{
    StateLanes lanes;
    showRun(lanes);
    lanes.setTrace(std::make_shared<const TraceIndex>(chainTrace(1000)));
    lanes.show(0.005, 0.00501); // message 500, alone
    QSignalSpy told(&lanes, &StateLanes::told);
    const int firstLane = 14 + 8;
    QTest::mouseClick(&lanes, Qt::LeftButton, Qt::NoModifier, {104 + 54, firstLane});
    QVERIFY(lanes.chosen().has_value());
    QCOMPARE(*lanes.chosen(), (TraceSpot{0, 500}));
    const QString sentence = told.last().front().toString();
    QVERIFY2(sentence.startsWith("The sender sent message 500 in 1.00 µs"), qPrintable(sentence));
    QVERIFY2(sentence.contains("the relay 1 had it 1.00 µs after that"), qPrintable(sentence));
}

/// Which may go, or show another run, before that is done.
void TestTimeline::aTraceIsPreparedWhileThePageGoesOn()
{
    const auto large = chainTrace(100'000);
    TimelinePage page;
    const auto* words = page.findChild<QLabel*>();
    const auto* bar = page.findChild<QCheckBox*>()->parentWidget();
    page.take(RunFinished{tracedResult(large)});
    QCOMPARE(words->text(), QString("Preparing the trace…"));
    QVERIFY(bar->isHidden());
    page.take(WorkersStarted{.workers = {{.role = "sender"}}, .capacity = {}});
    QVERIFY(words->text().startsWith("Each column"));
    page.take(RunFinished{tracedResult(chainTrace(10))});
    QTRY_VERIFY(!bar->isHidden());
    QVERIFY2(words->text().contains("50 of 70 events were kept"), qPrintable(words->text()));
    page.take(RunFinished{tracedResult(large)});
}

void TestTimeline::stepsGoThroughTheMessagesAndBack()
{
    StateLanes lanes;
    showRun(lanes);
    lanes.setTrace(std::make_shared<const TraceIndex>(chainTrace(1000)));
    QTest::keyClick(&lanes, Qt::Key_Right);
    QVERIFY(lanes.chosen().has_value());
    const TraceSpot first = *lanes.chosen();
    QVERIFY(lanes.visibleTo() - lanes.visibleFrom() < 0.001); // it is in sight now
    for (int steps = 0; steps < 20; ++steps)
        QTest::keyClick(&lanes, Qt::Key_Right);
    QVERIFY(*lanes.chosen() != first);
    for (int steps = 0; steps < 20; ++steps)
        QTest::keyClick(&lanes, Qt::Key_Left);
    QCOMPARE(*lanes.chosen(), first);
    QTest::keyClick(&lanes, Qt::Key_Left); // nothing is before it
    QCOMPARE(*lanes.chosen(), first);
}

void TestTimeline::followingTellsTheWholeWay()
{
    TimelinePage page;
    WorkersStarted started;
    for (const char* role : roles)
        started.workers.push_back({.role = role});
    page.take(started);
    page.take(RunFinished{tracedResult(chainTrace(100))});
    QTRY_VERIFY(!page.findChild<QCheckBox*>()->parentWidget()->isHidden());
    page.lanes().choose(TraceSpot{0, 7});
    page.findChild<QCheckBox*>()->click();
    QStringList texts;
    for (const QLabel* label : page.findChildren<QLabel*>())
        texts << label->text();
    QVERIFY2(texts.contains(
                 "Message 7: sender sent it → relay 1 had it after 1.00 µs → relay 1 sent it after 3.00 µs → "
                 "receiver had it after 5.00 µs."),
             qPrintable(texts.join('\n')));
    QTest::keyClick(&page.lanes(), Qt::Key_F);
    QVERIFY(!page.findChild<QCheckBox*>()->isChecked());
}

void TestTimeline::aNewRunForgetsTheTrace()
{
    StateLanes lanes;
    showRun(lanes);
    lanes.setTrace(std::make_shared<const TraceIndex>(chainTrace(10)));
    lanes.step(StateLanes::Step::Forward);
    showRun(lanes);
    QVERIFY(!lanes.chosen());
    lanes.step(StateLanes::Step::Forward);
    QVERIFY(!lanes.chosen());
}

void TestTimeline::zoomsDownToSingleMessages()
{
    StateLanes lanes;
    showRun(lanes);
    lanes.show(0.01, 0.01);
    QVERIFY(lanes.visibleTo() - lanes.visibleFrom() >= 0.0199); // samples say no more
    lanes.setTrace(std::make_shared<const TraceIndex>(chainTrace(1000)));
    lanes.show(0.005, 0.005);
    QVERIFY(lanes.visibleTo() - lanes.visibleFrom() < 1e-6);
    QTest::keyClick(&lanes, Qt::Key_Minus);
    QVERIFY(lanes.visibleTo() - lanes.visibleFrom() > 3.9e-7);
    QTest::keyClick(&lanes, Qt::Key_Home);
    QCOMPARE(lanes.visibleFrom(), 0.0);
}

void TestTimeline::aMillionEventsAreDrawnQuickly_data()
{
    QTest::addColumn<double>("length"); // of what is in sight, in seconds
    QTest::newRow("everything") << 2.0;
    QTest::newRow("ten milliseconds") << 0.01;
    QTest::newRow("a message") << 10e-6;
}

void TestTimeline::aMillionEventsAreDrawnQuickly()
{
    QFETCH(double, length);
    StateLanes lanes;
    showRun(lanes);
    lanes.setTrace(std::make_shared<const TraceIndex>(chainTrace(200'000)));
    lanes.show(0.5, 0.5 + length);
    qint64 best = std::numeric_limits<qint64>::max();
    for (int round = 0; round < 5; ++round) {
        QElapsedTimer timer;
        timer.start();
        lanes.grab();
        best = std::min(best, timer.elapsed());
    }
    qInfo("painted in %lld ms", static_cast<long long>(best));
#ifdef NDEBUG
    constexpr qint64 most = 50;
#else
    constexpr qint64 most = 500; // not optimised, or instrumented
#endif
    QVERIFY2(best < most, qPrintable(QString("%1 ms").arg(best)));
}

QTEST_MAIN(TestTimeline)
#include "tst_timeline.moc"
