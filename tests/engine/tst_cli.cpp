#include "tests/support/cli_test.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <sys/stat.h>

using namespace ipclab;

namespace {

QStringList idsIn(const QString& text)
{
    QStringList ids;
    const QJsonArray list = QJsonDocument::fromJson(text.toUtf8()).array();
    for (const QJsonValue& item : list)
        if (item["title"].isString() && item["summary"].isString())
            ids << item["id"].toString();
    return ids;
}

} // namespace

/// What it says and refuses without a run.
class TestCli final : public CliTest {
    Q_OBJECT

private slots:
    void saysWhatItCanDo();
    void refusesWrongUsage_data();
    void refusesWrongUsage();
    void refusesWrongValues_data();
    void refusesWrongValues();
    void refusesWhatIsNoExperiment_data();
    void refusesWhatIsNoExperiment();
    void refusesAFileThatItMayNotRead();
    void listsObjects_data();
    void listsObjects();
    void describesEveryMechanism();
    void checkNamesFileLineAndKey();
    void checkAsksTheKernelToo();
    void checkAcceptsEveryPreset();
    void capacityTakesWhatTheMechanismTakes();
    void completesKeysAndValues();
};

void TestCli::saysWhatItCanDo()
{
    const Ended help = callCli({"--help"});
    QCOMPARE(help.status, 0);
    for (const char* command : {"run", "list", "describe", "check", "capacity", "cores", "sizes", "clean"})
        QVERIFY2(help.output.contains(QString("\n  %1 ").arg(command)), command);
    QVERIFY(!help.output.contains("complete"));
    QCOMPARE(callCli({"run", "--help"}).status, 0);
    const Ended version = callCli({"--version"});
    QCOMPARE(version.status, 0);
    QVERIFY(QRegularExpression("^ipclab-cli \\d+\\.\\d+\\.\\d+\n$").match(version.output).hasMatch());
}

void TestCli::refusesWrongUsage_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("nothing") << QStringList{} << "A command is missing";
    QTest::newRow("unknown command") << QStringList{"rum"} << "did you mean \"run\"?";
    QTest::newRow("unknown option") << QStringList{"run", "--jsn", "x"} << "did you mean \"--json\"?";
    QTest::newRow("option without value") << QStringList{"run", "--json"} << "--json";
    QTest::newRow("too many files") << QStringList{"check", "a", "b"} << "one argument too many: \"b\"";
    QTest::newRow("file and preset") << QStringList{"run", "a.toml", "--preset", "b"} << "--preset";
    QTest::newRow("unknown list") << QStringList{"list", "things"} << "things";
    QTest::newRow("unknown preset") << QStringList{"run", "--preset", "nonsense"}
                                    << "There is no preset \"nonsense\"";
    QTest::newRow("unknown mechanism") << QStringList{"describe", "pip"} << "did you mean \"pipe\"?";
    QTest::newRow("setting without value") << QStringList{"run", "--set", "duration"} << "KEY=VALUE";
    QTest::newRow("setting without key") << QStringList{"run", "--set", "=1 s"} << "KEY=VALUE";
    QTest::newRow("unknown fault") << QStringList{"run", "--fault", "stopp receiver"}
                                   << "did you mean \"stop\"?";
    QTest::newRow("fault after the end")
        << QStringList{"run", "--fault", "stop receiver at 1 h"} << "the fault is due";
    QTest::newRow("unknown key") << QStringList{"run", "--set", "message.sise=64"} << "message.size";
}

void TestCli::refusesWrongUsage()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, sentence);
    const Ended ended = callCli(arguments);
    QCOMPARE(ended.status, 2);
    QCOMPARE(ended.output, QString());
    QVERIFY2(ended.errors.startsWith("ipclab-cli: ") && ended.errors.contains(sentence),
             qPrintable(ended.errors));
    QCOMPARE(ended.errors.count('\n'), 1);
}

void TestCli::refusesWrongValues_data()
{
    QTest::addColumn<QString>("setting");
    QTest::addColumn<QString>("named");
    QTest::newRow("unknown mechanism") << "mechanism=pip"
                                       << "\"pipe\"";
    QTest::newRow("unknown profile") << "load.profile=closed"
                                     << "load.profile";
    QTest::newRow("size 0") << "message.size=0"
                            << "message.size";
    QTest::newRow("no size") << "message.size=big"
                             << "message.size";
    QTest::newRow("negative duration") << "duration=-1 s"
                                       << "duration";
    QTest::newRow("duration of 0") << "duration=0"
                                   << "duration";
    QTest::newRow("a year") << "duration=8760 h"
                            << "24 h";
    QTest::newRow("unknown exchange") << "exchange=half-duplex"
                                      << "round-trip";
    QTest::newRow("unknown wait") << "wait=sleep"
                                  << "block";
    QTest::newRow("unknown option of the mechanism") << "mechanism_options.capacty=1"
                                                     << "capacity";
    QTest::newRow("option out of its range") << "mechanism_options.capacity=1 TiB"
                                             << "capacity";
}

