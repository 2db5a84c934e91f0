#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace {

constexpr int patience = 20'000; // milliseconds
constexpr uid_t nobody = 65534;
constexpr int cannotStart = 99;

struct Ended {
    int status = -1;
    QString output;
    QString errors;
};

Ended collect(QProcess& process)
{
    if (!process.waitForFinished(patience)) {
        process.kill();
        process.waitForFinished();
        return {-1, "did not end", process.readAllStandardError()};
    }
    const bool isKilled = process.exitStatus() == QProcess::CrashExit;
    return {isKilled ? -1 : process.exitCode(), process.readAllStandardOutput(),
            process.readAllStandardError()};
}

const QString program = QStringLiteral(IPCLAB_BIN_DIR "/ipclab-cli");

Ended call(const QStringList& arguments, const QByteArray& input = {})
{
    QProcess process;
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    return collect(process);
}

/// In a shell, where redirections can be had.
Ended callInShell(const QString& command)
{
    QProcess process;
    process.start("/bin/bash", {"-c", command, "bash", program});
    return collect(process);
}

/// Root may read and write everything, so what permission refuses can only be seen as somebody else.
Ended callAsNobody(const QStringList& arguments)
{
    QProcess process;
    process.setChildProcessModifier([] {
        if (::geteuid() == 0 &&
            (::setgroups(0, nullptr) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0))
            ::_exit(cannotStart);
    });
    process.start(program, arguments);
    const Ended ended = collect(process);
    return process.error() == QProcess::FailedToStart ? Ended{cannotStart, {}, {}} : ended;
}

/// Short enough for a test, long enough to have a series.
QStringList shortRun(const QStringList& more = {})
{
    return QStringList{"run",           "--set", "duration=200 ms", "--set",
                       "warm_up=50 ms", "--set", "mechanism=pipe"} +
           more;
}

QJsonObject objectIn(const QString& text)
{
    return QJsonDocument::fromJson(text.toUtf8()).object();
}

QStringList idsIn(const QString& text)
{
    QStringList ids;
    const QJsonArray list = QJsonDocument::fromJson(text.toUtf8()).array();
    for (const QJsonValue& item : list)
        if (item["title"].isString() && item["summary"].isString())
            ids << item["id"].toString();
    return ids;
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

/// Every claim is about the real program, started as a user starts it.
class TestCli final : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();

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
    void checkAcceptsEveryPreset();
    void completesKeysAndValues();
    void cleanFindsNothingAfterARun();

    void runsAndSummarises();
    void quietPrintsNothing();
    void jsonOnStandardOutputIsAllThereIs();
    void jsonAndCsvHoldTheSameFigures();
    void readsAnExperimentFromStandardInput();
    void variantsMakeAList();
    void progressIsALineEachSecond();
    void signalStopsTheRunAndKeepsItsResult_data();
    void signalStopsTheRunAndKeepsItsResult();
    void secondSignalEndsAtOnce();
    void signalSkipsTheVariantsThatAreLeft();

    void namesATargetThatCannotBeWritten_data();
    void namesATargetThatCannotBeWritten();
    void fullDiskDoesNotLoseTheOtherExport();
    void namesADirectoryThatItMayNotWriteTo();
    void closedStandardOutputIsAFailure();
    void readerThatWentAwayIsAFailure();

private:
    QString path(const QString& name) const { return m_directory->filePath(name); }
    QString fileWith(const QByteArray& text) const;

    std::unique_ptr<QTemporaryDir> m_directory;
};

void TestCli::initTestCase()
{
    // Workers and reapers that outlive the program become this process's children.
    QCOMPARE(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
}

void TestCli::cleanup()
{
    QTRY_COMPARE(::waitpid(-1, nullptr, WNOHANG), -1);
    QCOMPARE(errno, ECHILD);
}

void TestCli::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    QVERIFY(m_directory->isValid());
}

QString TestCli::fileWith(const QByteArray& text) const
{
    QFile file(path("experiment.toml"));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        qFatal("cannot write the experiment");
    return file.fileName();
}

void TestCli::saysWhatItCanDo()
{
    const Ended help = call({"--help"});
    QCOMPARE(help.status, 0);
    for (const char* command : {"run", "list", "describe", "check", "capacity", "cores", "clean"})
        QVERIFY2(help.output.contains(QString("\n  %1 ").arg(command)), command);
    QVERIFY(!help.output.contains("complete"));
    QCOMPARE(call({"run", "--help"}).status, 0);
    const Ended version = call({"--version"});
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
    QTest::newRow("unknown fault") << QStringList{"run", "--fault", "stopp receiver"} << "did you mean \"stop\"?";
    QTest::newRow("fault after the end") << QStringList{"run", "--fault", "stop receiver at 1 h"} << "the fault is due";
    QTest::newRow("unknown key") << QStringList{"run", "--set", "message.sise=64"} << "message.size";
}

