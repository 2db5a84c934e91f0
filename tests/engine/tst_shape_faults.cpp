#include "tests/support/run_fixture.h"

#include <QtTest>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

struct Shaped {
    const char* name;
    std::vector<std::pair<const char*, const char*>> keys;
    const char* target; ///< whom the others wait for
};

const std::vector<Shaped>& shapes()
{
    static const std::vector<Shaped> all{
        {"fan-in", {{"shape.kind", "fan-in"}, {"shape.senders", "3"}}, "receiver"},
        {"chain", {{"shape.kind", "chain"}, {"shape.relays", "2"}}, "relay 1"},
        {"client-server", {{"shape.kind", "client-server"}, {"shape.senders", "3"}, {"exchange", "round-trip"}}, "server"},
    };
    return all;
}

Experiment experimentOf(const char* mechanism, const Shaped& shaped, const std::string& faultText)
{
    Experiment experiment = shortExperiment(mechanism);
    for (const auto& [key, value] : shaped.keys)
        if (const std::optional<Problem> problem = setKey(experiment, key, value))
            throw std::runtime_error(problem->sentence);
    Fault fault;
    if (const std::optional<std::string> sentence = readFault(fault, faultText))
        throw std::runtime_error(*sentence);
    experiment.faults = {fault};
    experiment.duration = 1500ms;
    return experiment;
}

QByteArray told(const RunResult& result)
{
    QByteArray text = violatedChecks(result).c_str();
    for (const FaultRecord& record : result.faults)
        text += QByteArray(identifier(record.outcome).data()) + ": " + record.sentence.c_str() + "\n";
    for (const WorkerResult& worker : result.workers)
        text += QByteArray::fromStdString(worker.role + ": " + worker.exit) + "\n";
    return text;
}

std::uint64_t receivedAfter(const RunResult& result, Nanoseconds moment)
{
    std::uint64_t received = 0;
    for (const SeriesPoint& point : result.series)
        received += point.at > moment ? point.received : 0;
    return received;
}

void addRows()
{
    QTest::addColumn<QString>("mechanism");
    QTest::addColumn<int>("shape");
    for (const char* mechanism : {"pipe", "unix_stream", "posix_mq"})
        for (std::size_t shape = 0; shape < shapes().size(); ++shape)
            QTest::addRow("%s, %s", mechanism, shapes()[shape].name) << QString(mechanism) << static_cast<int>(shape);
}

} // namespace

/// What is done to one of several workers, and what comes of it for the others.
class TestShapeFaults final : public QObject {
    Q_OBJECT

private slots:
    void aStoppedWorkerHoldsUpTheOthersUntilItGoesOn_data() { addRows(); }
    void aStoppedWorkerHoldsUpTheOthersUntilItGoesOn() { holdsUp("stop %1 at 300 ms for 400 ms"); }

    void aSlowWorkerHoldsUpTheOthers_data() { addRows(); }
    void aSlowWorkerHoldsUpTheOthers() { holdsUp("slow %1 at 300 ms for 700 ms by 2 ms"); }

    void aClosedEndIsToldToAllWhoseKernelNotices_data() { addRows(); }
    void aClosedEndIsToldToAllWhoseKernelNotices()
    {
        QFETCH(QString, mechanism);
        const RunResult result = run("close %1 at 300 ms");
        const bool isNoticed = mechanism != "posix_mq";
        QVERIFY2(identifier(result.faults.at(0).outcome) == (isNoticed ? "peer_told" : "peer_blocks_for_ever"),
                 told(result));
        for (const WorkerResult& worker : result.workers)
            QVERIFY2(worker.exit == "finished", told(result));
        QVERIFY2(result.checksHold(), told(result));
    }

    void oneOfSeveralSendersThatClosesHoldsNobodyUp()
    {
        const RunResult result = follow(experimentOf("pipe", shapes().front(), "close sender 2 at 300 ms")).result;
        QVERIFY2(identifier(result.faults.at(0).outcome) == "peer_goes_on", told(result));
        QVERIFY2(receivedAfter(result, 800ms) > 100, told(result));
        QVERIFY2(result.checksHold(), told(result));
    }

private:
    RunResult run(const QString& fault)
    {
        QFETCH(QString, mechanism);
        QFETCH(int, shape);
        const Shaped& shaped = shapes()[static_cast<std::size_t>(shape)];
        return follow(experimentOf(mechanism.toLatin1().constData(), shaped, fault.arg(shaped.target).toStdString()))
            .result;
    }

    void holdsUp(const QString& fault)
    {
        const RunResult result = run(fault);
        QVERIFY2(!result.faults.empty() && identifier(result.faults[0].outcome) == "peer_blocks", told(result));
        QVERIFY2(receivedAfter(result, 1100ms) > 50, told(result));
        QVERIFY2(result.summary.outcome == RunOutcome::Finished, told(result));
        QVERIFY2(result.checksHold(), told(result));
        for (const WorkerResult& worker : result.workers)
            QVERIFY2(worker.exit == "finished", told(result));
    }
};

QTEST_GUILESS_MAIN(TestShapeFaults)
#include "tst_shape_faults.moc"
