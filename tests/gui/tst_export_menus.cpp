#include "gui/charts/live_chart.h"
#include "gui/export/run_export.h"
#include "gui/page_tabs.h"
#include "gui/pages/live_page.h"
#include "gui/widgets/chart_board.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/cli_program.h"
#include "tests/support/run_fixture.h"

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QMenu>
#include <QMimeData>
#include <QPointer>
#include <QSettings>
#include <QTest>

using namespace ipclab;

namespace {

void beginRun(LivePage& page, const QStringList& roles)
{
    page.take(RunBegan{.index = 0, .count = 1, .experiment = shortExperiment("pipe")});
    WorkersStarted started;
    for (const QString& role : roles)
        started.workers.push_back({.role = role.toStdString()});
    page.take(started);
}

/// A chart with something in it.
QPointer<LiveChart> filledChart(const LivePage& page)
{
    LiveChart* chart = page.charts().current();
    const std::vector<double> values(chart->face().traces.size(), 1000);
    for (int sample = 1; sample < 10; ++sample)
        chart->append(sample * 0.1, values);
    return chart;
}

} // namespace

/// A series may go on while its user looks for a folder.
class TestExportMenus final : public QObject {
    Q_OBJECT

private slots:
    void init();
    void theChosenChartIsSavedThoughARunBegins_data();
    void theChosenChartIsSavedThoughARunBegins();
    void theMenuOfAChartGoesWithIt();
    void onlyAFolderThatTookAFileIsRemembered();
    void everythingAsksBeforeItReplaces();

private:
    std::unique_ptr<FreshSettings> m_settings;
    std::unique_ptr<MainWindow> m_window;
};

void TestExportMenus::init()
{
    m_window.reset();
    m_settings = std::make_unique<FreshSettings>();
    m_window = std::make_unique<MainWindow>(testSettings());
    m_window->show();
}

void TestExportMenus::theChosenChartIsSavedThoughARunBegins_data()
{
    QTest::addColumn<QStringList>("roles");
    QTest::newRow("that empties it") << QStringList{"sender", "receiver"};
    QTest::newRow("that replaces it") << QStringList{"sender 1", "sender 2", "receiver"};
}

void TestExportMenus::theChosenChartIsSavedThoughARunBegins()
{
    QFETCH(QStringList, roles);
    auto* page = m_window->findChild<LivePage*>();
    m_window->findChild<PageTabs*>()->openLive();
    beginRun(*page, {"sender", "receiver"});
    const QPointer<LiveChart> chart = filledChart(*page);
    const QString target = m_settings->path("chosen.svg");
    choosePathSoon(target, [page, roles] {
        beginRun(*page, roles);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    });
    actionNamed(*m_window, "SVG…")->trigger();
    QCOMPARE(chart.isNull(), roles.size() > 2);
    const QByteArray saved = contentOf(target);
    QVERIFY2(saved.contains("<title>Throughput</title>"), saved.constData());
    QVERIFY2(saved.contains("<polyline"), saved.constData());
}

void TestExportMenus::theMenuOfAChartGoesWithIt()
{
    auto* page = m_window->findChild<LivePage*>();
    m_window->findChild<PageTabs*>()->openLive();
    const QPointer<LiveChart> chart = filledChart(*page);
    emit chart->customContextMenuRequested({20, 20});
    QPointer<QMenu> menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    QVERIFY(menu);
    QApplication::clipboard()->clear();
    actionNamed(*menu, "Copy chart")->trigger();
    QVERIFY(QApplication::clipboard()->mimeData()->hasImage());
    beginRun(*page, {"sender 1", "sender 2", "receiver"});
    QTRY_VERIFY(!chart);
    QTRY_VERIFY(!menu);
    QVERIFY(!QApplication::activePopupWidget());
}

void TestExportMenus::onlyAFolderThatTookAFileIsRemembered()
{
    const auto remembered = [] { return QSettings().value("export/directory").toString(); };
    const auto saveTo = [this](const QString& path) {
        choosePathSoon(path);
        actionNamed(*m_window, "SVG…")->trigger();
    };
    saveTo(m_settings->path("good.svg"));
    const QString good = remembered();
    QVERIFY(QFile::exists(good + "/good.svg"));
    const DialogAnswer understood("OK");
    saveTo("/proc/refused.svg");
    QTRY_VERIFY(understood.text().contains("/proc/refused.svg"));
    QCOMPARE(remembered(), good);
    saveTo(m_settings->path("next.svg")); // the dialog has been in /proc, and some files there are never read
    QVERIFY(QFile::exists(good + "/next.svg"));
}

void TestExportMenus::everythingAsksBeforeItReplaces()
{
    m_window->openFile(writeExperiment(*m_settings, "short.toml", shortExperiment("pipe")));
    m_window->startRun();
    QVERIFY(waitUntilOver(*m_window));
    const QDir folder(m_settings->path("everything"));
    QVERIFY(QDir().mkpath(folder.path()));
    const auto exportEverything = [&] {
        choosePathSoon(folder.path());
        actionNamed(*m_window, "Everything into a folder…")->trigger();
    };
    exportEverything();
    const QStringList written = folder.entryList(QDir::Files);
    QStringList foretold = filesOf(m_window->results());
    foretold.sort();
    QCOMPARE(written, foretold);

    const auto overwrite = [&](const char* content) {
        QFile file(folder.filePath("run.json"));
        return file.open(QIODevice::WriteOnly) && file.write(content) > 0;
    };
    QVERIFY(overwrite("mine"));
    const DialogAnswer cancel("Cancel");
    exportEverything();
    QVERIFY2(cancel.text().contains(QString("%1 files").arg(written.size())), qPrintable(cancel.text()));
    QCOMPARE(contentOf(folder.filePath("run.json")), QByteArray("mine"));
    const DialogAnswer replace("Replace");
    exportEverything();
    QVERIFY(contentOf(folder.filePath("run.json")) != "mine");
}

QTEST_MAIN(TestExportMenus)
#include "tst_export_menus.moc"
