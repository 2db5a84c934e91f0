#include "engine/experiment/shape.h"
#include "engine/mechanisms/catalog.h"
#include "tests/support/lowered_limit.h"
#include "tests/support/problem_sentences.h"
#include "tests/support/run_test.h"

#include <QtTest>

#include <array>
#include <csignal>
#include <set>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

/// What a run takes, as the keys of an experiment file.
struct Row {
    std::string name;
    std::vector<std::pair<std::string, std::string>> keys;
};

const std::vector<Row>& allShapes()
{
    static const std::vector<Row> rows{
        {"fan-in", {{"shape.kind", "fan-in"}, {"shape.senders", "3"}}},
        {"fan-in, separate",
         {{"shape.kind", "fan-in"}, {"shape.senders", "3"}, {"shape.channels", "separate"}}},
        {"fan-out, copy", {{"shape.kind", "fan-out"}, {"shape.receivers", "3"}}},
        {"fan-out, competing",
         {{"shape.kind", "fan-out"}, {"shape.receivers", "3"}, {"shape.delivery", "competing"}}},
        {"many-to-many, copy",
         {{"shape.kind", "many-to-many"}, {"shape.senders", "2"}, {"shape.receivers", "2"}}},
        {"many-to-many, competing",
         {{"shape.kind", "many-to-many"},
          {"shape.senders", "2"},
          {"shape.receivers", "2"},
          {"shape.delivery", "competing"}}},
        {"chain", {{"shape.kind", "chain"}, {"shape.relays", "2"}}},
        {"ring, token", {{"shape.kind", "ring"}, {"shape.relays", "2"}, {"exchange", "round-trip"}}},
        {"ring, full", {{"shape.kind", "ring"}, {"shape.relays", "2"}}},
        {"client-server",
         {{"shape.kind", "client-server"}, {"shape.senders", "3"}, {"exchange", "round-trip"}}},
        {"full duplex", {{"exchange", "full-duplex"}}},
    };
    return rows;
}

Experiment experimentOf(const std::string& mechanism, const Row& row)
{
    Experiment experiment = shortExperiment(mechanism);
    if (supports(findMechanism(mechanism)->info().traits, Wait::Hybrid))
        experiment.wait = Wait::Hybrid; // many that spin on few cores keep each other from working
    if (supports(findMechanism(mechanism)->info().traits, Wait::Block))
        experiment.wait = Wait::Block;
    for (const auto& [key, value] : row.keys)
        if (const auto problem = setKey(experiment, key, value))
            throw std::runtime_error(problem->sentence);
    return experiment;
}

std::vector<const WorkerResult*> workersWhose(const RunResult& result, const std::string& kind)
{
    std::vector<const WorkerResult*> found;
    for (const WorkerResult& worker : result.workers)
        if (worker.role == kind || worker.role.starts_with(kind + " "))
            found.push_back(&worker);
    return found;
}

bool isLossless(const RunResult& result)
{
    IntegrityCounts expected;
    if (findMechanism(result.experiment.mechanism)->info().traits.loss == Loss::Possible)
        expected.lost = result.summary.integrity.lost;
    return result.summary.integrity == expected;
}

void addRows()
{
    QTest::addColumn<QString>("mechanism");
    QTest::addColumn<int>("shape");
    // All shapes with one mechanism of each family; with the others every third, beginning with another each
    // time.
    const std::set<std::string> thorough{"pipe", "unix_stream", "posix_mq", "shm_ring", "signal"};
    std::size_t turn = 0;
    for (const Mechanism* mechanism : allMechanisms()) {
        const std::size_t step = thorough.contains(mechanism->info().id) ? 1 : 3;
        for (std::size_t shape = turn++ % step; shape < allShapes().size(); shape += step)
            QTest::newRow((mechanism->info().id + ", " + allShapes()[shape].name).c_str())
                << QString::fromStdString(mechanism->info().id) << static_cast<int>(shape);
    }
}

} // namespace

