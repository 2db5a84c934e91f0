#include "tests/support/fault_run.h"

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
        {"client-server",
         {{"shape.kind", "client-server"}, {"shape.senders", "3"}, {"exchange", "round-trip"}},
         "server"},
    };
    return all;
}

Experiment experimentOf(const char* mechanism, const Shaped& shaped, const std::string& faultText)
{
    Experiment experiment = shortExperiment(mechanism);
    for (const auto& [key, value] : shaped.keys)
        if (const std::optional<Problem> problem = setKey(experiment, key, value))
            throw std::runtime_error(problem->sentence);
    addFaults(experiment, {faultText});
    experiment.duration = 1500ms;
    return experiment;
}

void addRows()
{
    QTest::addColumn<QString>("mechanism");
    QTest::addColumn<int>("shape");
    for (const char* mechanism : {"pipe", "unix_stream", "posix_mq"})
        for (std::size_t shape = 0; shape < shapes().size(); ++shape)
            QTest::addRow("%s, %s", mechanism, shapes()[shape].name)
                << QString(mechanism) << static_cast<int>(shape);
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
        QVERIFY2(identifier(result.faults.at(0).outcome) ==
                     (isNoticed ? "peer_told" : "peer_blocks_for_ever"),
                 told(result).c_str());
        for (const WorkerResult& worker : result.workers)
            QVERIFY2(worker.exit == "finished", told(result).c_str());
        QVERIFY2(result.checksHold(), told(result).c_str());
    }

    void oneOfSeveralSendersThatClosesHoldsNobodyUp()
    {
        const RunResult result =
            follow(experimentOf("pipe", shapes().front(), "close sender 2 at 300 ms")).result;
        QVERIFY2(identifier(result.faults.at(0).outcome) == "peer_goes_on", told(result).c_str());
        QVERIFY2(receivedAfter(result, 800ms) > 100, told(result).c_str());
        QVERIFY2(result.checksHold(), told(result).c_str());
    }

private:
    RunResult run(const QString& fault)
    {
        QFETCH(QString, mechanism);
        QFETCH(int, shape);
        const Shaped& shaped = shapes()[static_cast<std::size_t>(shape)];
        return follow(experimentOf(mechanism.toLatin1().constData(), shaped,
                                   fault.arg(shaped.target).toStdString()))
            .result;
    }

    void holdsUp(const QString& fault)
    {
        const RunResult result = run(fault);
        QVERIFY2(!result.faults.empty() && identifier(result.faults[0].outcome) == "peer_blocks",
                 told(result).c_str());
        QVERIFY2(receivedAfter(result, 1100ms) > 50, told(result).c_str());
        QVERIFY2(result.summary.outcome == RunOutcome::Finished, told(result).c_str());
        QVERIFY2(result.checksHold(), told(result).c_str());
        for (const WorkerResult& worker : result.workers)
            QVERIFY2(worker.exit == "finished", told(result).c_str());
    }
};

QTEST_GUILESS_MAIN(TestShapeFaults)
#include "tst_shape_faults.moc"