void TestCli::refusesWrongUsage()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, sentence);
    const Ended ended = call(arguments);
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
    const Ended ended = call({"run", "--set", setting});
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
        const Ended ended = call(arguments);
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.errors.contains(file) && ended.errors.contains(named),
                 qPrintable(ended.errors.left(500)));
    }
    const Ended ended = call({"run", "-"}, text);
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.errors.contains("standard input"), qPrintable(ended.errors.left(500)));
    QCOMPARE(call({"run", m_directory->path()}).status, 2);
    QCOMPARE(call({"run", path("missing.toml")}).status, 2);
}

void TestCli::refusesAFileThatItMayNotRead()
{
    const QString file = fileWith("mechanism = \"pipe\"\n");
    QCOMPARE(::chmod(qPrintable(file), 0), 0);
    QCOMPARE(::chmod(qPrintable(m_directory->path()), 0755), 0);
    const Ended ended = callAsNobody({"check", file});
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
    const Ended json = call({"list", QTest::currentDataTag(), "--json"});
    QCOMPARE(json.status, 0);
    const QStringList ids = idsIn(json.output);
    QVERIFY(!ids.isEmpty());
    QVERIFY(oneOfThem.isEmpty() || ids.contains(oneOfThem));
    const Ended text = call({"list", QTest::currentDataTag()});
    QCOMPARE(text.status, 0);
    for (const QString& id : ids)
        QVERIFY2(text.output.contains(id), qPrintable(id));
}

void TestCli::describesEveryMechanism()
{
    const QStringList ids = idsIn(call({"list", "mechanisms", "--json"}).output);
    for (const QString& id : ids) {
        const QJsonObject described = objectIn(call({"describe", id, "--json"}).output);
        QCOMPARE(described["id"].toString(), id);
        QVERIFY(described["largest_message_bytes"].toDouble() > 0);
        QVERIFY(described["traits"]["waits"].toArray().size() > 0);
        const QJsonObject complexity = described["complexity"].toObject();
        QVERIFY(complexity["own_lines"].toInt() >= 10);
        QVERIFY(complexity["system_calls"].toArray().size() > 0);
        QCOMPARE(complexity["files"][0]["path"].toString(), "engine/mechanisms/" + id + ".cpp");
        const Ended text = call({"describe", id});
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
    const Ended ended = call({"check", file});
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.errors.contains(file + ":3: message.size: "), qPrintable(ended.errors));
    QVERIFY2(ended.errors.contains(file + ":4: sized: "), qPrintable(ended.errors));
}

void TestCli::checkAcceptsEveryPreset()
{
    const QString text = call({"list", "presets", "--json"}).output;
    const QJsonArray presets = QJsonDocument::fromJson(text.toUtf8()).array();
    QVERIFY(presets.size() >= 7);
    const QString list = call({"list", "presets"}).output;
    for (const QJsonValue& preset : presets) {
        QVERIFY2(list.contains("\n\n" + preset["group"].toString() + "\n\n") ||
                     list.startsWith(preset["group"].toString() + "\n\n"),
                 qPrintable(list));
        const Ended ended = call({"check", preset["file"].toString()});
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
    QCOMPARE(complete("run --set exchange =", 4), "full-duplex one-way round-trip");
    QVERIFY(complete("run --preset ''", 3).contains("pipe"));
}

void TestCli::cleanFindsNothingAfterARun()
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_RUNTIME_DIR", m_directory->path());
    process.setProcessEnvironment(environment);
    process.start(program, shortRun({"--set", "mechanism=posix_mq", "--quiet"}));
    QCOMPARE(collect(process).status, 0);
    process.start(program, {"clean", "--dry-run"});
    const Ended ended = collect(process);
    QCOMPARE(ended.status, 0);
    QCOMPARE(ended.output, "Nothing is left of earlier runs.\n");
}

void TestCli::runsAndSummarises()
{
    const Ended ended = call(shortRun());
    QVERIFY2(ended.status == 0, qPrintable(ended.errors));
    for (const char* part :
         {"throughput", "p99.9", "response", "service", "integrity", "sender", "receiver", "self-checks"})
        QVERIFY2(ended.output.contains(part), part);
}

void TestCli::quietPrintsNothing()
{
    const Ended ended = call(shortRun({"--quiet"}));
    QCOMPARE(ended.status, 0);
    QCOMPARE(ended.output + ended.errors, QString());
}

