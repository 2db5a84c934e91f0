#include "engine/experiment/experiment.h"
#include "engine/mechanisms/catalog.h"
#include "engine/profiles/load_profile.h"
#include "tests/support/few_cores.h"
#include "tests/support/lowered_limit.h"
#include "tests/support/problem_sentences.h"

#include <QtTest>

#include <algorithm>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

/// Those that this host offers; the others are named.
std::vector<const Mechanism*> offeredMechanisms()
{
    std::vector<const Mechanism*> offered;
    for (const Mechanism* mechanism : allMechanisms())
        if (const std::optional<Unavailability> lack = mechanism->unavailable())
            qWarning("skipped: %s, because %s", mechanism->info().id.c_str(), lack->clause().c_str());
        else
            offered.push_back(mechanism);
    return offered;
}

} // namespace

/// Which experiments can run, and what is said of the others.
class TestExperiment final : public QObject {
    Q_OBJECT

private slots:
    void theDefaultExperimentCanRun();
    void everyMechanismCanRunWithItsDefaults();
    void anOptionOfAnotherMechanismIsKeptAndNamed();
    void aProfileMayObjectToItsOptionsTogether();
    void moreMessagesThanALoadOffersAreRefused();
    void aMessageAboveTheLimitIsRefusedWithTheReason();
    void whereNoMessageFitsTheLimitIsNamed();
    void aWaitThatAMechanismCannotDoIsRefused();
    void fullIntegrityNeedsRoomAndBytes();
    void differentCoresNeedTwo();
    void aPairHasOneOfEach();
    void valuesSetInCodeAreCheckedToo();
};

void TestExperiment::theDefaultExperimentCanRun()
{
    QVERIFY(problems(Experiment()).empty());
}

void TestExperiment::everyMechanismCanRunWithItsDefaults()
{
    for (const Mechanism* mechanism : offeredMechanisms())
        for (const LoadProfile* profile : allLoadProfiles()) {
            Experiment experiment;
            experiment.mechanism = mechanism->info().id;
            experiment.load.profile = profile->info().id;
            experiment.wait = mechanism->info().traits.waits.front();
            const MessageLimit limit = mechanism->limit(completed(experiment).mechanismOptions);
            experiment.messageSize = std::min<std::uint64_t>(experiment.messageSize, limit.largest);
            const std::vector<Problem> found = problems(experiment);
            QVERIFY2(found.empty(), found.empty() ? "" : found.front().sentence.c_str());
            QVERIFY(problems(completed(experiment)).empty());
        }
}

void TestExperiment::anOptionOfAnotherMechanismIsKeptAndNamed()
{
    Experiment experiment;
    QVERIFY(!setKey(experiment, "mechanism_options.capacity", "8 KiB"));
    QVERIFY(!setKey(experiment, "mechanism_options.capcity", "8 KiB"));
    QVERIFY(!setKey(experiment, "load.rate", "1 k/s"));
    std::vector<Problem> found = problems(experiment);
    QCOMPARE(found.size(), std::size_t{2});
    QCOMPARE(
        sentenceAbout(found, "mechanism_options.capcity"),
        "pipe has no option \"mechanism_options.capcity\"; did you mean \"mechanism_options.capacity\"?");
    QCOMPARE(sentenceAbout(found, "load.rate"),
             "closed_loop has no option \"load.rate\"; there is load.think_time");
    QVERIFY(!setKey(experiment, "mechanism", "null"));
    QVERIFY(experiment.mechanismOptions.has("capacity"));
    QVERIFY(!sentenceAbout(problems(experiment), "mechanism_options.capacity").empty());
}

void TestExperiment::aProfileMayObjectToItsOptionsTogether()
{
    Experiment experiment;
    experiment.load.profile = "burst";
    QVERIFY(problems(experiment).empty());
    QVERIFY(!setKey(experiment, "load.burst_length", "3 s"));
    QCOMPARE(sentenceAbout(problems(experiment), "load.burst_length"),
             "load.burst_length must be at most the period, 1 s, not 3 s");
    experiment = {};
    experiment.load.profile = "step";
    QVERIFY(!setKey(experiment, "load.steps", "soon"));
    QVERIFY(
        sentenceAbout(problems(experiment), "load.steps").starts_with("load.steps must be rates and times"));
}

void TestExperiment::moreMessagesThanALoadOffersAreRefused()
{
    Experiment experiment;
    experiment.load.profile = "ramp";
    experiment.load.options.set("to", "0 /s");
    experiment.load.options.set("over", "3 s");
    experiment.warmUp = std::chrono::seconds(1);
    experiment.messages = 667;
    QVERIFY(problems(experiment).empty());
    experiment.messages = 668;
    QCOMPARE(sentenceAbout(problems(experiment), "messages"),
             "messages must be at most 667 with this load, which offers no more in 24 h, not 668");
}

