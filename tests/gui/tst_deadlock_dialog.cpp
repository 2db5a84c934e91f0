#include "gui/deadlock_dialog.h"

#include "engine/experiment/survey.h"
#include "gui/widgets/wait_graph_view.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/run_fixture.h"

#include <QFile>
#include <QPointer>
#include <QPushButton>
#include <QTest>

using namespace ipclab;

namespace {

/// Both sides wait for room soon.
Experiment deadlockedExperiment()
{
    Experiment experiment = shortExperiment("pipe");
    experiment.duration = std::chrono::minutes(5);
    experiment.exchange = Exchange::RoundTrip;
    experiment.questionsAhead = 1'000'000;
    return experiment;
}

} // namespace

class TestDeadlockDialog final : public QObject {
    Q_OBJECT

private slots:
    void init();
    void showsTheDeadlockAndBreaksIt();
    void goesWithItsRun();
    void goesWhenAnotherRunIsStarted();

private:
    std::unique_ptr<FreshSettings> m_settings;
    std::unique_ptr<MainWindow> m_window;
};

void TestDeadlockDialog::init()
{
    m_window.reset();
    m_settings = std::make_unique<FreshSettings>();
    m_window = std::make_unique<MainWindow>(testSettings());
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void TestDeadlockDialog::showsTheDeadlockAndBreaksIt()
{
    m_window->openFile(writeExperiment(*m_settings, "deadlock.toml", deadlockedExperiment()));
    m_window->startRun();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->findChild<DeadlockDialog*>(), 30'000);
    auto* dialog = m_window->findChild<DeadlockDialog*>();
    QCOMPARE(qobject_cast<QPushButton*>(dialog->focusWidget())->text().remove('&'), QString("Close"));
    QVERIFY(dialog->isVisible() && !dialog->findChild<WaitGraphView*>()->accessibleDescription().isEmpty());
    for (auto* button : dialog->findChildren<QPushButton*>())
        if (button->text() == "Break it")
            button->click();
    QVERIFY(waitUntilOver(*m_window));
    QCOMPARE(m_window->results().front().summary.outcome, RunOutcome::WorkerLost);
}

/// Another run may follow, of which its button would kill somebody.
void TestDeadlockDialog::goesWithItsRun()
{
    QFile file(m_settings->path("two.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("title = \"Two\"\nmechanism = \"pipe\"\nexchange = \"round-trip\"\nwarm_up = \"0 s\"\n"
               "[[variant]]\ntitle = \"Blocked\"\nround_trip.ahead = 1000000\nduration = \"4 s\"\n"
               "[[variant]]\ntitle = \"Free\"\nduration = \"5 min\"\n");
    file.close();
    QVERIFY(m_window->openFile(file.fileName()));
    m_window->startRun();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->findChild<DeadlockDialog*>(), 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->results().empty(), 30'000);
    QVERIFY(m_window->isRunning()); // the second one
    QTRY_VERIFY(!m_window->findChild<DeadlockDialog*>());
    m_window->stopRun();
    m_window->stopRun();
    QVERIFY(waitUntilOver(*m_window));
}

void TestDeadlockDialog::goesWhenAnotherRunIsStarted()
{
    m_window->openFile(writeExperiment(*m_settings, "deadlock.toml", deadlockedExperiment()));
    m_window->startRun();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->findChild<DeadlockDialog*>(), 30'000);
    const QPointer<DeadlockDialog> dialog = m_window->findChild<DeadlockDialog*>();
    m_window->startSurvey(surveyOfMechanisms());
    QVERIFY(!dialog->isVisible()); // at once: its button would kill a worker of what has been started
    QTRY_VERIFY(!dialog);
    m_window->stopRun();
    m_window->stopRun();
    QVERIFY(waitUntilOver(*m_window));
}

QTEST_MAIN(TestDeadlockDialog)
#include "tst_deadlock_dialog.moc"
