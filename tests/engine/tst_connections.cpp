#include "engine/mechanisms/catalog.h"
#include "engine/mechanisms/sockets/datagram_endpoint.h"
#include "engine/mechanisms/sockets/request_connections.h"
#include "tests/support/run_test.h"

#include <QtTest>

#include <cerrno>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

Experiment perRequest(const std::string& mechanism)
{
    Experiment experiment = shortExperiment(mechanism, Exchange::RoundTrip);
    experiment.mechanismOptions.set("connection", "per_request");
    if (mechanism != "tcp")
        experiment.mechanismOptions.set("name", "abstract");
    return experiment;
}

std::string sentenceOf(const Experiment& experiment, const std::string& key)
{
    for (const Problem& problem : problems(experiment))
        if (problem.key == key)
            return problem.sentence;
    return {};
}

void addMechanisms()
{
    QTest::addColumn<QString>("mechanism");
    for (const char* mechanism : {"tcp", "unix_stream", "unix_seqpacket"})
        QTest::newRow(mechanism) << QString(mechanism);
}

} // namespace

class TestConnections final : public RunTest {
    Q_OBJECT

private slots:
    void eachRequestConnectsAnew_data() { addMechanisms(); }
    void eachRequestConnectsAnew()
    {
        QFETCH(QString, mechanism);
        const FollowedRun run = follow(perRequest(mechanism.toStdString()));
        QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
        const RunSummary& summary = run.result.summary;
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
        QCOMPARE(summary.outcome, RunOutcome::Finished);
        QVERIFY(summary.integrity == IntegrityCounts());
        QVERIFY(summary.messagesReceived > 100);
        // As many as questions; one more may be on its way when the counting begins or ends.
        QVERIFY(summary.connecting.count + 2 >= summary.messagesSent &&
                summary.connecting.count <= summary.messagesSent + 2);
        QVERIFY(summary.connecting.p50 > 0ns);
        QVERIFY2(summary.connecting.p50 < summary.service.p50,
                 "connecting took longer than the whole request");
    }

    void moreRequestsThanThereArePortsFindOne()
    {
        Experiment experiment = perRequest("tcp");
        experiment.messages = 40'000;
        experiment.warmUp = 0ms;
        const FollowedRun run = follow(experiment);
        QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
        QCOMPARE(run.result.summary.messagesReceived, std::uint64_t{40'000});
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
    }

    void oneServerAcceptsManyClients_data()
    {
        QTest::addColumn<int>("wait");
        for (const Wait wait : {Wait::Block, Wait::Poll, Wait::Spin})
            QTest::newRow(std::string(word(wait)).c_str()) << static_cast<int>(wait);
    }
    void oneServerAcceptsManyClients()
    {
        QFETCH(int, wait);
        Experiment experiment = perRequest("unix_stream");
        experiment.wait = static_cast<Wait>(wait);
        experiment.shape = {.kind = ShapeKind::ClientServer, .senders = 3};
        const FollowedRun run = follow(experiment);
        QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
        for (std::size_t client = 0; client < 3; ++client)
            QVERIFY(run.result.workers[client].connecting.count > 0);
    }

    void aKeptConnectionIsNotCounted()
    {
        const RunResult result = follow(shortExperiment("tcp", Exchange::RoundTrip)).result;
        QCOMPARE(result.summary.connecting.count, std::uint64_t{0});
    }

    void aKilledServerEndsTheRun()
    {
        Experiment experiment = perRequest("unix_stream");
        experiment.faults = {{.kind = FaultKind::Kill, .target = "receiver", .at = 100ms}};
        QCOMPARE(follow(experiment).result.summary.outcome, RunOutcome::WorkerLost);
    }

    void theSettingsSayWhoCloses()
    {
        const RunResult result = follow(perRequest("tcp")).result;
        const auto setting = std::ranges::find(result.effective, "connection", &EffectiveSetting::id);
        QVERIFY(setting != result.effective.end());
        QVERIFY2(setting->effective.find("SO_LINGER") != std::string::npos, setting->effective.c_str());
    }

    void aSignalDuringConnectIsNoFailure()
    {
        int attempts = 0;
        const auto endpoint = makeRequestingEndpoint(
            {.connect =
                 [&attempts] {
                     if (++attempts == 1)
                         throwSystemError(EINTR, "connect");
                     return UniqueFd();
                 },
             .endpoint = [](UniqueFd socket) { return makePacketEndpoint(std::move(socket), 64); }});
        QCOMPARE(endpoint->reserve(8, Deadline::never()).outcome, Outcome::Interrupted);
        QCOMPARE(endpoint->reserve(8, Deadline::never()).outcome, Outcome::Done);
        QCOMPARE(attempts, 2);
    }

    void runningOutOfPortsIsSaid()
    {
        const Failure failure = explainConnect(EADDRNOTAVAIL, LocalPorts::Taken);
        QVERIFY2(failure.sentence().find("TIME_WAIT") != std::string::npos, failure.sentence().c_str());
        QVERIFY(failure.sentence().find("ip_local_port_range") != std::string::npos);
    }

    void whatCannotConnectSoIsRefused()
    {
        Experiment experiment = perRequest("unix_stream");
        QVERIFY(problems(experiment).empty());
        experiment.mechanismOptions.set("name", "pair");
        QVERIFY(sentenceOf(experiment, "mechanism_options.connection").find("path or abstract") !=
                std::string::npos);
        experiment = perRequest("tcp");
        experiment.exchange = Exchange::OneWay;
        QVERIFY(sentenceOf(experiment, "mechanism_options.connection").find("round-trip") !=
                std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestConnections)
#include "tst_connections.moc"
