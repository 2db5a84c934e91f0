#include "gui/appearance.h"
#include "gui/page_tabs.h"
#include "gui/pages/inspector_page.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/chart_stack.h"
#include "gui/widgets/elided_label.h"
#include "gui/widgets/process_card.h"
#include "gui/widgets/segmented_control.h"
#include "gui/widgets/text_table_view.h"
#include "gui/widgets/view_controls.h"
#include "gui/widgets/whole_rows.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/run_fixture.h"

#include <QComboBox>
#include <QHeaderView>
#include <QStandardItemModel>
#include <QTabBar>
#include <QTableView>
#include <QTest>

using namespace ipclab;

namespace {

const QString longText = QStringLiteral(
    "Bytes the pipe holds before a writer has to wait. The kernel rounds up to a power of two; more than "
    "/proc/sys/fs/pipe-max-size (1 MiB by default) needs privileges.");

} // namespace

/// What is shown is shown whole, also where there is little room.
class TestLayout : public QObject {
    Q_OBJECT

private slots:
    void init() { m_settings = std::make_unique<FreshSettings>(); }
    void noRowIsCut_data();
    void noRowIsCut();
    void wrappedTextsHaveTheHeightTheyNeed_data();
    void wrappedTextsHaveTheHeightTheyNeed();
    void headingsOfManyColumnsStayWhole();
    void aLineWithoutRoomAsksForLittle();
    void aSmallWindowKeepsAllPagesInReach();
    void theSmallestWindowHasRoomForItsCharts();
    void aSmallWindowHasRoomForTwoProcesses();

private:
    std::unique_ptr<FreshSettings> m_settings;
};

void TestLayout::noRowIsCut_data()
{
    QTest::addColumn<int>("height");
    for (const int height : {70, 82, 93, 107, 300})
        QTest::newRow(qPrintable(QString::number(height))) << height;
}

void TestLayout::noRowIsCut()
{
    QFETCH(int, height);
    QStandardItemModel model(9, 2);
    auto* table = new QTableView;
    table->setFrameShape(QFrame::NoFrame);
    table->setModel(&model);
    WholeRows rows(table, 2, nullptr);
    rows.resize(300, std::max(height, rows.minimumSizeHint().height()));
    rows.show();
    QVERIFY(QTest::qWaitForWindowExposed(&rows));
    const int row = table->rowHeight(0);
    QVERIFY(table->viewport()->height() >= 2 * row);
    QCOMPARE(table->viewport()->height() % row, 0);
    QVERIFY(table->height() <= rows.height());
}

void TestLayout::wrappedTextsHaveTheHeightTheyNeed_data()
{
    QTest::addColumn<int>("width");
    for (int width = 300; width < 500; width += 7)
        QTest::newRow(qPrintable(QString::number(width))) << width;
}

void TestLayout::wrappedTextsHaveTheHeightTheyNeed()
{
    QFETCH(int, width);
    applyTheme(ThemeChoice::Light);
    TextTableView view("Table", TextTableView::Header::Shown, nullptr);
    view.show({{"Option", "What it does"}, {{{.text = "Capacity"}, {.text = longText}}}});
    view.resize(width, 400);
    view.QWidget::show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    QCoreApplication::processEvents();
    constexpr int paddings = 2 * 6;
    const int margins = 2 * (view.style()->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, &view) + 1);
    const QRect room(0, 0, view.columnWidth(1) - paddings - margins, 10'000);
    const int needed =
        view.fontMetrics().boundingRect(room, Qt::TextWordWrap | Qt::TextWrapAnywhere, longText).height();
    QVERIFY2(view.rowHeight(0) >= needed,
             qPrintable(QStringLiteral("%1 < %2").arg(view.rowHeight(0)).arg(needed)));
}

void TestLayout::headingsOfManyColumnsStayWhole()
{
    applyTheme(ThemeChoice::Light);
    TextTableView view("Table", TextTableView::Header::Shown, nullptr);
    const QStringList headings{
        "Worker",      "System calls",     "Voluntary switches", "Involuntary switches",
        "Would block", "Partial transfers"};
    TextTable table{headings, {TableRow()}};
    for (qsizetype column = 0; column < headings.size(); ++column)
        table.rows.front().push_back({.text = "12"});
    view.show(table);
    view.QWidget::show();
    for (const int width : {900, 500, 490, 480, 470, 460}) {
        view.resize(width, 200);
        QCoreApplication::processEvents();
    }
    for (int column = 0; column < headings.size(); ++column)
        QVERIFY2(view.columnWidth(column) >= view.horizontalHeader()->sectionSizeHint(column),
                 qPrintable(headings[column]));
}

void TestLayout::aLineWithoutRoomAsksForLittle()
{
    ElidedLabel label(longText);
    QVERIFY(label.minimumSizeHint().width() < 60);
    QVERIFY(label.sizeHint().width() > 500);
}

void TestLayout::aSmallWindowKeepsAllPagesInReach()
{
    MainWindow window(testSettings());
    auto* tabs = window.findChild<PageTabs*>();
    tabs->openLive();
    window.resize(1440, 900);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    auto* controls = window.findChild<ViewControls*>();
    QVERIFY(controls->findChild<SegmentedControl*>()->isVisible());
    window.resize(1024, 700);
    QTRY_VERIFY(controls->findChild<QComboBox*>()->isVisible());
    QVERIFY(!controls->findChild<SegmentedControl*>()->isVisible());
    const QTabBar* bar = tabs->findChild<QTabBar*>();
    QTRY_VERIFY(bar->rect().contains(bar->tabRect(bar->count() - 1)));
    window.resize(1440, 900);
    QTRY_VERIFY(controls->findChild<SegmentedControl*>()->isVisible());
}

void TestLayout::theSmallestWindowHasRoomForItsCharts()
{
    MainWindow window(testSettings());
    window.findChild<PageTabs*>()->openLive();
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    window.findChild<Banner*>()->show(BannerTone::Problem, "The run failed.", "It is explained here.");
    QCoreApplication::processEvents();
    window.resize(1, 1);
    QCoreApplication::processEvents();
    QVERIFY2(window.height() <= 700, qPrintable(QString::number(window.height()))); // a small screen has 768
    for (const ChartStack* stack : window.findChildren<ChartStack*>())
        QVERIFY2(stack->height() >= stack->minimumSizeHint().height(),
                 qPrintable(
                     QStringLiteral("%1 < %2").arg(stack->height()).arg(stack->minimumSizeHint().height())));
}

void TestLayout::aSmallWindowHasRoomForTwoProcesses()
{
    MainWindow window(testSettings());
    window.resize(1024, 700);
    window.show();
    auto* tabs = window.findChild<PageTabs*>();
    auto* page = pageOf<InspectorPage>(window);
    QVERIFY(page);
    page->take(WorkersStarted{.workers = {{.role = "sender"}, {.role = "receiver"}}, .capacity = {}});
    Inspection inspection;
    inspection.waitSentence = longText.toStdString();
    for (ProcessCard* card : page->findChildren<ProcessCard*>())
        card->show(inspection);
    tabs->setCurrentWidget(page);
    QCoreApplication::processEvents();
    QVERIFY2(window.height() <= 700, qPrintable(QString::number(window.height())));
}

QTEST_MAIN(TestLayout)
#include "tst_layout.moc"