class TestShapes final : public RunTest {
    Q_OBJECT

private slots:
    void everyMechanismTakesEveryShapeOrSaysWhyNot_data() { addRows(); }
    void everyMechanismTakesEveryShapeOrSaysWhyNot()
    {
        QFETCH(QString, mechanism);
        QFETCH(int, shape);
        const Row& row = allShapes()[static_cast<std::size_t>(shape)];
        const Experiment experiment = experimentOf(mechanism.toStdString(), row);
        if (const auto lack = findMechanism(experiment.mechanism)->unavailable())
            QSKIP(lack->clause().c_str());
        if (const std::vector<Problem> found = problems(experiment); !found.empty()) {
            const bool isOnlyForPairs = mechanism == "signal";
            QVERIFY2(isOnlyForPairs || row.name.ends_with("competing"), sentencesOf(found).c_str());
            const char* said = isOnlyForPairs ? "must be pair with signal" : "posix_mq";
            QVERIFY2(found.front().sentence.find(said) != std::string::npos, sentencesOf(found).c_str());
            return;
        }
        const FollowedRun run = follow(experiment);
        QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
        QCOMPARE(word(run.result.summary.outcome), word(RunOutcome::Finished));
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
        QVERIFY(isLossless(run.result));
        QVERIFY(run.result.summary.messagesReceived > 0);
        QVERIFY(run.result.summary.response.count > 0);
        QCOMPARE(run.result.workers.size(), static_cast<std::size_t>(workerCount(experiment)));
        for (const WorkerResult& worker : run.result.workers) {
            QCOMPARE(worker.exit, std::string("finished"));
            QVERIFY2(worker.sent + worker.received > 0, (worker.role + " had no part in it").c_str());
        }
    }

