#include "engine/experiment/experiment.h"
#include "tests/support/problem_sentences.h"

#include <QtTest>

#include <set>
#include <utility>
#include <vector>

using namespace ipclab;

/// What an experiment can be told, by key and text.
class TestExperimentKeys final : public QObject {
    Q_OBJECT

private slots:
    void everyKeyHasADefaultThatItTakes();
    void everyKeyIsTakenAsItIsGiven_data();
    void everyKeyIsTakenAsItIsGiven();
    void aTextThatIsNoValueChangesNothing_data();
    void aTextThatIsNoValueChangesNothing();
    void anUnknownMechanismOrProfileIsAnsweredWithTheNearest();
    void theOrderOfSettingDoesNotMatter();
    void completingWritesTheDefaultsOut();
};

void TestExperimentKeys::everyKeyHasADefaultThatItTakes()
{
    std::set<std::string> ids;
    const Experiment initial;
    for (const OptionSpec& spec : experimentKeys()) {
        QVERIFY2(ids.insert(spec.id).second, spec.id.c_str());
        QVERIFY2(!spec.label.empty() && !spec.help.empty(), spec.id.c_str());
        QCOMPARE(keyText(initial, spec.id), spec.initial);
        Experiment experiment;
        QVERIFY2(!setKey(experiment, spec.id, spec.initial), spec.id.c_str());
        QCOMPARE(experiment, initial);
    }
}

void TestExperimentKeys::everyKeyIsTakenAsItIsGiven_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("canonical");
    const auto row = [](const char* key, const char* text, const char* canonical) {
        QTest::addRow("%s = %s", key, text) << QByteArray(key) << QByteArray(text) << QByteArray(canonical);
    };
    row("title", "A \"title\"", "A \"title\"");
    row("summary", "What to see", "What to see");
    row("mechanism", "shm_ring", "shm_ring");
    row("mechanism_options.capacity", "1048576", "1 MiB");
    row("exchange", "round-trip", "round-trip");
    row("wait", "hybrid", "hybrid");
    row("rendezvous", "by-name", "by-name");
    row("shape.kind", "pair", "pair");
    row("shape.senders", "4", "4");
    row("shape.receivers", "2", "2");
    row("load.profile", "constant", "constant");
    row("load.rate", "100 k/s", "100 k/s");
    row("load.pacing", "economy", "economy");
    row("message.size", "65536", "64 KiB");
    row("receiver.work", "20 µs", "20 us");
    row("receiver.touch", "65536", "64 KiB");
    row("receiver.sleep", "1 ms", "1 ms");
    row("placement.cores", "different", "different");
    row("duration", "10", "10 s");
    row("duration", "24 h", "24 h");
    row("messages", "1 M", "1000000");
    row("warm_up", "0", "0 s");
    row("seed", "18446744073709551615", "18446744073709551615");
    row("measure.latency_every", "16", "16");
    row("measure.latency_every", "auto", "auto");
    row("measure.integrity", "full", "full");
    row("measure.interval", "0.1", "100 ms");
}

void TestExperimentKeys::everyKeyIsTakenAsItIsGiven()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, canonical);
    Experiment experiment;
    const std::optional<Problem> problem = setKey(experiment, key.toStdString(), text.toStdString());
    QVERIFY2(!problem, problem ? problem->sentence.c_str() : "");
    if (key.startsWith("load.") && key != "load.profile")
        experiment.load.profile = "constant";
    QCOMPARE(keyText(experiment, key.toStdString()), canonical.toStdString());
    Experiment again = experiment;
    QVERIFY(!setKey(again, key.toStdString(), canonical.toStdString()));
    QCOMPARE(completed(again), completed(experiment));
}