void TestCli::refusesWrongValues()
{
    QFETCH(QString, setting);
    QFETCH(QString, named);
    const Ended ended = callCli({"run", "--set", setting});
    QCOMPARE(ended.status, 2);
    QCOMPARE(ended.output, QString());
    QVERIFY2(ended.errors.contains(named), qPrintable(ended.errors));
    QVERIFY2(ended.errors.contains(setting.section('=', 0, 0).section('.', 0, 0)), qPrintable(ended.errors));
}

void TestCli::refusesWhatIsNoExperiment_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("named");
    QTest::newRow("no TOML") << QByteArray("title = \"a\"\nthis is no TOML\n") << ":2";
    QTest::newRow("negative rate") << QByteArray("[load]\nprofile = \"constant\"\nrate = \"-5 /s\"\n")
                                   << "load.rate";
    QTest::newRow("size above the limit")
        << QByteArray("mechanism = \"posix_mq\"\nmessage.size = \"64 MiB\"\n") << "message.size";
    QByteArray noise(10'000'000, '\0');
    for (qsizetype at = 0; at < noise.size(); ++at)
        noise[at] = static_cast<char>((at * 7919 + at / 251) % 255 + 1);
    QTest::newRow("10 MB of noise") << noise << "1 MiB";
    QTest::newRow("not UTF-8") << QByteArray("title = \"\xff\xfe\"\n") << "UTF-8";
}

void TestCli::refusesWhatIsNoExperiment()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, named);
    const QString file = fileWith(text);
    for (const QStringList& arguments : {QStringList{"run", file}, QStringList{"check", file}}) {
        const Ended ended = callCli(arguments);
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.errors.contains(file) && ended.errors.contains(named),
                 qPrintable(ended.errors.left(500)));
    }
    const Ended ended = callCli({"run", "-"}, text);
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.errors.contains("standard input"), qPrintable(ended.errors.left(500)));
    QCOMPARE(callCli({"run", directory()}).status, 2);
    QCOMPARE(callCli({"run", path("missing.toml")}).status, 2);
}

void TestCli::refusesAFileThatItMayNotRead()
{
    const QString file = fileWith("mechanism = \"pipe\"\n");
    QCOMPARE(::chmod(qPrintable(file), 0), 0);
    QCOMPARE(::chmod(qPrintable(directory()), 0755), 0);
    const Ended ended = callCliAsNobody({"check", file});
    if (ended.status == cannotStart)
        QSKIP("the build directory is closed to others");
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.errors.contains(file) && ended.errors.contains("permission"), qPrintable(ended.errors));
}

void TestCli::listsObjects_data()
{
    QTest::addColumn<QString>("oneOfThem");
    QTest::newRow("mechanisms") << "unix_stream";
    QTest::newRow("profiles") << "closed_loop";
    QTest::newRow("presets") << "";
}

void TestCli::listsObjects()
{
    QFETCH(QString, oneOfThem);
    const Ended json = callCli({"list", QTest::currentDataTag(), "--json"});
    QCOMPARE(json.status, 0);
    const QStringList ids = idsIn(json.output);
    QVERIFY(!ids.isEmpty());
    QVERIFY(oneOfThem.isEmpty() || ids.contains(oneOfThem));
    const Ended text = callCli({"list", QTest::currentDataTag()});
    QCOMPARE(text.status, 0);
    for (const QString& id : ids)
        QVERIFY2(text.output.contains(id), qPrintable(id));
}