    void aCountedRunDeliversExactlySoManyInAll_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::addColumn<int>("shape");
        for (const char* mechanism : {"pipe", "unix_stream", "unix_datagram", "posix_mq", "shm_ring"})
            for (std::size_t shape = 0; shape < allShapes().size(); ++shape)
                QTest::addRow("%s, %s", mechanism, allShapes()[shape].name.c_str())
                    << QString(mechanism) << static_cast<int>(shape);
    }
    void aCountedRunDeliversExactlySoManyInAll()
    {
        QFETCH(QString, mechanism);
        QFETCH(int, shape);
        Experiment experiment =
            experimentOf(mechanism.toStdString(), allShapes()[static_cast<std::size_t>(shape)]);
        experiment.messages = 1'001; // not divisible by the number of senders
        experiment.measure.integrity = Integrity::Full;
        if (!problems(experiment).empty())
            return; // the test above has seen to the sentence
        const FollowedRun run = follow(experiment);
        const bool copies = experiment.shape.delivery == DeliveryRule::Copy;
        const std::uint64_t expected = 1'001 * (copies ? experiment.shape.receivers : 1);
        QCOMPARE(run.result.summary.messagesSent, expected);
        QCOMPARE(run.result.summary.messagesReceived, expected);
        QVERIFY2(run.result.checksHold() && isLossless(run.result), violatedChecks(run.result).c_str());
    }

    void whatReceiversHaveInHandIsNotInTheChannel_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::addColumn<int>("receivers");
        for (const char* mechanism : {"posix_mq", "sysv_mq", "unix_datagram"})
            QTest::addRow("%s, four compete", mechanism) << mechanism << 4;
        QTest::newRow("posix_mq, a pair") << "posix_mq" << 1;
    }
    void whatReceiversHaveInHandIsNotInTheChannel()
    {
        QFETCH(QString, mechanism);
        QFETCH(int, receivers);
        const Row row = receivers == 1 ? Row{"", {}}
                                       : Row{"",
                                             {{"shape.kind", "fan-out"},
                                              {"shape.receivers", std::to_string(receivers)},
                                              {"shape.delivery", "competing"}}};
        Experiment experiment = experimentOf(mechanism.toStdString(), row);
        experiment.receiverWork = 100us; // so that the channel is full
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        const Capacity capacity = result.capacity.value();
        const std::uint64_t each = capacity.unit == CapacityUnit::Messages
                                       ? 1
                                       : result.experiment.messageSize + capacity.overheadPerMessage;
        std::uint64_t most = 0;
        for (const SeriesPoint& point : result.series)
            most = std::max(most, point.fillMessages);
        // One that goes by bytes takes a last message as long as there is any room.
        QVERIFY2(most <= (capacity.amount + each - 1) / each, qPrintable(QString::number(most)));
        QVERIFY(most * 2 > capacity.amount / each);
    }

    void competingReceiversShareTheMessages()
    {
        for (const char* mechanism : {"posix_mq", "unix_datagram", "unix_seqpacket"}) {
            const Row row{"",
                          {{"shape.kind", "fan-out"},
                           {"shape.receivers", "4"},
                           {"shape.delivery", "competing"},
                           {"receiver.work", "100 us"}}};
            const FollowedRun run = follow(experimentOf(mechanism, row));
            std::uint64_t received = 0;
            for (const WorkerResult* receiver : workersWhose(run.result, "receiver"))
                received += receiver->received;
            QCOMPARE(received, run.result.summary.messagesSent);
            QVERIFY(run.result.summary.fairness.has_value());
            QVERIFY2(*run.result.summary.fairness > 0.5 && *run.result.summary.fairness <= 1.0,
                     qPrintable(QString::number(*run.result.summary.fairness)));
        }
    }

    void theHopsOfAChainAreShorterThanTheWhole()
    {
        const Row row{"",
                      {{"shape.kind", "chain"},
                       {"shape.relays", "3"},
                       {"load.profile", "constant"},
                       {"load.rate", "1 k/s"}}};
        for (const char* mechanism : {"pipe", "posix_mq"}) {
            for (const std::uint64_t size : {16U, 64U}) {
                Experiment experiment = experimentOf(mechanism, row);
                experiment.messageSize = size;
                const FollowedRun run = follow(experiment);
                QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
                const WorkerResult& last = *workersWhose(run.result, "receiver").front();
                QVERIFY(last.hop.count > 0);
                QVERIFY2(last.hop.p50 < last.service.p50, "the last hop took as long as the whole way");
                for (const WorkerResult* relay : workersWhose(run.result, "relay")) {
                    QVERIFY(relay->hop.count > 0);
                    QVERIFY(relay->hop.p50 < last.service.p50);
                }
            }
        }
    }

    void bothDirectionsOfOneSocketCarryLoadAtOnce()
    {
        const FollowedRun run = follow(experimentOf("unix_stream", {"", {{"exchange", "full-duplex"}}}));
        QCOMPARE(run.result.objects.size(), std::size_t{2}); // the two sockets of one pair
        for (const WorkerResult* peer : workersWhose(run.result, "peer")) {
            QVERIFY(peer->sent > 0);
            QVERIFY(peer->received > 0);
        }
    }

    void twoThatWriteMoreThanBothBuffersHoldDoNotBlockOneAnother()
    {
        for (const char* mechanism : {"pipe", "unix_stream", "tcp", "posix_mq"}) {
            Experiment experiment = experimentOf(mechanism, {"", {{"exchange", "full-duplex"}}});
            experiment.receiverWork = 200us; // both channels fill up
            experiment.messageSize = 4096;
            const FollowedRun run = follow(experiment);
            QCOMPARE(word(run.result.summary.outcome), word(RunOutcome::Finished));
            QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
            QVERIFY2(run.result.summary.messagesReceived > 100, "they stood still");
        }
    }

    void theLoadIsSharedAmongTheSenders()
    {
        const Row row{"",
                      {{"shape.kind", "fan-in"},
                       {"shape.senders", "4"},
                       {"load.profile", "constant"},
                       {"load.rate", "2 k/s"},
                       {"duration", "1 s"}}};
        const FollowedRun run = follow(experimentOf("pipe", row));
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
        QVERIFY2(run.result.summary.messagesSent > 1'800 && run.result.summary.messagesSent < 2'200,
                 qPrintable(QString::number(run.result.summary.messagesSent)));
        for (const WorkerResult* sender : workersWhose(run.result, "sender"))
            QVERIFY(sender->sent > 450 && sender->sent < 550);
        QVERIFY(*run.result.summary.fairness > 0.99);
    }

    void aKilledWorkerEndsTheRunForAll_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::addColumn<int>("shape");
        QTest::addColumn<int>("victim");
        constexpr std::array victims{0, 1,
                                     -1}; // in turn: all of them over all mechanisms would take too long
        std::size_t turn = 0;
        for (const char* mechanism : {"pipe", "unix_stream", "unix_datagram", "posix_mq", "shm_ring"})
            for (std::size_t shape = 0; shape < allShapes().size(); ++shape) {
                const int victim = victims[turn++ % victims.size()];
                QTest::addRow("%s, %s, worker %d", mechanism, allShapes()[shape].name.c_str(), victim)
                    << QString(mechanism) << static_cast<int>(shape) << victim;
            }
    }
    void aKilledWorkerEndsTheRunForAll()
    {
        QFETCH(QString, mechanism);
        QFETCH(int, shape);
        QFETCH(int, victim);
        Experiment experiment =
            experimentOf(mechanism.toStdString(), allShapes()[static_cast<std::size_t>(shape)]);
        experiment.duration = 30s;
        if (!problems(experiment).empty())
            return;
        Nanoseconds killedAt{};
        std::string killed;
        const FollowedRun run = follow(experiment, [&](Run&, const RunEvent& event) {
            const auto* sample = std::get_if<SampleTaken>(&event);
            if (sample == nullptr || sample->point.received == 0 || sample->point.warmUp || !killed.empty())
                return;
            killedAt = now();
            const WorkerStatus& status =
                victim < 0 ? sample->workers.back() : sample->workers[static_cast<std::size_t>(victim)];
            killed = status.role;
            ::kill(status.pid, SIGKILL);
        });
        QVERIFY2(now() - killedAt < 3s, "the run did not end soon after the kill");
        QCOMPARE(word(run.result.summary.outcome), word(RunOutcome::WorkerLost));
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
        QVERIFY(run.result.summary.messagesReceived > 0);
        for (const WorkerResult& worker : run.result.workers)
            QCOMPARE(worker.exit, std::string(worker.role == killed ? "killed by SIGKILL" : "finished"));
    }

    void sixtyFourWorkersComeAndGo_data()
    {
        QTest::addColumn<QString>("mechanism");
        for (const char* mechanism : {"pipe", "unix_stream", "posix_mq", "shm_ring"})
            QTest::newRow(mechanism) << QString(mechanism);
    }
    void sixtyFourWorkersComeAndGo()
    {
        QFETCH(QString, mechanism);
        const Row row{"", {{"shape.kind", "fan-in"}, {"shape.senders", "63"}}};
        const FollowedRun run = follow(experimentOf(mechanism.toStdString(), row));
        QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
        QCOMPARE(run.result.workers.size(), std::size_t{64});
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
        for (const WorkerResult* sender : workersWhose(run.result, "sender"))
            QVERIFY2(sender->exit == "finished", sender->role.c_str());
    }

    void tooManyForTheLimitsIsSaidInASentence()
    {
#ifdef __SANITIZE_ADDRESS__
        QSKIP("The sanitizers' check of object types needs a descriptor itself (a pipe), and reports what is "
              "not.");
#endif
        const LoweredLimit limit(RLIMIT_NOFILE, before().descriptors.size() + 40);
        const FollowedRun run =
            follow(experimentOf("unix_stream", {"", {{"shape.kind", "fan-in"}, {"shape.senders", "63"}}}));
        QVERIFY(run.failure);
        QVERIFY2(run.failure->sentence().find("RLIMIT_NOFILE") != std::string::npos,
                 run.failure->sentence().c_str());
    }

    void whatIsTooLargeToShareGoesOverSeparateChannels()
    {
        const Row row{"",
                      {{"shape.kind", "fan-in"},
                       {"shape.senders", "2"},
                       {"shape.channels", "separate"},
                       {"message.size", "16 KiB"},
                       {"measure.integrity", "full"}}};
        const FollowedRun run = follow(experimentOf("pipe", row));
        QVERIFY2(run.result.checksHold() && isLossless(run.result), violatedChecks(run.result).c_str());
        QCOMPARE(run.result.objects.size(), std::size_t{2});
    }
};

QTEST_GUILESS_MAIN(TestShapes)
#include "tst_shapes.moc"
