#include "tests/support/run_fixture.h"
#include "tests/support/skip_unavailable.h"

#include "engine/library/trace_export.h"
#include "engine/measure/trace_index.h"
#include "engine/mechanisms/catalog.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <algorithm>
#include <map>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

/// A run of so many messages, traced from the first.
Experiment traced(const std::string& mechanism, Exchange exchange = Exchange::OneWay)
{
    Experiment experiment = shortExperiment(mechanism, exchange);
    experiment.warmUp = 0ms;
    experiment.messages = 300;
    experiment.measure.trace = 100'000;
    return experiment;
}

const WorkerTrace& traceOf(const RunResult& result, const std::string& role)
{
    return *std::ranges::find(result.trace->workers, role, &WorkerTrace::role);
}

std::vector<TraceEvent> ofKind(const WorkerTrace& trace, TraceKind kind)
{
    std::vector<TraceEvent> found;
    std::ranges::copy_if(trace.events, std::back_inserter(found),
                         [kind](const TraceEvent& event) { return event.kind == kind && event.isOpen == 0; });
    return found;
}

TraceEvent transfer(TraceKind kind, std::uint64_t message, std::uint32_t stream, int begin, int end)
{
    return {Nanoseconds(begin), Nanoseconds(end), message, stream, kind, 0};
}

/// A sender, a relay and a receiver: message 5 on its way between two others.
TraceIndex chainOfThree()
{
    RunTrace trace;
    trace.workers.resize(3);
    trace.workers[0].events = {transfer(TraceKind::Send, 4, 0, 0, 10),
                               transfer(TraceKind::Send, 5, 0, 20, 30)};
    trace.workers[1].passesOn = true;
    trace.workers[1].events = {
        transfer(TraceKind::Receive, 4, 0, 5, 15), transfer(TraceKind::Send, 4, 1, 16, 19),
        transfer(TraceKind::Receive, 5, 0, 25, 35), transfer(TraceKind::Send, 5, 1, 36, 40)};
    trace.workers[2].events = {transfer(TraceKind::Receive, 4, 1, 10, 22),
                               transfer(TraceKind::BlockedReceiving, 0, 0, 23, 41),
                               transfer(TraceKind::Receive, 5, 1, 22, 42)};
    return TraceIndex(std::make_shared<const RunTrace>(trace));
}

} // namespace

class TestRunTrace final : public QObject {
    Q_OBJECT

private slots:
    void init() { IPCLAB_SKIP_UNAVAILABLE_ROW(); }

    void nothingIsTracedUnlessAskedFor();
    void everyMechanismCanBeTraced_data();
    void everyMechanismCanBeTraced();
    void waitsAreTheBlocksOfTheAccount();
    void aChainIsFollowedFromEndToEnd();
    void anAnswerBelongsToItsQuestion();
    void theFirstOrTheLastAreKept_data();
    void theFirstOrTheLastAreKept();
    void aKilledWorkersTraceIsKept();
    void thePerfettoFileIsWellFormed();

    void theIndexFollowsAMessageBothWays();
    void theIndexSumsUpStretches();
    void theIndexStepsThroughTransfers();
};

void TestRunTrace::nothingIsTracedUnlessAskedFor()
{
    const FollowedRun run = follow(shortExperiment("pipe"));
    QVERIFY(!run.result.trace);
}

void TestRunTrace::everyMechanismCanBeTraced_data()
{
    QTest::addColumn<QString>("mechanism");
    QTest::addColumn<bool>("isRoundTrip");
    for (const Mechanism* mechanism : allMechanisms()) {
        QTest::addRow("%s", mechanism->info().id.c_str())
            << QString::fromStdString(mechanism->info().id) << false;
        QTest::addRow("%s, round trip", mechanism->info().id.c_str())
            << QString::fromStdString(mechanism->info().id) << true;
    }
}