void TestCli::describesEveryMechanism()
{
    const QStringList ids = idsIn(callCli({"list", "mechanisms", "--json"}).output);
    for (const QString& id : ids) {
        const QJsonObject described = objectIn(callCli({"describe", id, "--json"}).output);
        QCOMPARE(described["id"].toString(), id);
        QVERIFY(described["largest_message_bytes"].toDouble() > 0);
        QVERIFY(described["traits"]["waits"].toArray().size() > 0);
        const QJsonObject complexity = described["complexity"].toObject();
        QVERIFY(complexity["own_lines"].toInt() >= 10);
        QVERIFY(complexity["system_calls"].toArray().size() > 0);
        QCOMPARE(complexity["files"][0]["path"].toString(), "engine/mechanisms/" + id + ".cpp");
        const Ended text = callCli({"describe", id});
        QCOMPARE(text.status, 0);
        const QJsonArray options = described["options"].toArray();
        for (const QJsonValue& option : options)
            QVERIFY2(text.output.contains("mechanism_options." + option["id"].toString()),
                     qPrintable(text.output));
    }
}

void TestCli::checkNamesFileLineAndKey()
{
    const QString file = fileWith("title = \"wrong\"\n\nmessage.size = \"a lot\"\nsized = 3\n");
    const Ended ended = callCli({"check", file});
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.errors.contains(file + ":3: message.size: "), qPrintable(ended.errors));
    QVERIFY2(ended.errors.contains(file + ":4: sized: "), qPrintable(ended.errors));
}

void TestCli::checkAsksTheKernelToo()
{
    const QString file = fileWith("mechanism = \"pipe\"\nmechanism_options.capacity = \"512 MiB\"\n");
    QCOMPARE(::chmod(qPrintable(directory()), 0755), 0);
    const Ended ended = callCliAsNobody({"check", file});
    if (ended.status == cannotStart)
        QSKIP("the build directory is closed to others");
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.errors.contains("pipe-max-size") && ended.errors.contains("EPERM"),
             qPrintable(ended.errors));
}

void TestCli::capacityTakesWhatTheMechanismTakes()
{
    for (const char* mechanism : {"eventfd", "null"}) {
        const Ended ended = callCli({"capacity", mechanism});
        QVERIFY2(ended.status == 0, qPrintable(ended.errors));
    }
    const Ended wrong = callCli({"capacity", "pip"});
    QCOMPARE(wrong.status, 2);
    QVERIFY2(wrong.errors.contains("\"pipe\""), qPrintable(wrong.errors));
    for (const QStringList& lossy : {QStringList{"udp"}, QStringList{"pipe", "--set", "mechanism=udp"}})
        QCOMPARE(callCli(QStringList{"capacity"} + lossy).status, 2);
    const QString pipe = "mechanism_options.capacity=128KiB";
    const Ended json = callCli({"capacity", "pipe", "--set", pipe, "--json"});
    const QJsonArray found = QJsonDocument::fromJson(json.output.toUtf8()).array();
    QCOMPARE(found.size(), 2);
    QCOMPARE(found[1]["bytes"].toInt(), 128 << 10); // whole pages
}

void TestCli::checkAcceptsEveryPreset()
{
    const QString text = callCli({"list", "presets", "--json"}).output;
    const QJsonArray presets = QJsonDocument::fromJson(text.toUtf8()).array();
    QVERIFY(presets.size() >= 7);
    const QString list = callCli({"list", "presets"}).output;
    for (const QJsonValue& preset : presets) {
        QVERIFY2(list.contains("\n\n" + preset["group"].toString() + "\n\n") ||
                     list.startsWith(preset["group"].toString() + "\n\n"),
                 qPrintable(list));
        const Ended ended = callCli({"check", preset["file"].toString()});
        if (QThread::idealThreadCount() > 1)
            QVERIFY2(ended.status == 0, qPrintable(ended.errors));
    }
}

void TestCli::completesKeysAndValues()
{
    const auto complete = [](const QString& words, int at) {
        const QString script =
            ". '" IPCLAB_SOURCE_DIR "/resources/completion/ipclab-cli.bash'; compopt() { :; }\n"
            "COMP_WORDS=(\"$1\" %1); COMP_CWORD=%2; _ipclab_cli; echo \"${COMPREPLY[*]}\"";
        return callInShell(script.arg(words).arg(at)).output.trimmed();
    };
    QCOMPARE(complete("de", 1), "describe");
    QCOMPARE(complete("describe unix_st", 2), "unix_stream");
    QCOMPARE(complete("run --set measure.la", 3), "measure.latency_every=");
    QCOMPARE(complete("run --set mechanism = posi", 5), "posix_mq");
    QCOMPARE(complete("capacity --set measure.la", 3), "measure.latency_every=");
    QCOMPARE(complete("run --fault st", 3), "");
    QCOMPARE(complete("run --set exchange =", 4), "full-duplex one-way round-trip");
    QVERIFY(complete("run --preset ''", 3).contains("pipe"));
}

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
