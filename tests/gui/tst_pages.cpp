#include "engine/experiment/experiment_file.h"
#include "engine/experiment/survey.h"
#include "engine/mechanisms/catalog.h"
#include "engine/mechanisms/complexity.h"
#include "gui/charts/number_text.h"
#include "gui/charts/still_chart.h"
#include "gui/models/process_model.h"
#include "gui/page_tabs.h"
#include "gui/pages/compare_page.h"
#include "gui/pages/details_page.h"
#include "gui/pages/inspector_page.h"
#include "gui/pages/live_page.h"
#include "gui/pages/mechanism_page.h"
#include "gui/pages/sizes_page.h"
#include "gui/widgets/process_card.h"
#include "gui/widgets/sparkline.h"
#include "gui/widgets/text_table_view.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/run_fixture.h"

#include <QAbstractItemDelegate>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QTest>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

TextTableView* tableNamed(const QWidget& page, const QString& name)
{
    for (TextTableView* table : page.findChildren<TextTableView*>())
        if (table->accessibleName() == name)
            return table;
    return nullptr;
}

QString valueOf(const TextTableView& view, const QString& fact)
{
    for (const TableRow& row : view.texts().table().rows)
        if (row.front().text == fact)
            return row.at(1).text;
    return {};
}

Experiment slowReceiver()
{
    Experiment experiment = shortExperiment("pipe");
    experiment.receiverWork = 5ms;
    experiment.duration = 5min;
    return experiment;
}

QPushButton* buttonWith(const QWidget& window, const QString& text)
{
    for (QPushButton* button : window.findChildren<QPushButton*>())
        if (button->text() == text)
            return button;
    return nullptr;
}

} // namespace

class TestPages : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void pagesAreThereAsSoonAsTheyAreWanted();
    void everyMechanismHasACard();
    void aCardLeadsIntoTheFormAndBack();
    void aChannelIsFilledFromItsCard();
    void everyMechanismIsMeasuredForTheComparison();
    void theProcessTableShowsLargeCountsWhole();
    void detailsFollowTheRun();
    void runsOfASeriesStandBesideEachOther();
    void detailsDrawTheSizesOfReads();
    void detailsCanBeCopied();
    void theInspectorShowsTwoWorkersLive();
    void theInspectorGoesOnWithARestartedWorker();
    void aHiddenInspectorReadsNothing();

private:
    void open(QWidget* page) { m_window->findChild<PageTabs*>()->setCurrentWidget(page); }

    std::unique_ptr<FreshSettings> m_settings;
    std::unique_ptr<MainWindow> m_window;
};

void TestPages::init()
{
    m_settings = std::make_unique<FreshSettings>();
    m_window = std::make_unique<MainWindow>(testSettings());
    m_window->show();
}

void TestPages::cleanup()
{
    m_window.reset();
}

void TestPages::pagesAreThereAsSoonAsTheyAreWanted()
{
    const MainWindow unseen(testSettings());
    auto* tabs = unseen.findChild<PageTabs*>();
    QVERIFY(!unseen.findChild<MechanismPage*>());
    tabs->openMechanism("shm_ring");
    auto* page = qobject_cast<MechanismPage*>(tabs->currentWidget());
    QVERIFY(page);
    QCOMPARE(page->shown(), QString("shm_ring"));

    const MainWindow clicked(testSettings());
    tabs = clicked.findChild<PageTabs*>();
    tabs->setCurrentIndex(tabs->count() - 1);
    QVERIFY(qobject_cast<SizesPage*>(tabs->currentWidget()));
    QCOMPARE(tabs->tabText(tabs->currentIndex()), QString("Sizes"));
}

void TestPages::everyMechanismHasACard()
{
    auto* page = pageOf<MechanismPage>(*m_window);
    open(page);
    QSet<QString> sources;
    for (const Mechanism* mechanism : allMechanisms()) {
        const QString id = QString::fromStdString(mechanism->info().id);
        page->open(id);
        QCOMPARE(page->shown(), id);
        sources.insert(page->findChild<QPlainTextEdit*>()->toPlainText());
        QVERIFY(tableNamed(*page, "Programming effort")->texts().rowCount() >= 7);
    }
    QCOMPARE(static_cast<std::size_t>(sources.size()), allMechanisms().size());
    page->open("no such mechanism");
    QCOMPARE(page->shown(), QString::fromStdString(allMechanisms().back()->info().id));
}