void TestRunTrace::everyMechanismCanBeTraced()
{
    QFETCH(QString, mechanism);
    QFETCH(bool, isRoundTrip);
    const Experiment experiment =
        traced(mechanism.toStdString(), isRoundTrip ? Exchange::RoundTrip : Exchange::OneWay);
    if (!problems(experiment).empty())
        QSKIP(problems(experiment).front().sentence.c_str());
    const FollowedRun run = follow(experiment);
    QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
    QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
    const WorkerTrace& sender = traceOf(run.result, "sender");
    const WorkerTrace& receiver = traceOf(run.result, "receiver");
    QCOMPARE(sender.missing() + receiver.missing(), std::uint64_t{0});
    QVERIFY(sender.costPerEvent > 0ns && sender.costPerEvent < 10us);
    const std::vector<TraceEvent> sends = ofKind(sender, TraceKind::Send);
    const std::vector<TraceEvent> receives = ofKind(receiver, TraceKind::Receive);
    // Besides the messages there are farewells.
    QVERIFY2(sends.size() >= run.result.summary.messagesSent, qPrintable(QString::number(sends.size())));
    for (std::size_t index = 0; index < 300 && index < sends.size(); ++index) {
        QCOMPARE(sends[index].message, std::uint64_t{index});
        QVERIFY(sends[index].begin <= sends[index].end);
    }
    QVERIFY2(receives.size() + run.result.summary.integrity.lost >= run.result.summary.messagesSent,
             qPrintable(QString::number(receives.size())));
    const TraceIndex index(run.result.trace);
    std::size_t pairs = 0;
    for (std::uint32_t event = 0; event < sender.events.size(); ++event) {
        const TraceSpot spot{0, event};
        if (index.at(spot).kind != TraceKind::Send || !index.partnerOf(spot))
            continue;
        QVERIFY(index.at(*index.partnerOf(spot)).end >= index.at(spot).begin);
        ++pairs;
    }
    QVERIFY2(pairs + run.result.summary.integrity.lost >= run.result.summary.messagesReceived,
             qPrintable(QString::number(pairs)));
}

void TestRunTrace::waitsAreTheBlocksOfTheAccount()
{
    Experiment experiment = shortExperiment("pipe");
    experiment.warmUp = 0ms;
    experiment.duration = 300ms;
    experiment.receiverWork = 1ms;
    experiment.measure.trace = 1'000'000;
    const FollowedRun run = follow(experiment);
    const std::vector<TraceEvent> waits = ofKind(traceOf(run.result, "sender"), TraceKind::BlockedSending);
    const auto& blocks = run.result.workers.front().blocks.sending;
    // The farewell's wait is in the trace only; the one that the window's begin cut is whole in it.
    QVERIFY2(waits.size() >= blocks.total && waits.size() <= blocks.total + 3,
             qPrintable(QString::number(waits.size())));
    Nanoseconds longest{};
    for (const TraceEvent& wait : waits)
        longest = std::max(longest, wait.end - wait.begin);
    QVERIFY(longest >= Nanoseconds(static_cast<std::int64_t>(blocks.max)));
}

void TestRunTrace::aChainIsFollowedFromEndToEnd()
{
    Experiment experiment = traced("pipe");
    experiment.shape.kind = ShapeKind::Chain;
    experiment.shape.relays = 2;
    const FollowedRun run = follow(experiment);
    QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
    const TraceIndex index(run.result.trace);
    const std::optional<TraceSpot> first = index.firstTransfer();
    QVERIFY(first.has_value());
    std::size_t whole = 0;
    for (std::uint32_t event = 0; event < index.trace().workers[0].events.size(); ++event) {
        if (index.at({0, event}).kind != TraceKind::Send || index.at({0, event}).message >= 300)
            continue;
        const std::vector<TraceSpot> way = index.wayOf({0, event});
        QCOMPARE(way.size(), std::size_t{6}); // three sends and three receives
        for (std::size_t step = 1; step < way.size(); ++step) {
            QVERIFY(index.at(way[step]).end >= index.at(way[step - 1]).begin);
            QCOMPARE(index.at(way[step]).message, index.at(way.front()).message);
        }
        QCOMPARE(index.wayOf(way.back()), way);
        ++whole;
    }
    QCOMPARE(whole, std::size_t{300});
}

void TestRunTrace::anAnswerBelongsToItsQuestion()
{
    Experiment experiment = traced("unix_stream", Exchange::RoundTrip);
    experiment.shape.kind = ShapeKind::ClientServer;
    experiment.shape.senders = 3;
    const FollowedRun run = follow(experiment);
    QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
    const TraceIndex index(run.result.trace);
    std::size_t whole = 0;
    for (std::uint32_t worker = 0; worker < index.workers(); ++worker) {
        if (index.trace().workers[worker].passesOn)
            continue;
        for (std::uint32_t event = 0; event < index.trace().workers[worker].events.size(); ++event) {
            if (index.at({worker, event}).kind != TraceKind::Send)
                continue;
            const std::vector<TraceSpot> way = index.wayOf({worker, event});
            if (way.size() != 4)
                continue;                        // the farewell
            QCOMPARE(way.back().worker, worker); // who asked has the answer
            ++whole;
        }
    }
    QCOMPARE(whole, std::size_t{300});
}

void TestRunTrace::theFirstOrTheLastAreKept_data()
{
    QTest::addColumn<QString>("keep");
    QTest::newRow("first") << "first";
    QTest::newRow("last") << "last";
}

