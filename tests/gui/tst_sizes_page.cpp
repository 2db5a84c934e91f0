#include "engine/experiment/survey.h"
#include "gui/charts/still_chart.h"
#include "gui/page_tabs.h"
#include "gui/pages/sizes_page.h"
#include "gui/widgets/segmented_control.h"
#include "gui/widgets/text_table_view.h"
#include "tests/gui/window_fixture.h"
#include "tests/support/run_fixture.h"

#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

#include <algorithm>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

QPushButton* measureButton(const SizesPage& page)
{
    for (QPushButton* button : page.findChildren<QPushButton*>())
        if (button->text() == "Measure sizes")
            return button;
    return nullptr;
}

/// Two mechanisms with messages of two sizes, so many times.
std::vector<Experiment> trialsOfTwo(int trials)
{
    std::vector<Experiment> experiments;
    for (int trial = 0; trial < trials; ++trial)
        for (const std::size_t size : {std::size_t{64}, std::size_t{4096}})
            for (const char* mechanism : {"pipe", "unix_stream"}) {
                Experiment& experiment = experiments.emplace_back(shortExperiment(mechanism));
                experiment.messageSize = size;
                experiment.duration = 50ms;
            }
    return experiments;
}

} // namespace

/// The page that asks from which size on the choice of a mechanism matters.
class TestSizesPage : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_window.reset(); }

    void comparesWhatTheSessionHasRun();
    void measuresEachAsOftenAsAsked();

private:
    QComboBox& choice(const QString& name) const;

    std::unique_ptr<FreshSettings> m_settings;
    std::unique_ptr<MainWindow> m_window;
    SizesPage* m_page = nullptr;
};

void TestSizesPage::init()
{
    m_settings = std::make_unique<FreshSettings>();
    m_window = std::make_unique<MainWindow>(testSettings());
    m_window->show();
    m_page = pageOf<SizesPage>(*m_window);
    m_window->findChild<PageTabs*>()->setCurrentWidget(m_page);
}

QComboBox& TestSizesPage::choice(const QString& name) const
{
    for (QComboBox* box : m_page->findChildren<QComboBox*>())
        if (box->accessibleName() == name)
            return *box;
    qFatal("there is no such choice");
}

void TestSizesPage::comparesWhatTheSessionHasRun()
{
    m_window->startSurvey(trialsOfTwo(5));
    QVERIFY(waitUntilOver(*m_window));
    QCOMPARE(choice("Compare").currentText(), QString("pipe")); // which ran first
    QCOMPARE(choice("with").count(), 2);

    const std::optional<Plot>& plot = m_page->findChild<StillChart*>()->plot();
    QVERIFY(plot);
    QCOMPARE(plot->series.size(), std::size_t{2});
    QCOMPARE(plot->series.front().points.size(), std::size_t{2});
    std::vector<double> speeds;
    for (const RunResult& result : m_window->results())
        if (result.experiment.mechanism == "pipe" && result.experiment.messageSize == 64)
            speeds.push_back(result.summary.messagesPerSecond);
    QCOMPARE(speeds.size(), std::size_t{5});
    QCOMPARE(plot->series.front().points.front().y(), medianInterval(speeds).median);
    QCOMPARE(plot->series.front().ranges.front().low, *std::ranges::min_element(speeds));

    QCOMPARE(choice("with").currentText(), QString("unix_stream")); // the fastest beside it
    const TextTable& table = m_page->findChild<TextTableView*>()->texts().table();
    QCOMPARE(table.rows.size(), std::size_t{2});
    QCOMPARE(table.columns[3], QString("pipe ÷ unix_stream"));
    m_page->findChild<SegmentedControl*>()->setCurrent(1);
    emit m_page->findChild<SegmentedControl*>()->chosen(1);
    QCOMPARE(m_page->findChild<StillChart*>()->plot()->vertical.quantity, Quantity::BytesPerSecond);

    const QDir folder(m_settings->path("everything"));
    QVERIFY(folder.mkpath("."));
    choosePathSoon(folder.path());
    actionNamed(*m_window, "Everything into a folder…")->trigger();
    QVERIFY(QFile::exists(folder.filePath("speed_by_size.svg")));
    QVERIFY(QFile::exists(folder.filePath("speed_and_effort.svg")));
}

void TestSizesPage::measuresEachAsOftenAsAsked()
{
    QSignalSpy wanted(m_page, &SizesPage::surveyWanted);
    m_page->findChild<QSpinBox*>()->setValue(3);
    QPushButton* button = measureButton(*m_page);
    QVERIFY(button);
    button->click();
    QCOMPARE(wanted.size(), 1);
    const auto experiments = wanted.front().front().value<std::vector<Experiment>>();
    QCOMPARE(experiments.size(), 3 * surveyOfSizes().size());
    QTRY_COMPARE_WITH_TIMEOUT(button->text(), QString("Stop"), 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->results().empty(), 20'000);
    button->click();
    QVERIFY(waitUntilOver(*m_window));
    QCOMPARE(button->text(), QString("Measure sizes"));
}

QTEST_MAIN(TestSizesPage)
#include "tst_sizes_page.moc"
