#include "gui/experiment/experiment_document.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace ipclab;

class TestExperimentDocument final : public QObject {
    Q_OBJECT

private slots:
    void everyPresetIsSavedWhole_data();
    void everyPresetIsSavedWhole();
    void anEditedTitleBecomesTheFiles();
    void aHandWrittenFileIsNotChangedByARestart();
    void revertsToWhatWasOpened();

private:
    QString write(const QByteArray& text) const;

    QTemporaryDir m_directory;
};

QString TestExperimentDocument::write(const QByteArray& text) const
{
    QFile file(m_directory.filePath("experiment.toml"));
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? file.fileName() : QString();
}

void TestExperimentDocument::everyPresetIsSavedWhole_data()
{
    QTest::addColumn<QString>("path");
    for (const Preset& preset : allPresets())
        QTest::newRow(preset.id.c_str()) << QString::fromStdString(preset.path);
}

void TestExperimentDocument::everyPresetIsSavedWhole()
{
    QFETCH(QString, path);
    ExperimentDocument document;
    QVERIFY(document.open(path).isEmpty());
    const QString copy = m_directory.filePath("copy.toml");
    QCOMPARE(document.save(copy), QString());
    const ExperimentSet before = readExperiments(path.toStdString());
    const ExperimentSet after = readExperiments(copy.toStdString());
    QCOMPARE(after.title, before.title);
    QCOMPARE(after.summary, before.summary);
    QCOMPARE(after.group, before.group);
    QCOMPARE(after.experiments.size(), before.experiments.size());
    for (std::size_t index = 0; index < before.experiments.size(); ++index)
        QVERIFY(after.experiments[index] == completed(before.experiments[index]));
}

void TestExperimentDocument::anEditedTitleBecomesTheFiles()
{
    ExperimentDocument document;
    QVERIFY(document.open(write("title = \"Old\"\nmechanism = \"pipe\"\n")).isEmpty());
    Experiment experiment = document.experiments().front();
    experiment.title = "New";
    document.setExperiment(0, experiment);
    const ExperimentSet set = parseExperiments(document.text().toStdString());
    QCOMPARE(set.title, std::string("New"));
    QVERIFY(set.experiments == std::vector{experiment});
    QVERIFY(!document.text().contains("variant"));
}

void TestExperimentDocument::aHandWrittenFileIsNotChangedByARestart()
{
    const QString path = write("mechanism = \"shm_ring\"\n"); // leaves all options to their defaults
    ExperimentDocument before;
    QVERIFY(before.open(path).isEmpty());
    ExperimentDocument after;
    QVERIFY(after.restore(before.text(), path));
    QVERIFY(!after.isModified());
    Experiment experiment = after.experiments().front();
    experiment.messageSize = 777;
    before.setExperiment(0, experiment);
    QVERIFY(after.restore(before.text(), path));
    QVERIFY(after.isModified());
}

void TestExperimentDocument::revertsToWhatWasOpened()
{
    ExperimentDocument document;
    QVERIFY(document.openPreset("pipe-socket-queue-ring").isEmpty());
    const ExperimentDocument opened = document;
    Experiment experiment = document.experiments().front();
    experiment.messageSize = 777;
    document.setExperiment(0, experiment);
    QVERIFY(document.isModified());
    document.revert();
    QVERIFY(!document.isModified());
    QCOMPARE(document.text(), opened.text());
    QCOMPARE(document.name(), opened.name());
    QVERIFY(document.experiments() == opened.experiments());
}

QTEST_GUILESS_MAIN(TestExperimentDocument)
#include "tst_experiment_document.moc"