void TestPages::aCardLeadsIntoTheFormAndBack()
{
    auto* page = pageOf<MechanismPage>(*m_window);
    buttonWith(*m_window, "More about it")->click();
    QCOMPARE(m_window->findChild<PageTabs*>()->currentWidget(), page);
    QCOMPARE(page->shown(), QString("pipe"));
    page->open("shm_ring");
    buttonWith(*page, "Use it")->click();
    page->open("pipe");
    buttonWith(*m_window, "More about it")->click();
    QCOMPARE(page->shown(), QString("shm_ring")); // the form holds it now
    QVERIFY(m_window->isWindowModified());
}

void TestPages::aChannelIsFilledFromItsCard()
{
    auto* page = pageOf<MechanismPage>(*m_window);
    open(page);
    page->open("pipe");
    QPushButton* fill = buttonWith(*page, "Fill it with nobody reading");
    fill->click();
    QVERIFY(!fill->isEnabled());
    const TextTableModel& capacity = tableNamed(*page, "Capacity")->texts();
    QTRY_COMPARE_WITH_TIMEOUT(capacity.rowCount(), 2, 20'000);
    QVERIFY(fill->isEnabled());
    const TableRow& wholePages = capacity.table().rows.back();
    QCOMPARE(wholePages.at(2).text, groupedText(65536));        // what went in
    QCOMPARE(wholePages.at(3).text, groupedText(65536) + " B"); // what the kernel says
    QCOMPARE(wholePages.at(4).text, QString("F_GETPIPE_SZ"));
    page->open("udp");
    QVERIFY(!fill->isEnabled());
    QCOMPARE(capacity.rowCount(), 0);
}

void TestPages::everyMechanismIsMeasuredForTheComparison()
{
    auto* page = pageOf<ComparePage>(*m_window);
    open(page);
    QPushButton* measure = buttonWith(*page, "Measure all");
    measure->click();
    QTRY_COMPARE_WITH_TIMEOUT(measure->text(), QString("Stop"), 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->results().size() >= 2, 20'000);
    measure->click();
    QVERIFY(waitUntilOver(*m_window));
    QCOMPARE(measure->text(), QString("Measure all"));
    QVERIFY(m_window->results().size() < surveyOfMechanisms().size()); // it was stopped
    const std::optional<Plot>& plot = page->findChild<StillChart*>()->plot();
    QVERIFY(plot && plot->series.size() >= 2);
    const PlotSeries& first = plot->series.front();
    const QString name = first.name.section(' ', 0, 0);
    QCOMPARE(first.points.front().x(), static_cast<double>(complexityOf(name.toStdString()).lines()));
    const auto run = std::ranges::find(m_window->results(), name.toStdString(),
                                       [](const RunResult& result) { return result.experiment.mechanism; });
    QCOMPARE(first.points.front().y(), run->summary.messagesPerSecond);

    const QDir folder(m_settings->path("everything"));
    QVERIFY(folder.mkpath("."));
    choosePathSoon(folder.path());
    actionNamed(*m_window, "Everything into a folder…")->trigger();
    QVERIFY(QFile::exists(folder.filePath("speed_and_effort.png")));
    QVERIFY(QFile::exists(folder.filePath("speed_and_effort.svg")));
}

void TestPages::detailsDrawTheSizesOfReads()
{
    auto* page = pageOf<DetailsPage>(*m_window);
    Experiment experiment = shortExperiment("pipe");
    experiment.mechanismOptions.set("framing", "none");
    QVERIFY(m_window->openFile(writeExperiment(*m_settings, "unframed.toml", experiment)));
    m_window->startRun();
    QVERIFY(waitUntilOver(*m_window));
    const auto* view = page->findChild<StillChart*>();
    QVERIFY(view && view->plot());
    QCOMPARE(view->plot()->id, QString("read_sizes"));
    double shares = 0;
    for (std::size_t corner = 1; corner < view->plot()->series.front().points.size(); corner += 4)
        shares += view->plot()->series.front().points[corner].y();
    QVERIFY(qAbs(shares - 1) < 1e-9);
}

void TestPages::theProcessTableShowsLargeCountsWhole()
{
    WorkerStatus worker;
    worker.role = "receiver 64";
    worker.pid = 4'194'304;
    worker.phase = "measuring";
    worker.received = 8'765'432'109;
    worker.cpuShare = worker.blockedShare = 1;
    m_window->resize(1600, 900);
    auto* page = m_window->findChild<LivePage*>();
    open(page);
    page->take(RunBegan{.index = 0, .count = 1, .experiment = slowReceiver()});
    page->take(WorkersStarted{.workers = {worker, worker}, .capacity = {}});
    QCoreApplication::processEvents();
    const auto tables = page->findChildren<QTableView*>();
    const auto found = std::ranges::find(tables, QString("Processes"), &QTableView::accessibleName);
    QVERIFY(found != tables.end());
    const QTableView* table = *found;
    QStyleOptionViewItem option;
    option.initFrom(table);
    for (const int column : {ProcessModel::Role, ProcessModel::Pid, ProcessModel::Messages, ProcessModel::Cpu,
                             ProcessModel::Blocked}) {
        QVERIFY(!table->isColumnHidden(column));
        const int wanted = table->itemDelegate()->sizeHint(option, table->model()->index(0, column)).width();
        QVERIFY2(table->columnWidth(column) >= wanted, qPrintable(QString::number(column)));
    }
}

void TestPages::detailsFollowTheRun()
{
    auto* page = pageOf<DetailsPage>(*m_window);
    QVERIFY(m_window->openFile(writeExperiment(*m_settings, "short.toml", shortExperiment("shm_ring"))));
    m_window->startRun();
    QTRY_VERIFY_WITH_TIMEOUT(tableNamed(*page, "Kernel objects")->texts().rowCount() > 0, 20'000);
    QVERIFY(waitUntilOver(*m_window));
    const RunResult& result = m_window->results().front();
    QCOMPARE(tableNamed(*page, "Self-checks")->texts().rowCount(), static_cast<int>(result.checks.size()));
    QCOMPARE(tableNamed(*page, "Workers")->texts().rowCount(), 2);
    const TextTable& objects = tableNamed(*page, "Kernel objects")->texts().table();
    QVERIFY2(objects.rows.front().back().text.contains("sender: 0x"), qPrintable(objects.plainText()));
    QCOMPARE(valueOf(*tableNamed(*page, "Host"), "Kernel"), QString::fromStdString(result.host.kernel));
}

void TestPages::runsOfASeriesStandBesideEachOther()
{
    QFile file(m_settings->path("series.toml"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(toText(shortExperiment("pipe"))) +
               "\n[[variant]]\ntitle = \"First\"\n\n[[variant]]\ntitle = \"Second\"\n"
               "message.size = \"1 KiB\"\n");
    file.close();
    QVERIFY(m_window->openFile(file.fileName()));
    auto* page = pageOf<DetailsPage>(*m_window);
    m_window->startRun();
    QVERIFY(waitUntilOver(*m_window));
    TextTableView* runs = tableNamed(*page, "Runs of this series");
    QCOMPARE(runs->texts().rowCount(), 0); // nobody looks at them yet
    open(page);
    QCOMPARE(runs->texts().rowCount(), 2);
    QCOMPARE(runs->texts().table().rows[1].front().text, QString("Second"));
    const auto received = [page] {
        return valueOf(*tableNamed(*page, "Summary of the measured window"), "Messages received");
    };
    const QString ofSecond = received();
    runs->selectRow(0);
    QVERIFY(page->findChild<QLabel*>("pageTitle")->text().startsWith("First"));
    QVERIFY(received() != ofSecond);
    runs->selectRow(1);
    QCOMPARE(received(), ofSecond);
}

void TestPages::detailsCanBeCopied()
{
    TextTableView view("Table", TextTableView::Header::Shown, nullptr);
    view.show({{"A", "B"}, {{{.text = "1"}, {.text = "2"}}, {{.text = "3"}, {.text = "4"}}}});
    view.copy();
    QCOMPARE(QApplication::clipboard()->text(), QString("A\tB\n1\t2\n3\t4\n"));
    view.selectRow(1);
    view.copy();
    QCOMPARE(QApplication::clipboard()->text(), QString("A\tB\n3\t4\n"));
}

void TestPages::theInspectorShowsTwoWorkersLive()
{
    auto* page = pageOf<InspectorPage>(*m_window);
    QVERIFY(m_window->openFile(writeExperiment(*m_settings, "slow.toml", slowReceiver())));
    m_window->startRun();
    QTableView* processes = nullptr;
    for (QTableView* table : m_window->findChildren<QTableView*>())
        if (table->accessibleName() == "Processes")
            processes = table;
    QTRY_COMPARE_WITH_TIMEOUT(processes->model()->rowCount(), 2, 20'000);
    emit processes->activated(processes->model()->index(0, 0));
    QCOMPARE(m_window->findChild<PageTabs*>()->currentWidget(), page);

    const QList<ProcessCard*> cards = page->findChildren<ProcessCard*>();
    QCOMPARE(cards.size(), 2);
    QCOMPARE(cards[0]->chosen(), 0);
    QCOMPARE(cards[1]->chosen(), 1);
    TextTableView* left = tableNamed(*cards[0], "Left process");
    QTRY_VERIFY_WITH_TIMEOUT(valueOf(*left, "Waits").startsWith("waiting for room in the pipe"), 20'000);
    QVERIFY(tableNamed(*cards[0], "Descriptors")->texts().table().plainText().contains("receiver"));
    QVERIFY(tableNamed(*cards[1], "Descriptors")->texts().table().plainText().contains("sender"));
    QVERIFY(tableNamed(*cards[0], "Limits of the process")->texts().rowCount() > 10);
    m_window->stopRun();
    m_window->stopRun();
    QVERIFY(waitUntilOver(*m_window));
    QTRY_COMPARE_WITH_TIMEOUT(valueOf(*left, "Waits"), QString("for nothing"), 20'000);
    // What was seen last stays to be read.
    QVERIFY(tableNamed(*cards[0], "Descriptors")->texts().rowCount() > 0);
}

void TestPages::theInspectorGoesOnWithARestartedWorker()
{
    auto* page = pageOf<InspectorPage>(*m_window);
    Experiment experiment = shortExperiment("posix_mq"); // a restarted worker finds its channel by name
    experiment.duration = 5min;
    experiment.restart = {.policy = RestartPolicy::OnFailure, .pause = 50ms, .factor = 1, .limit = 3};
    QVERIFY(m_window->openFile(writeExperiment(*m_settings, "restart.toml", experiment)));
    m_window->startRun();
    open(page);
    const ProcessCard* right = page->findChildren<ProcessCard*>().back();
    const TextTableView* descriptors = tableNamed(*right, "Descriptors");
    QTRY_VERIFY_WITH_TIMEOUT(descriptors->texts().rowCount() > 0, 20'000);
    const int before = right->pid();
    emit m_window->findChild<LivePage*>()->faultWanted({.kind = FaultKind::Kill, .target = "receiver"});
    QTRY_VERIFY_WITH_TIMEOUT(right->pid() != before, 20'000);
    const QString words = right->findChild<QComboBox*>()->currentText();
    QVERIFY2(words.endsWith(QString::number(right->pid())), qPrintable(words));
    const Sparkline* processor = right->findChild<Sparkline*>();
    const std::size_t seen = processor->values().size();
    QTRY_VERIFY_WITH_TIMEOUT(processor->values().size() > seen, 20'000);
    QVERIFY(descriptors->texts().rowCount() > 0);
    m_window->stopRun();
    m_window->stopRun();
    QVERIFY(waitUntilOver(*m_window));
}

void TestPages::aHiddenInspectorReadsNothing()
{
    auto* page = pageOf<InspectorPage>(*m_window);
    QVERIFY(m_window->openFile(writeExperiment(*m_settings, "short.toml", shortExperiment("pipe"))));
    m_window->startRun();
    QVERIFY(waitUntilOver(*m_window));
    for (const ProcessCard* card : page->findChildren<ProcessCard*>())
        QCOMPARE(tableNamed(*card, "Descriptors")->texts().rowCount(), 0);
}

QTEST_MAIN(TestPages)
#include "tst_pages.moc"