void TestExperimentKeys::aTextThatIsNoValueChangesNothing_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("sentence");
    const auto row = [](const char* key, const char* text, const char* sentence) {
        QTest::addRow("%s = %s", key, text) << QByteArray(key) << QByteArray(text) << QByteArray(sentence);
    };
    row("exchange", "half-duplex",
        "exchange must be one-way, round-trip or full-duplex, not \"half-duplex\"; did you mean "
        "\"full-duplex\"?");
    row("wait", "sleep", "wait must be block, poll, spin or hybrid, not \"sleep\"");
    row("shape.kind", "star",
        "shape.kind must be pair, fan-in, fan-out, many-to-many, chain, ring or client-server, not \"star\"");
    row("shape.senders", "0", "shape.senders must be from 1 to 64, not 0");
    row("message.size", "0", "message.size must be at least 1 B, not 0");
    row("message.size", "-64", "message.size must be at least 1 B, not -64");
    row("message.size", "big",
        "message.size must be a size of at least 1 B, written like 100 B or 64 KiB, not \"big\"");
    row("duration", "0", "duration must be from 1 ms to 24 h, not 0");
    row("duration", "-1 s", "duration must be from 1 ms to 24 h, not -1 s");
    row("duration", "8760 h", "duration must be from 1 ms to 24 h, not 8760 h");
    row("duration", "1 year",
        "duration must be a time from 1 ms to 24 h, written like 20 us or 2.5 s, not \"1 year\"");
    row("warm_up", "2 h", "warm_up must be from 0 s to 1 h, not 2 h");
    row("receiver.work", "-1 us", "receiver.work must be from 0 s to 10 s, not -1 us");
    row("messages", "-1", "messages must be from 0 to 1000000000000, not -1");
    row("measure.interval", "1 ms", "measure.interval must be from 5 ms to 10 s, not 1 ms");
    row("measure.interval", "11 s", "measure.interval must be from 5 ms to 10 s, not 11 s");
    row("measure.latency_every", "0",
        "measure.latency_every must be \"auto\" or a whole number of at least 1, not \"0\"");
    row("placement.cores", "two",
        "placement.cores must be any, same, different, or a core for each worker like \"0,1\", not \"two\"");
    row("title", "\xff", "title must be text in UTF-8, not \"?\"");
    row("mesage.size", "64", "there is no key \"mesage.size\"; did you mean \"message.size\"?");
    row("durration", "1 s", "there is no key \"durration\"; did you mean \"duration\"?");
    row("size", "64", "there is no key \"size\"; did you mean message.size?");
    row("capacity", "64", "there is no key \"capacity\"; did you mean mechanism_options.capacity?");
    row("message", "64", "\"message\" is a group, not a key: write message.size or message.sizes");
    row("mechanism_options.Capcity", "1",
        "there is no key \"mechanism_options.Capcity\"; did you mean \"mechanism_options.capacity\"?");
    row("mechanism_options.Capacity", "1",
        "there is no key \"mechanism_options.Capacity\"; did you mean \"mechanism_options.capacity\"?");
}

void TestExperimentKeys::aTextThatIsNoValueChangesNothing()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, sentence);
    Experiment experiment;
    const std::optional<Problem> problem = setKey(experiment, key.toStdString(), text.toStdString());
    QVERIFY(problem);
    QCOMPARE(problem->sentence, sentence.toStdString());
    QCOMPARE(problem->key, key.toStdString());
    QCOMPARE(experiment, Experiment());
}

void TestExperimentKeys::anUnknownMechanismOrProfileIsAnsweredWithTheNearest()
{
    Experiment experiment;
    const std::string mechanism = setKey(experiment, "mechanism", "pip").value().sentence;
    QVERIFY2(mechanism.starts_with("mechanism must be pipe, ") &&
                 mechanism.find(", unix_stream, ") != std::string::npos,
             mechanism.c_str());
    QVERIFY2(mechanism.ends_with(", not \"pip\"; did you mean \"pipe\"?"), mechanism.c_str());
    const std::string profile = setKey(experiment, "load.profile", "konstant").value().sentence;
    QVERIFY2(profile.starts_with("load.profile must be closed_loop"), profile.c_str());
    QVERIFY2(profile.ends_with(", not \"konstant\"; did you mean \"constant\"?"), profile.c_str());
    QCOMPARE(experiment, Experiment());

    experiment.mechanism = "pigeon";
    experiment.load.profile = "constantly";
    QCOMPARE(problems(experiment).size(), std::size_t{2});
    QVERIFY(sentenceAbout(problems(experiment), "mechanism").ends_with(", not \"pigeon\""));
    QVERIFY(sentenceAbout(problems(experiment), "load.profile").ends_with("did you mean \"constant\"?"));
}

void TestExperimentKeys::theOrderOfSettingDoesNotMatter()
{
    const std::vector<std::pair<const char*, const char*>> settings{{"mechanism_options.queue_length", "4"},
                                                                    {"mechanism", "posix_mq"},
                                                                    {"load.rate", "1 k/s"},
                                                                    {"load.profile", "constant"}};
    Experiment forwards;
    for (const auto& [key, text] : settings)
        QVERIFY(!setKey(forwards, key, text));
    Experiment backwards;
    for (auto setting = settings.rbegin(); setting != settings.rend(); ++setting)
        QVERIFY(!setKey(backwards, setting->first, setting->second));
    QCOMPARE(forwards, backwards);
    QVERIFY(problems(forwards).empty());
}

void TestExperimentKeys::completingWritesTheDefaultsOut()
{
    Experiment experiment;
    experiment.load.profile = "constant";
    experiment.mechanismOptions.set("capacity", "131072");
    const Experiment complete = completed(experiment);
    QCOMPARE(complete.mechanismOptions.text("capacity"), "128 KiB");
    QCOMPARE(complete.load.options.text("rate"), "10 k/s");
    QCOMPARE(completed(complete), complete);
}

QTEST_APPLESS_MAIN(TestExperimentKeys)
#include "tst_experiment_keys.moc"