void TestCli::jsonOnStandardOutputIsAllThereIs()
{
    const Ended ended = call(shortRun({"--json", "-"}));
    QVERIFY2(ended.status == 0, qPrintable(ended.errors));
    const QJsonObject result = objectIn(ended.output);
    QCOMPARE(result["schema"].toString(), "ipclab.run/1");
    QCOMPARE(result["summary"]["outcome"].toString(), "finished");
    QVERIFY(result["summary"]["messages_received"].toDouble() > 0);
    QCOMPARE(result["experiment"]["duration"].toString(), "200 ms");
    QCOMPARE(result["workers"].toArray().size(), 2);
    QVERIFY(result["series"].toArray().size() > 2);
}

void TestCli::jsonAndCsvHoldTheSameFigures()
{
    const Ended ended = call(shortRun({"--json", path("result.json"), "--csv", path("tables"), "--quiet"}));
    QVERIFY2(ended.status == 0, qPrintable(ended.errors));
    const QJsonObject result = objectIn(contentOf(path("result.json")));
    const QString received = QString::number(result["summary"]["messages_received"].toInteger());
    const QStringList lines = QString(contentOf(path("tables/summary.csv"))).split("\r\n");
    const QStringList names = lines[0].split(',');
    QCOMPARE(lines[1].split(',')[names.indexOf("received (messages)")], received);
    const QByteArray series = contentOf(path("tables/series.csv"));
    QCOMPARE(series.count("\r\n") - 1, result["series"].toArray().size());
    for (const char* table : {"workers.csv", "latency.csv", "events.csv"})
        QVERIFY2(contentOf(path("tables/") + table).count("\r\n") > 1, table);
}

void TestCli::readsAnExperimentFromStandardInput()
{
    const QByteArray text = "mechanism = \"unix_stream\"\nduration = \"100 ms\"\nwarm_up = \"20 ms\"\n"
                            "exchange = \"round-trip\"\n";
    const Ended ended = call({"run", "-", "--json", "-", "--quiet"}, text);
    QVERIFY2(ended.status == 0, qPrintable(ended.errors));
    QCOMPARE(objectIn(ended.output).value("experiment")["exchange"].toString(), "round-trip");
}

void TestCli::variantsMakeAList()
{
    const QString file = fileWith("duration = \"100 ms\"\nwarm_up = \"20 ms\"\n"
                                  "[[variant]]\ntitle = \"Pipe\"\nmechanism = \"pipe\"\n"
                                  "[[variant]]\ntitle = \"Socket\"\nmechanism = \"unix_stream\"\n");
    const Ended ended = call({"run", file, "--json", "-", "--csv", path("tables"), "--quiet"});
    QVERIFY2(ended.status == 0, qPrintable(ended.errors));
    const QJsonArray list = QJsonDocument::fromJson(ended.output.toUtf8()).array();
    QCOMPARE(list.size(), 2);
    QCOMPARE(list[1]["experiment"]["mechanism"].toString(), "unix_stream");
    QCOMPARE(contentOf(path("tables/summary.csv")).count("\r\n"), 3);
    QVERIFY(contentOf(path("tables/2-socket/series.csv")).count("\r\n") > 1);
}

void TestCli::progressIsALineEachSecond()
{
    const Ended ended =
        call({"run", "--set", "duration=2500 ms", "--set", "warm_up=0", "--set", "mechanism=pipe"});
    QVERIFY2(ended.status == 0, qPrintable(ended.errors));
    const QStringList lines = ended.errors.split('\n', Qt::SkipEmptyParts);
    QVERIFY2(lines.size() >= 1 && lines.size() <= 3, qPrintable(ended.errors));
    for (const QString& line : lines)
        QVERIFY2(line.contains("/s, ") && line.endsWith(" left"), qPrintable(line));
}

void TestCli::signalStopsTheRunAndKeepsItsResult_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGTERM") << SIGTERM;
}

void TestCli::signalStopsTheRunAndKeepsItsResult()
{
    QFETCH(int, signal);
    QProcess process;
    process.start(program,
                  {"run", "--set", "duration=1 min", "--set", "warm_up=0", "--json", path("result.json")});
    QVERIFY(process.waitForStarted());
    process.setReadChannel(QProcess::StandardError);
    QVERIFY(process.waitForReadyRead(patience)); // the first second is over
    ::kill(static_cast<pid_t>(process.processId()), signal);
    const Ended ended = collect(process);
    QCOMPARE(ended.status, 1);
    QVERIFY2(ended.errors.contains("stopped by a signal"), qPrintable(ended.errors));
    const QJsonObject result = objectIn(contentOf(path("result.json")));
    QCOMPARE(result["summary"]["outcome"].toString(), "stopped");
    QVERIFY(result["summary"]["messages_received"].toDouble() > 0);
    QVERIFY(result["summary"]["seconds"].toDouble() < 30);
}