void TestRunTrace::theFirstOrTheLastAreKept()
{
    QFETCH(QString, keep);
    Experiment experiment = traced("pipe");
    experiment.measure.trace = 64;
    QVERIFY(!setKey(experiment, "measure.trace_keep", keep.toStdString()));
    const FollowedRun run = follow(experiment);
    const WorkerTrace& sender = traceOf(run.result, "sender");
    QVERIFY(sender.recorded > 300);
    QCOMPARE(sender.events.size() + sender.missing(), std::size_t{sender.recorded});
    QVERIFY(sender.events.size() >= 63 && sender.events.size() <= 64);
    const std::vector<TraceEvent> sends = ofKind(sender, TraceKind::Send);
    QVERIFY(!sends.empty());
    QCOMPARE(sends.front().message == 0, keep == "first");
    QCOMPARE(sends.back().message >= 299, keep == "last");
    QVERIFY(
        QString::fromStdString(traceSentence(sender, run.result.trace->keep)).contains("kept, the " + keep));
}

void TestRunTrace::aKilledWorkersTraceIsKept()
{
    Experiment experiment = shortExperiment("pipe");
    experiment.warmUp = 0ms;
    experiment.duration = 5s;
    experiment.measure.trace = 1'000;
    experiment.faults = {{FaultKind::Stop, "receiver", 50ms, 0ms}, {FaultKind::Kill, "sender", 150ms, 0ms}};
    const FollowedRun run = follow(experiment);
    const WorkerTrace& sender = traceOf(run.result, "sender");
    QCOMPARE(ofKind(sender, TraceKind::Send).front().message, std::uint64_t{0});
    const auto open = std::ranges::find_if(sender.events, [](const TraceEvent& event) {
        return event.isOpen != 0 && event.kind == TraceKind::BlockedSending;
    });
    QVERIFY(open != sender.events.end()); // it was killed while it waited for room
    QVERIFY(open->end - open->begin > 50ms);
}

void TestRunTrace::thePerfettoFileIsWellFormed()
{
    const FollowedRun run = follow(traced("pipe"));
    QJsonParseError error;
    const QJsonDocument document =
        QJsonDocument::fromJson(QByteArray::fromStdString(toTraceJson(run.result)), &error);
    QVERIFY2(error.error == QJsonParseError::NoError, qPrintable(error.errorString()));
    std::map<QString, int> phases;
    std::map<QString, int> flows;
    for (const QJsonValue& value : document.object()["traceEvents"].toArray()) {
        const QJsonObject event = value.toObject();
        ++phases[event["ph"].toString()];
        if (event["ph"] == "s" || event["ph"] == "f")
            ++flows[event["id"].toString()];
        if (event["ph"] == "X")
            QVERIFY(event["dur"].toDouble() >= 0 && event["ts"].isDouble() && event["pid"].toInt() > 0);
    }
    QCOMPARE(phases["M"], 8);
    QVERIFY(phases["X"] >= 600 && phases["i"] > 0);
    for (const auto& [id, ends] : flows)
        QCOMPARE(ends, 2);
}

void TestRunTrace::theIndexFollowsAMessageBothWays()
{
    const TraceIndex index = chainOfThree();
    const std::vector<TraceSpot> way{{0, 1}, {1, 2}, {1, 3}, {2, 2}};
    for (const TraceSpot& spot : way)
        QCOMPARE(index.wayOf(spot), way);
}

void TestRunTrace::theIndexSumsUpStretches()
{
    const TraceIndex index = chainOfThree();
    const auto sent = [&](int from, int to) {
        return index.filled(0, TraceKind::Send, Nanoseconds(from), Nanoseconds(to));
    };
    QCOMPARE(sent(0, 100), 20ns);
    QCOMPARE(sent(5, 25), 10ns);
    QCOMPARE(sent(22, 24), 2ns);
    QCOMPARE(sent(10, 20), 0ns);
    QCOMPARE(index.within(1, TraceKind::Receive, 10ns, 30ns).size(), std::size_t{2});
    QCOMPARE(index.spanOf(2).begin, 10ns);
    QCOMPARE(index.spanOf(2).end, 42ns);
}

void TestRunTrace::theIndexStepsThroughTransfers()
{
    const TraceIndex index = chainOfThree();
    std::optional<TraceSpot> spot = index.firstTransfer();
    std::vector<TraceSpot> forward;
    for (; spot; spot = index.nextTransfer(*spot))
        forward.push_back(*spot);
    QCOMPARE(forward.size(), std::size_t{8});
    QVERIFY(std::ranges::is_sorted(forward, {}, [&](const TraceSpot& each) { return index.at(each).begin; }));
    QCOMPARE(index.previousTransfer(forward[3]), std::optional(forward[2]));
    QVERIFY(!index.previousTransfer(forward[0]));
    QCOMPARE(index.transferFrom(36ns), std::optional(TraceSpot{1, 3}));
}

QTEST_GUILESS_MAIN(TestRunTrace)
#include "tst_run_trace.moc"
