#include "engine/mechanisms/catalog.h"
#include "gui/widgets/fault_bar.h"
#include "gui/widgets/run_progress.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/run_fixture.h"

#include <QAction>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QTest>

using namespace ipclab;

/// What is said of a run, and what can be done to it.
class TestRunControls final : public QObject {
    Q_OBJECT

private slots:
    void init();
    void aRunOfASeriesIsNamed();
    void theRunBarSaysWhyNothingCanBeRun();
    void aFaultThatTheMechanismCannotHaveIsNotOffered();

private:
    const QLabel& line() const { return *m_window->findChild<RunProgress*>()->findChild<QLabel*>(); }

    std::unique_ptr<FreshSettings> m_settings;
    std::unique_ptr<MainWindow> m_window;
};

void TestRunControls::init()
{
    m_window.reset();
    m_settings = std::make_unique<FreshSettings>();
    m_window = std::make_unique<MainWindow>(testSettings());
    m_window->show();
}

void TestRunControls::aRunOfASeriesIsNamed()
{
    QFile file(m_settings->path("two.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        "mechanism = \"pipe\"\nduration = \"300 ms\"\nwarm_up = \"50 ms\"\n"
        "[[variant]]\ntitle = \"Loses one\"\n[[variant.fault]]\nkind = \"kill\"\ntarget = \"receiver\"\n"
        "[[variant]]\ntitle = \"Goes well\"\n");
    file.close();
    QVERIFY(m_window->openFile(file.fileName()));
    m_window->startRun();
    QVERIFY(waitUntilOver(*m_window));
    QVERIFY2(line().text().contains("Run 2 (2 of 2: Goes well)"), qPrintable(line().text()));
    const auto* headline = m_window->findChild<QLabel*>("bannerHeadline");
    QVERIFY2(headline->text().contains("Run 1 (1 of 2: Loses one)"), qPrintable(headline->text()));
    QVERIFY(headline->isVisible());
}

void TestRunControls::theRunBarSaysWhyNothingCanBeRun()
{
    auto* size = qobject_cast<QLineEdit*>(inputOf(*m_window, "message.size"));
    size->selectAll();
    QTest::keyClicks(size, "0");
    QVERIFY2(line().text().contains("message.size"), qPrintable(line().text()));
    size->selectAll();
    QTest::keyClicks(size, "1 KiB");
    QVERIFY2(!line().text().contains("message.size"), qPrintable(line().text()));
}

void TestRunControls::aFaultThatTheMechanismCannotHaveIsNotOffered()
{
    FaultBar bar;
    const QAction* hold = actionNamed(bar.menu(), "Hold the lock");
    const QAction* leak = actionNamed(bar.menu(), "Leak its reading end");
    bar.setMechanism(findMechanism("pipe")->info().traits);
    QVERIFY(!hold->isEnabled() && hold->toolTip().contains("no lock"));
    QVERIFY(leak->isEnabled());
    bar.setMechanism(findMechanism("shared_memory")->info().traits);
    QVERIFY(hold->isEnabled());
    QVERIFY(!leak->isEnabled() && leak->toolTip().contains("tells nobody"));
}

QTEST_MAIN(TestRunControls)
#include "tst_run_controls.moc"
