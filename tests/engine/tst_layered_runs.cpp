#include "tests/support/run_fixture.h"

#include <QtTest>

using namespace ipclab;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(AcknowledgementScheme)
Q_DECLARE_METATYPE(Exchange)

namespace {

/// So many messages over datagrams, without a warm-up, so that what the receiver counts is what the sender's
/// layer did.
Experiment countedExperiment(const std::string& mechanism, std::uint64_t messages)
{
    Experiment experiment = shortExperiment(mechanism);
    experiment.warmUp = 0ms;
    experiment.messages = messages;
    experiment.load.options.set("rate", "40 k/s");
    experiment.load.profile = "constant";
    experiment.load.pacing = Pacing::Economy;
    return experiment;
}

ImpairedCounts foretold(const Experiment& experiment)
{
    constexpr std::uint64_t theOnlyEndOfTheFirstWorker = 0;
    FateDraw draw(experiment.impairment, experiment.seed, theOnlyEndOfTheFirstWorker);
    ImpairedCounts counts;
    for (std::uint64_t message = 0; message < experiment.messages; ++message) {
        const Fate fate = draw.next();
        counts.dropped += fate.isDropped ? 1 : 0;
        counts.repeated += fate.isRepeated ? 1 : 0;
        counts.delayed += fate.isDelayed ? 1 : 0;
        counts.reordered += fate.isReordered ? 1 : 0;
    }
    return counts;
}

std::string sentenceOf(const Experiment& experiment, const std::string& key)
{
    for (const Problem& problem : problems(experiment))
        if (problem.key == key)
            return problem.sentence;
    return {};
}

} // namespace

