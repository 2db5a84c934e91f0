#include "engine/run/saturation/saturation_search.h"

#include <QtTest>

#include <functional>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

constexpr SaturationGoal goalOf(double startRate, double growth = 2, double resolution = 0.05)
{
    return {.startRate = startRate,
            .percentile = "p99",
            .limit = 1ms,
            .stepTime = 500ms,
            .growth = growth,
            .resolution = resolution};
}

/// A step of half a second in which all came that was asked for.
SaturationSearch::Figures figures(double rate, Nanoseconds latency, double share = 1)
{
    return {.length = 500ms,
            .arrived = static_cast<std::uint64_t>(rate * 0.5 * share),
            .messages = static_cast<std::uint64_t>(rate * 0.5),
            .latency = latency};
}

using Machine = std::function<SaturationSearch::Figures(double rate)>;

/// What a search finds on a machine that answers so.
Saturation search(const SaturationGoal& goal, const Machine& machine)
{
    SaturationSearch search(goal);
    for (int steps = 0; !search.isOver() && steps < 1000; ++steps)
        search.add(machine(search.nextRate()));
    return search.found();
}

Machine withKnee(double knee)
{
    return [knee](double rate) { return figures(rate, rate <= knee ? 100us : 4200us); };
}

} // namespace

/// The search for the highest rate that keeps a limit, on machines whose answer is known.
class TestSaturationSearch final : public QObject {
    Q_OBJECT

private slots:
    void theKneeLiesBetweenKeptAndFailed_data();
    void theKneeLiesBetweenKeptAndFailed();
    void growsUntilAStepFailsThenHalves();
    void oneFailureAloneIsNotBelieved();
    void whatIsNotReachedIsNotKept();
    void messagesUnderWayAtTheEndOfAStepAreNotMissing();
    void theAnswerIsASentence_data();
    void theAnswerIsASentence();
};

void TestSaturationSearch::theKneeLiesBetweenKeptAndFailed_data()
{
    QTest::addColumn<double>("knee");
    QTest::addColumn<double>("growth");
    QTest::addColumn<double>("resolution");
    for (const double knee : {10'000.0, 10'050.0, 123'456.0, 999'000.0, 3.3e7})
        for (const double growth : {1.05, 2.0, 10.0})
            for (const double resolution : {0.01, 0.05, 1.0})
                QTest::addRow("%g, growth %g, resolution %g", knee, growth, resolution)
                    << knee << growth << resolution;
}

void TestSaturationSearch::theKneeLiesBetweenKeptAndFailed()
{
    QFETCH(double, knee);
    QFETCH(double, growth);
    QFETCH(double, resolution);
    const Saturation found = search(goalOf(10'000, growth, resolution), withKnee(knee));
    QVERIFY(found.isComplete && found.kept && found.failed);
    QVERIFY(found.kept->asked <= knee && found.failed->asked > knee);
    // Rates have three digits, so that one digit of the last may be a little more than asked for.
    QVERIFY2(found.failed->asked <= found.kept->asked * (1 + std::max(resolution, 0.0101)),
             qPrintable(QString::fromStdString(found.sentence())));
}

void TestSaturationSearch::growsUntilAStepFailsThenHalves()
{
    const Saturation found = search(goalOf(10'000, 2, 0.2), withKnee(50'000));
    std::vector<double> asked;
    for (const SaturationStep& step : found.steps)
        asked.push_back(step.asked);
    QCOMPARE(asked, (std::vector<double>{10'000, 20'000, 40'000, 80'000, 80'000, 56'600, 56'600, 47'600}));
}

void TestSaturationSearch::oneFailureAloneIsNotBelieved()
{
    int steps = 0;
    const Saturation found = search(goalOf(10'000), [&](double rate) {
        return ++steps == 2 ? figures(rate, 50ms) : withKnee(100'000)(rate);
    });
    QVERIFY(found.kept && found.kept->asked > 90'000);
    QCOMPARE(found.steps[1].verdict, StepVerdict::TooSlow);
    QCOMPARE(found.steps[2].asked, found.steps[1].asked);
}

void TestSaturationSearch::whatIsNotReachedIsNotKept()
{
    const Saturation found = search(
        goalOf(10'000), [](double rate) { return figures(rate, 100us, std::min(1.0, 70'000 / rate)); });
    QVERIFY(found.kept && found.failed);
    QCOMPARE(found.failed->verdict, StepVerdict::NotReached);
    QVERIFY(found.kept->asked > 65'000 && found.kept->asked < 75'000);
}

void TestSaturationSearch::messagesUnderWayAtTheEndOfAStepAreNotMissing()
{
    SaturationSearch search({.startRate = 1000, .percentile = "p99", .limit = 100ms, .stepTime = 500ms});
    // All are answered after 90 ms: of the 500, 90 are still under way.
    search.add({.length = 500ms, .arrived = 410, .messages = 500, .latency = 90ms});
    QCOMPARE(search.found().steps.back().verdict, StepVerdict::Kept);
}

void TestSaturationSearch::theAnswerIsASentence_data()
{
    QTest::addColumn<QList<SaturationSearch::Figures>>("steps");
    QTest::addColumn<double>("startRate");
    QTest::addColumn<QString>("sentence");
    using Steps = QList<SaturationSearch::Figures>;
    QTest::addRow("found")
        << Steps{figures(3e8, 100us), figures(6e8, 4200us), figures(6e8, 4210us), figures(4.24e8, 100us)}
        << 3e8
        << "keeps p99 under 1 ms up to 424 M/s; at 600 M/s it was 4.21 ms; the run ended before the search "
           "did, which goes on between them";
    QTest::addRow("fails at once")
        << Steps{figures(10'000, 1500us), figures(10'000, 1500us)} << 10'000.0
        << "does not keep p99 under 1 ms even in the first step: at 10 k/s it was 1.5 ms; begin "
           "with a lower start_rate";
    QTest::addRow("not reached")
        << Steps{figures(10'000, 10us, 0.5), figures(10'000, 10us, 0.5)} << 10'000.0
        << "does not keep p99 under 1 ms even in the first step: at 10 k/s only 5 k/s arrived; begin "
           "with a lower start_rate";
    QTest::addRow("never fails")
        << Steps{figures(6e8, 10us), figures(1e9, 10us)} << 6e8
        << "keeps p99 under 1 ms up to 1000 M/s, the highest rate that can be asked for";
    QTest::addRow("ends too early")
        << Steps{figures(10'000, 10us)} << 10'000.0
        << "keeps p99 under 1 ms up to 10 k/s, and no step failed before the run ended; let it "
           "last longer to see where it ends";
    QTest::addRow("ends before it is certain")
        << Steps{figures(10'000, 2ms)} << 10'000.0
        << "cannot say at what rate it keeps p99 under 1 ms: the run ended before the "
           "first step was repeated; at 10 k/s it was 2 ms";
    QTest::addRow("no step")
        << Steps{} << 10'000.0
        << "cannot say at what rate it keeps p99 under 1 ms: the run ended before the first step";
}

void TestSaturationSearch::theAnswerIsASentence()
{
    QFETCH(QList<SaturationSearch::Figures>, steps);
    QFETCH(double, startRate);
    QFETCH(QString, sentence);
    SaturationSearch search(goalOf(startRate));
    for (const SaturationSearch::Figures& step : steps)
        search.add(step);
    QCOMPARE(QString::fromStdString(search.found().sentence()), sentence);
}

QTEST_APPLESS_MAIN(TestSaturationSearch)
#include "tst_saturation_search.moc"