void TestCli::secondSignalEndsAtOnce()
{
    QProcess process;
    process.start(program, {"run", "--set", "duration=1 min", "--set", "warm_up=0"});
    QVERIFY(process.waitForStarted());
    process.setReadChannel(QProcess::StandardError);
    QVERIFY(process.waitForReadyRead(patience));
    const auto pid = static_cast<pid_t>(process.processId());
    // Both are there before it looks, which is what two quick presses of Ctrl+C are.
    ::kill(pid, SIGSTOP);
    ::kill(pid, SIGINT);
    ::kill(pid, SIGTERM);
    ::kill(pid, SIGCONT);
    const Ended ended = collect(process);
    QCOMPARE(ended.status, 1);
    QVERIFY2(ended.errors.contains("cut off by a second signal"), qPrintable(ended.errors));
}

void TestCli::signalSkipsTheVariantsThatAreLeft()
{
    const QString file = fileWith("mechanism = \"pipe\"\nwarm_up = 0\n[[variant]]\nduration = \"1 min\"\n"
                                  "[[variant]]\nduration = \"2 min\"\n");
    QProcess process;
    process.start(program, {"run", file, "--json", path("result.json")});
    QVERIFY(process.waitForStarted());
    process.setReadChannel(QProcess::StandardError);
    QVERIFY(process.waitForReadyRead(patience));
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QCOMPARE(collect(process).status, 1);
    QCOMPARE(QJsonDocument::fromJson(contentOf(path("result.json"))).array().size(), 1);
}

void TestCli::namesATargetThatCannotBeWritten_data()
{
    QTest::addColumn<QString>("option");
    QTest::addColumn<QString>("target");
    QTest::newRow("full disk") << "--json"
                               << "/dev/full";
    QTest::newRow("missing directory") << "--json"
                                       << "/nowhere/result.json";
    QTest::newRow("directory as a file") << "--json"
                                         << "/tmp";
    QTest::newRow("file as a directory") << "--csv"
                                         << "/dev/null";
    QTest::newRow("file as a parent") << "--csv"
                                      << "/dev/null/tables";
}

void TestCli::namesATargetThatCannotBeWritten()
{
    QFETCH(QString, option);
    QFETCH(QString, target);
    const Ended ended = call(shortRun({"--quiet", option, target}));
    QCOMPARE(ended.status, 1);
    QVERIFY2(ended.errors.contains(target), qPrintable(ended.errors));
    QCOMPARE(ended.errors.count('\n'), 1);
}

void TestCli::fullDiskDoesNotLoseTheOtherExport()
{
    const Ended ended = call(shortRun({"--json", "/dev/full", "--csv", path("tables")}));
    QCOMPARE(ended.status, 1);
    QVERIFY(ended.output.contains("throughput"));
    QVERIFY(contentOf(path("tables/events.csv")).count("\r\n") > 1);
}

void TestCli::namesADirectoryThatItMayNotWriteTo()
{
    QVERIFY(QDir(m_directory->path()).mkdir("closed"));
    QCOMPARE(::chmod(qPrintable(path("closed")), 0555), 0);
    QCOMPARE(::chmod(qPrintable(m_directory->path()), 0755), 0);
    for (const QStringList& target :
         {QStringList{"--json", path("closed/result.json")}, QStringList{"--csv", path("closed")}}) {
        const Ended ended = callAsNobody(shortRun({"--quiet"}) + target);
        if (ended.status == cannotStart)
            QSKIP("the build directory is closed to others");
        QCOMPARE(ended.status, 1);
        QVERIFY2(ended.errors.contains(target.last()) && ended.errors.contains("permission"),
                 qPrintable(ended.errors));
    }
    QVERIFY(QDir(path("closed")).isEmpty());
}

void TestCli::closedStandardOutputIsAFailure()
{
    for (const char* redirection : {">&-", ">/dev/full"}) {
        const Ended ended = callInShell(QString("exec \"$1\" list mechanisms %1").arg(redirection));
        QCOMPARE(ended.status, 1);
        QVERIFY2(ended.errors.contains("standard output"), redirection);
    }
}

void TestCli::readerThatWentAwayIsAFailure()
{
    std::array<int, 2> ends{};
    QCOMPARE(::pipe2(ends.data(), O_CLOEXEC), 0);
    ::close(ends[0]);
    QProcess process;
    process.setChildProcessModifier([writingEnd = ends[1]] { ::dup2(writingEnd, STDOUT_FILENO); });
    process.start(program, shortRun({"--csv", path("tables")}));
    const Ended ended = collect(process);
    ::close(ends[1]);
    QCOMPARE(ended.status, 1);
    QVERIFY2(ended.errors.contains("standard output") && ended.errors.contains("EPIPE"),
             qPrintable(ended.errors));
    QVERIFY(contentOf(path("tables/summary.csv")).count("\r\n") == 2);
}

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