void TestExperiment::aMessageAboveTheLimitIsRefusedWithTheReason()
{
    for (const Mechanism* mechanism : offeredMechanisms()) {
        Experiment experiment;
        experiment.mechanism = mechanism->info().id;
        experiment.wait = mechanism->info().traits.waits.front();
        const MessageLimit limit = mechanism->limit(completed(experiment).mechanismOptions);
        experiment.messageSize = limit.largest;
        QCOMPARE(sentenceAbout(problems(experiment), "message.size"), "");
        ++experiment.messageSize;
        const std::string sentence = sentenceAbout(problems(experiment), "message.size");
        QVERIFY2(sentence.find(limit.because) != std::string::npos, sentence.c_str());
        QVERIFY2(sentence.find(mechanism->info().id) != std::string::npos, sentence.c_str());
    }
}

void TestExperiment::whereNoMessageFitsTheLimitIsNamed()
{
    Experiment experiment;
    experiment.mechanism = "posix_mq";
    if (findMechanism("posix_mq")->unavailable())
        QSKIP("this kernel has no POSIX queues");
    const LoweredLimit limit(RLIMIT_MSGQUEUE, 100);
    const std::vector<Problem> found = problems(experiment);
    QCOMPARE(sentenceAbout(found, "message.size"), "");
    const std::string sentence = sentenceAbout(found, "mechanism");
    QVERIFY2(sentence.find("RLIMIT_MSGQUEUE") != std::string::npos, sentence.c_str());
}

void TestExperiment::aWaitThatAMechanismCannotDoIsRefused()
{
    for (const Mechanism* mechanism : offeredMechanisms())
        for (const Wait wait : {Wait::Block, Wait::Poll, Wait::Spin, Wait::Hybrid}) {
            Experiment experiment;
            experiment.mechanism = mechanism->info().id;
            experiment.wait = wait;
            const std::string sentence = sentenceAbout(problems(experiment), "wait");
            QCOMPARE(sentence.empty(), supports(mechanism->info().traits, wait));
        }
    Experiment experiment;
    experiment.mechanism = "null";
    QCOMPARE(sentenceAbout(problems(experiment), "wait"), "wait must be spin with null, which cannot block");
}

void TestExperiment::fullIntegrityNeedsRoomAndBytes()
{
    Experiment experiment;
    experiment.measure.integrity = Integrity::Full;
    experiment.messageSize = 48;
    QVERIFY(problems(experiment).empty());
    experiment.messageSize = 47;
    QCOMPARE(
        sentenceAbout(problems(experiment), "measure.integrity"),
        "measure.integrity can be full for messages from 48 B on, which have room for header, checksum and "
        "tail; message.size is 47 B");
    experiment.mechanism = "null";
    QCOMPARE(sentenceAbout(problems(experiment), "measure.integrity"),
             "measure.integrity cannot be full with null, which carries no bytes that could be checked");
}

void TestExperiment::differentCoresNeedTwo()
{
    Experiment experiment;
    experiment.cores = CorePlacement::Different;
    const FewCores oneCore(1);
    QCOMPARE(sentenceAbout(problems(experiment), "placement.cores"),
             "placement.cores cannot be different here: only one core may be used; write any or same");
    experiment.cores = CorePlacement::Same;
    QVERIFY(problems(experiment).empty());
}

void TestExperiment::aPairHasOneOfEach()
{
    Experiment experiment;
    experiment.shape.senders = 2;
    experiment.shape.receivers = 0;
    QCOMPARE(problems(experiment).size(), std::size_t{2});
    QCOMPARE(sentenceAbout(problems(experiment), "shape.senders"),
             "shape.senders must be 1 in a pair, not 2");
    QCOMPARE(sentenceAbout(problems(experiment), "shape.receivers"),
             "shape.receivers must be from 1 to 64, not 0");
}

void TestExperiment::valuesSetInCodeAreCheckedToo()
{
    Experiment experiment;
    experiment.messageSize = 0;
    experiment.duration = -5s;
    experiment.warmUp = 2h;
    experiment.measure.latencyEvery = 0;
    const std::vector<Problem> found = problems(experiment);
    QCOMPARE(found.size(), std::size_t{4});
    QCOMPARE(sentenceAbout(found, "message.size"), "message.size must be at least 1 B, not 0 B");
    QCOMPARE(sentenceAbout(found, "duration"), "duration must be from 1 ms to 24 h, not -5 s");
    for (const char* rate : {"0", "-5 /s", "1001 M/s"}) {
        Experiment paced;
        paced.load.profile = "constant";
        paced.load.options.set("rate", rate);
        QCOMPARE(sentenceAbout(problems(paced), "load.rate"),
                 std::string("load.rate must be from 0.001 /s to 1000 M/s, not ") + rate);
    }
}

QTEST_APPLESS_MAIN(TestExperiment)
#include "tst_experiment.moc"
