#include "tests/gui/window_fixture.h"
#include "tests/support/cli_program.h"
#include "tests/support/run_fixture.h"

#include <QDir>
#include <QImage>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTest>
#include <QXmlStreamReader>

using namespace ipclab;

namespace {

Ended runProgram(const QStringList& arguments,
                 const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment())
{
    QProcess program;
    program.setProcessEnvironment(environment);
    program.start(IPCLAB_BIN_DIR "/ipclab", arguments);
    return collect(program);
}

int polylinesIn(const QString& path)
{
    QXmlStreamReader reader(contentOf(path));
    int count = 0;
    while (!reader.atEnd()) {
        if (reader.readNext() == QXmlStreamReader::StartElement && reader.name() == QLatin1String("polyline"))
            ++count;
    }
    return reader.hasError() ? -1 : count;
}

QProcessEnvironment environmentWithoutDisplay()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        environment.remove(name);
    return environment;
}

} // namespace

class TestExportCommand : public QObject {
    Q_OBJECT

private slots:
    void init() { m_settings = std::make_unique<FreshSettings>(); }
    void exportsChartsTablesAndJson();
    void needsNoDisplay();
    void saysThatAWindowNeedsADisplay();
    void numbersTheDirectoriesOfVariants();
    void refusesWrongArguments_data();
    void refusesWrongArguments();
    void saysWhyADirectoryCannotBeWritten();

private:
    std::unique_ptr<FreshSettings> m_settings;
};

void TestExportCommand::exportsChartsTablesAndJson()
{
    const QString file = writeExperiment(*m_settings, "short.toml", shortExperiment("pipe"));
    const QDir target(m_settings->path("results"));
    const Ended outcome = runProgram({"--run", file, "--export", target.path(), "--set", "message.size=128"});
    QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
    QVERIFY(outcome.output.contains(target.path()));

    for (const QString id :
         {"throughput", "response_time", "service_time", "time_sender", "time_receiver", "fill"}) {
        const QImage image(target.filePath(id + ".png"));
        QVERIFY2(image.width() >= 1200, qPrintable(id));
        QVERIFY2(polylinesIn(target.filePath(id + ".svg")) > 0, qPrintable(id));
    }
    const QJsonObject run = QJsonDocument::fromJson(contentOf(target.filePath("run.json"))).object();
    QCOMPARE(run["schema"].toString(), QString("ipclab.run/1"));
    QCOMPARE(run["experiment"]["message"]["size"].toString(), QString("128 B"));
    const double received = run["summary"]["messages_received"].toDouble();
    QVERIFY(received > 0);
    QVERIFY(contentOf(target.filePath("summary.csv")).contains(QByteArray::number(qint64(received))));
    QVERIFY(contentOf(target.filePath("series.csv")).count('\n') > 2);
}

void TestExportCommand::saysThatAWindowNeedsADisplay()
{
    const Ended outcome = runProgram({"--preset", "default"}, environmentWithoutDisplay());
    QCOMPARE(outcome.status, 1);
    QVERIFY2(outcome.errors.contains("There is no display to open a window on") &&
                 outcome.errors.contains("--export"),
             qPrintable(outcome.errors));
}

void TestExportCommand::needsNoDisplay()
{
    const QProcessEnvironment environment = environmentWithoutDisplay();
    const QString file = writeExperiment(*m_settings, "short.toml", shortExperiment("pipe"));
    const QDir target(m_settings->path("results"));
    const Ended outcome = runProgram({"--run", file, "--export", target.path()}, environment);
    QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
    QVERIFY(!QImage(target.filePath("throughput.png")).isNull());
}

void TestExportCommand::numbersTheDirectoriesOfVariants()
{
    QFile file(m_settings->path("two.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("title = \"Two\"\nduration = \"200 ms\"\nwarm_up = \"50 ms\"\n"
               "[[variant]]\ntitle = \"Pipe\"\nmechanism = \"pipe\"\n"
               "[[variant]]\ntitle = \"Ring\"\nmechanism = \"shm_ring\"\n");
    file.close();
    const QDir target(m_settings->path("variants"));
    const Ended outcome = runProgram({"--run", file.fileName(), "--export", target.path()});
    QVERIFY2(outcome.status == 0, qPrintable(outcome.errors));
    const QStringList directories = target.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    QCOMPARE(directories.size(), 2);
    QVERIFY(directories[0].startsWith("1-") && directories[1].startsWith("2-"));
    QVERIFY(QFile::exists(target.filePath(directories[1] + "/throughput.svg")));
    QVERIFY(QFile::exists(target.filePath("summary.csv")));
}

void TestExportCommand::refusesWrongArguments_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("saying");
    QTest::newRow("run without export") << QStringList{"--run", "default"} << "--export";
    QTest::newRow("unknown option") << QStringList{"--rnu", "default"} << "rnu";
    QTest::newRow("unknown preset") << QStringList{"--run", "slow-reciever", "--export", "/tmp"}
                                    << "slow-receiver";
    QTest::newRow("wrong key") << QStringList{"--run", "default", "--export",
                                              "/tmp",  "--set",   "mesage.size=1"}
                               << "message.size";
    QTest::newRow("wrong value") << QStringList{"--run", "default", "--export",
                                                "/tmp",  "--set",   "message.size=0"}
                                 << "message.size";
    QTest::newRow("no value") << QStringList{"--run", "default", "--export", "/tmp", "--set", "duration"}
                              << "KEY=VALUE";
}

void TestExportCommand::refusesWrongArguments()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, saying);
    const Ended outcome = runProgram(arguments);
    QCOMPARE(outcome.status, 2);
    QVERIFY2(outcome.errors.contains(saying), qPrintable(outcome.errors));
}

void TestExportCommand::saysWhyADirectoryCannotBeWritten()
{
    const QString file = writeExperiment(*m_settings, "short.toml", shortExperiment("pipe"));
    const QString target = m_settings->path("short.toml/inside");
    const Ended outcome = runProgram({"--run", file, "--export", target});
    QCOMPARE(outcome.status, 1);
    QVERIFY2(outcome.errors.contains(target), qPrintable(outcome.errors));
    QVERIFY2(!(outcome.output + outcome.errors).contains("finished"),
             "nothing is run whose result would be lost");
}

QTEST_MAIN(TestExportCommand)
#include "tst_export_command.moc"