class TestLayeredRuns final : public QObject {
    Q_OBJECT

private slots:
    void whatIsDroppedOnPurposeIsWhatIsLost()
    {
        Experiment experiment = countedExperiment("unix_datagram", 10'000);
        experiment.impairment = {.drop = 0.05};
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        QVERIFY(result.summary.impaired == foretold(experiment));
        QCOMPARE(result.summary.integrity.lost, result.summary.impaired.dropped);
        QCOMPARE(result.summary.messagesReceived + result.summary.integrity.lost, std::uint64_t{10'000});
    }

    void repeatedAndLateOnesAreFoundByTheReceiver()
    {
        Experiment experiment = countedExperiment("unix_datagram", 10'000);
        experiment.impairment = {.repeat = 0.1, .delay = 0.02, .reorder = 0.1};
        const RunResult result = follow(experiment).result;
        const RunSummary& summary = result.summary;
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        QVERIFY(summary.impaired == foretold(experiment));
        QCOMPARE(summary.messagesReceived, std::uint64_t{10'000}); // each once
        QCOMPARE(summary.integrity.repeated, summary.impaired.repeated);
        QVERIFY(summary.integrity.reordered > 800 && summary.integrity.reordered < 1400);
        QCOMPARE(summary.integrity.lost, std::uint64_t{0});
    }

    void warmUpIsNotCounted()
    {
        Experiment experiment = shortExperiment("unix_datagram");
        experiment.load.profile = "constant";
        experiment.load.options.set("rate", "20 k/s");
        experiment.impairment = {.drop = 0.1, .repeat = 0.1, .delay = 0.1, .reorder = 0.1};
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        QCOMPARE(result.summary.integrity.lost, result.summary.impaired.dropped);
        QVERIFY(result.summary.impaired.dropped > 0);
    }

    void bothReceiversOfAFanOutLoseTheirOwn()
    {
        Experiment experiment = countedExperiment("unix_datagram", 5'000);
        experiment.shape = {.kind = ShapeKind::FanOut, .receivers = 2};
        experiment.impairment = {.drop = 0.1};
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        QCOMPARE(result.summary.integrity.lost, result.summary.impaired.dropped);
        QVERIFY(result.workers[1].received != result.workers[2].received ||
                result.workers[1].received < 5'000);
    }

    void everyMessageArrivesOnceAndInOrder_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::addColumn<Exchange>("exchange");
        QTest::addColumn<AcknowledgementScheme>("scheme");
        for (const char* mechanism : {"udp", "unix_datagram"})
            for (const Exchange exchange : {Exchange::OneWay, Exchange::RoundTrip})
                for (const AcknowledgementScheme scheme :
                     {AcknowledgementScheme::StopAndWait, AcknowledgementScheme::GoBackN,
                      AcknowledgementScheme::SelectiveRepeat})
                    QTest::newRow(
                        qPrintable(QString("%1, %2, %3")
                                       .arg(mechanism, QString::fromStdString(std::string(word(exchange))),
                                            QString::fromStdString(std::string(word(scheme))))))
                        << QString(mechanism) << exchange << scheme;
    }
    void everyMessageArrivesOnceAndInOrder()
    {
        QFETCH(QString, mechanism);
        QFETCH(Exchange, exchange);
        QFETCH(AcknowledgementScheme, scheme);
        Experiment experiment = shortExperiment(mechanism.toStdString(), exchange);
        experiment.load = {};
        experiment.warmUp = 0ms;
        experiment.messages = 1'000;
        experiment.measure.integrity = Integrity::Full;
        experiment.impairment = {.drop = 0.05, .repeat = 0.05, .delay = 0.02, .reorder = 0.05};
        experiment.acknowledgement = {.scheme = scheme, .window = 16, .timeOut = 2ms};
        const FollowedRun run = follow(experiment);
        QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
        const RunSummary& summary = run.result.summary;
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
        QCOMPARE(summary.outcome, RunOutcome::Finished);
        QCOMPARE(summary.messagesSent, std::uint64_t{1'000});
        QCOMPARE(summary.messagesReceived, std::uint64_t{1'000});
        QVERIFY(summary.integrity == IntegrityCounts());
        QVERIFY(summary.impaired.dropped > 0);
        QVERIFY(summary.acknowledged.retransmitted > 0);
        QVERIFY(summary.acknowledged.suppressed > 0);
        QVERIFY(summary.acknowledged.timeOuts > 0);
        QVERIFY(summary.acknowledged.acknowledgements > 0);
        QVERIFY(summary.rawMessagesPerSecond > summary.messagesPerSecond);
    }

    void acknowledgementsGoByEveryWayOfWaiting_data()
    {
        QTest::addColumn<int>("wait");
        for (const Wait wait : {Wait::Block, Wait::Poll, Wait::Spin, Wait::Hybrid})
            QTest::newRow(std::string(word(wait)).c_str()) << static_cast<int>(wait);
    }
    void acknowledgementsGoByEveryWayOfWaiting()
    {
        QFETCH(int, wait);
        Experiment experiment = shortExperiment("unix_datagram");
        experiment.wait = static_cast<Wait>(wait);
        experiment.impairment = {.drop = 0.05};
        experiment.acknowledgement = {
            .scheme = AcknowledgementScheme::SelectiveRepeat, .window = 16, .timeOut = 2ms};
        const RunResult result = follow(experiment).result;
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        QVERIFY(result.summary.messagesReceived > 100);
        QVERIFY(result.summary.integrity == IntegrityCounts());
    }

    void aSlowReceiverOfUdpLosesWhatBothSidesCount()
    {
        Experiment experiment = shortExperiment("udp");
        experiment.duration = 500ms;
        experiment.warmUp = 0ms;
        experiment.receiverWork = 100us;
        experiment.load.options.set("rate", "40 k/s");
        const RunResult result = follow(experiment).result;
        const std::uint64_t lost = result.summary.integrity.lost;
        const std::uint64_t dropped = result.summary.droppedByKernel;
        QVERIFY2(result.checksHold(), violatedChecks(result).c_str());
        QVERIFY2(lost > 1'000, qPrintable(QString::number(lost)));
        // The kernel also counts last words that found no room; they are repeated every 2 ms until one has.
        const QString figures =
            QString("%1 missing in the numbers, %2 dropped by the kernel").arg(lost).arg(dropped);
        QVERIFY2(dropped >= lost && dropped - lost < 100, qPrintable(figures));
        QCOMPARE(result.workers[1].droppedByKernel, dropped);
    }

    void whoCannotBeImpairedSaysWhyAndWhatCan()
    {
        Experiment experiment;
        experiment.impairment = {.drop = 0.05};
        const std::string sentence = sentenceOf(experiment, "impairment.drop");
        QVERIFY2(sentence.find("udp") != std::string::npos &&
                     sentence.find("unix_datagram") != std::string::npos,
                 sentence.c_str());
        experiment.mechanism = "udp";
        QVERIFY(problems(experiment).empty());
        experiment.exchange = Exchange::RoundTrip;
        QVERIFY(sentenceOf(experiment, "impairment.drop").find("acknowledgement.scheme") !=
                std::string::npos);
        experiment.acknowledgement.scheme = AcknowledgementScheme::GoBackN;
        QVERIFY(problems(experiment).empty());
        experiment.messageSize = 65'507;
        QVERIFY(sentenceOf(experiment, "message.size").find("head for acknowledgements") !=
                std::string::npos);
        experiment.messageSize = 60'000;
        experiment.acknowledgement.window = 4'000;
        QVERIFY(sentenceOf(experiment, "acknowledgement.window").find("at most") != std::string::npos);
        experiment.mechanism = "pipe";
        QVERIFY(!sentenceOf(experiment, "acknowledgement.scheme").empty());
    }

    void theLayersAreNamedInTheResult()
    {
        Experiment experiment = countedExperiment("unix_datagram", 100);
        experiment.impairment = {.drop = 0.05};
        experiment.acknowledgement = {.scheme = AcknowledgementScheme::GoBackN};
        QStringList named;
        for (const EffectiveSetting& setting : follow(experiment).result.effective)
            named << QString::fromStdString(setting.effective);
        QVERIFY(named.contains("drop 5 %, seed 1"));
        QVERIFY(named.contains("go-back-n, window 32, time-out 5 ms"));
    }
};

QTEST_GUILESS_MAIN(TestLayeredRuns)
#include "tst_layered_runs.moc"
