#include "tests/support/problem_sentences.h"
#include "tests/support/run_fixture.h"

#include <QtTest>

#include <csignal>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

Experiment writersOf(const char* mechanism, std::size_t recordSize)
{
    Experiment experiment = shortExperiment(mechanism);
    experiment.mechanismOptions.set("framing", "none");
    experiment.messageSize = recordSize;
    experiment.shape.kind = ShapeKind::FanIn;
    experiment.shape.senders = 4;
    return experiment;
}

std::uint64_t tornInSeries(const RunResult& result)
{
    std::uint64_t sum = 0;
    for (const SeriesPoint& point : result.series)
        sum += point.warmUp ? 0 : point.interleaving.tornRecords;
    return sum;
}

} // namespace

/// Several processes write into one pipe, where nothing marks what belongs together (S10).
class Interleaving : public QObject {
    Q_OBJECT

private slots:
    void nothingIsTornUpToPipeBuf_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::addColumn<int>("size");
        for (const char* mechanism : {"pipe", "fifo"})
            for (const int size : {64, 960, 4096})
                QTest::addRow("%s, %d B", mechanism, size) << mechanism << size;
    }
    void nothingIsTornUpToPipeBuf()
    {
        QFETCH(QString, mechanism);
        QFETCH(int, size);
        const FollowedRun run = follow(writersOf(qPrintable(mechanism), static_cast<std::size_t>(size)));
        QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
        QVERIFY(run.result.summary.messagesReceived > 0);
        QVERIFY(run.result.summary.integrity == IntegrityCounts());
        for (const WorkerResult& worker : run.result.workers)
            QVERIFY2(worker.sent + worker.received > 0, (worker.role + " had no part in it").c_str());
    }

    void largerRecordsAreTornAndStillPutTogether_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::newRow("pipe") << "pipe";
        QTest::newRow("FIFO") << "fifo";
    }
    void largerRecordsAreTornAndStillPutTogether()
    {
        QFETCH(QString, mechanism);
        // Where a record fits in exactly, a writer finds either no room at all or enough, and nothing is
        // torn.
        Experiment experiment = writersOf(qPrintable(mechanism), 64 << 10);
        experiment.mechanismOptions.set("capacity", "16 KiB");
        constexpr int mostAttempts = 10; // how writers take turns is up to the kernel
        for (int attempt = 0; attempt < mostAttempts; ++attempt) {
            const FollowedRun run = follow(experiment);
            QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
            QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
            const IntegrityCounts& found = run.result.summary.integrity;
            QCOMPARE(tornInSeries(run.result), found.interleaving.tornRecords);
            IntegrityCounts expected;
            expected.interleaving = found.interleaving;
            QVERIFY2(found == expected, "a record was not put together again");
            QCOMPARE(found.interleaving.tornRecords > 0, found.interleaving.foreignPieces > 0);
            if (found.interleaving.tornRecords > 0) {
                QVERIFY(run.result.reads.total() > 0);
                QVERIFY(run.result.summary.response.count > 0);
                return;
            }
        }
        QFAIL("no record was torn in ten runs");
    }

    void aCountedRunDeliversEveryRecord()
    {
        Experiment experiment = writersOf("pipe", 8192);
        experiment.messages = 1'001; // not divisible by the number of writers
        const FollowedRun run = follow(experiment);
        QCOMPARE(run.result.summary.messagesReceived, std::uint64_t{1'001});
        QCOMPARE(run.result.summary.bytesReceived, std::uint64_t{1'001} * 8192);
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
    }

    void aWriterKilledInARecordLeavesTheOthersWhole()
    {
        Experiment experiment = writersOf("pipe", 64 << 10);
        bool isKilled = false;
        const FollowedRun run = follow(experiment, [&](Run&, const RunEvent& event) {
            const auto* sample = std::get_if<SampleTaken>(&event);
            if (sample && !sample->point.warmUp && !std::exchange(isKilled, true))
                ::kill(sample->workers.front().pid, SIGKILL);
        });
        QVERIFY(isKilled);
        QCOMPARE(word(run.result.summary.outcome), word(RunOutcome::WorkerLost));
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
        const IntegrityCounts& found = run.result.summary.integrity;
        QVERIFY2(found.truncated <= 1, "more than one record was broken off");
        QCOMPARE(found.corrupt, std::uint64_t{0});
    }

    void whatCannotBeStampedIsRefusedWithASentence()
    {
        Experiment experiment = writersOf("pipe", 100);
        QVERIFY2(sentencesOf(problems(experiment)).find("multiple of 64 B") != std::string::npos,
                 sentencesOf(problems(experiment)).c_str());
        experiment.messageSize = 128;
        QCOMPARE(sentencesOf(problems(experiment)), std::string());
        experiment.measure.integrity = Integrity::Full;
        QVERIFY2(sentencesOf(problems(experiment)).find("no room for a checksum") != std::string::npos,
                 sentencesOf(problems(experiment)).c_str());
        experiment.shape.channels = ChannelUse::Separate;
        QCOMPARE(sentencesOf(problems(experiment)), std::string());
    }
};

QTEST_GUILESS_MAIN(Interleaving)

#include "tst_interleaving.moc"
