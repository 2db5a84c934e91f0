#include "gui/pages/details_page.h"

#include "engine/mechanisms/catalog.h"
#include "gui/chart_catalog.h"
#include "gui/charts/still_chart.h"
#include "gui/models/result_tables.h"
#include "gui/plot_catalog.h"
#include "gui/widgets/duration_bars.h"
#include "gui/widgets/page_section.h"
#include "gui/widgets/text_table_view.h"

#include <QDateTime>
#include <QItemSelectionModel>
#include <QLabel>
#include <QVBoxLayout>

namespace ipclab {

namespace {

QString titleOf(const Experiment& experiment)
{
    const Mechanism* mechanism = findMechanism(experiment.mechanism);
    const QString name = QString::fromStdString(mechanism ? mechanism->info().title : experiment.mechanism);
    return experiment.title.empty()
               ? name
               : DetailsPage::tr("%1 · %2").arg(QString::fromStdString(experiment.title), name);
}

/// Of a moment in ISO 8601, UTC.
QString localTime(const std::string& moment)
{
    const QString text = QString::fromStdString(moment);
    const QDateTime time = QDateTime::fromString(text, Qt::ISODate).toLocalTime();
    return time.isValid() ? time.toString(DetailsPage::tr("d MMMM yyyy 'at' hh:mm:ss")) : text;
}

std::vector<DurationBars::Row> blockRows(const std::vector<WorkerResult>& workers)
{
    std::vector<DurationBars::Row> rows;
    for (const WorkerResult& worker : workers) {
        const QString role = QString::fromStdString(worker.role);
        if (worker.blocks.sending.total > 0)
            rows.push_back({DetailsPage::tr("%1, sending").arg(role), worker.blocks.sending,
                            ColourRole::BlockedSending});
        if (worker.blocks.receiving.total > 0)
            rows.push_back({DetailsPage::tr("%1, receiving").arg(role), worker.blocks.receiving,
                            ColourRole::BlockedReceiving});
    }
    return rows;
}

} // namespace

DetailsPage::DetailsPage(QWidget* parent) : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    auto* content = new QWidget(this);
    content->setObjectName("page");
    m_layout = new QVBoxLayout(content);
    m_layout->setContentsMargins(16, 14, 16, 14);
    m_layout->setSpacing(10);
    m_title = new QLabel(tr("Details of a run"), content);
    m_title->setObjectName("pageTitle");
    m_title->setWordWrap(true);
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_note = new QLabel(tr("Run an experiment (F5): here is what it was made of and what came out of it."),
                        content);
    m_note->setObjectName("note");
    m_note->setWordWrap(true);
    m_layout->addWidget(m_title);
    m_layout->addWidget(m_note);
    createSections();
    m_layout->addStretch();
    setWidget(content);
    clear();
}

void DetailsPage::take(const RunNews& news)
{
    std::visit([this](const auto& what) { on(what); }, news);
}

void DetailsPage::createSections()
{
    m_runs = addTable(tr("Runs of this series"), tr("System calls and context switches are those per "
                                                    "message. Choose a run to see its details below."));
    connect(m_runs->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& row) { showRun(static_cast<std::size_t>(row.row())); });
    m_settings =
        addTable(tr("Effective settings"), tr("What was asked for, and what the kernel made of it."));
    m_objects =
        addTable(tr("Kernel objects"),
                 tr("What the channel is made of. The kernel places shared memory anew in each process."));
    m_checks = addTable(tr("Self-checks"), tr("Identities that must hold if the figures are to be trusted."));
    m_saturation =
        addTable(tr("Saturation"), tr("What each step of the search offered, and what came of it."));
    m_deadlocks = addTable(tr("Deadlocks"), tr("Who waited for what, which only another one could give."));
    m_summary = addTable(tr("Summary of the measured window"), QString());
    m_latency = addTo(qobject_cast<PageSection*>(m_summary->parentWidget()), tr("Latency"));
    m_plotSection =
        new PageSection(tr("Charts of the whole window"), widget() ? widget() : m_layout->parentWidget());
    m_plotSection->addNote(tr("A right click saves a chart."));
    m_layout->addWidget(m_plotSection);
    m_workers = addTable(tr("Workers"), tr("What each process did in the measured window."));
    m_blocks =
        addTable(tr("How long it blocks"),
                 tr("Each wait from when the channel was full or empty until the worker went on, asleep or "
                    "spinning."));
    m_blockBars = new DurationBars(m_blocks->parentWidget());
    qobject_cast<PageSection*>(m_blocks->parentWidget())->add(m_blockBars);
    m_standardError = addTable(tr("Standard error"), tr("What workers wrote there, the last 4 KiB of each."));
    m_host = addTable(tr("Host"), QString());
    m_limits = addTo(qobject_cast<PageSection*>(m_host->parentWidget()), tr("Limits of the host"));
}

TextTableView* DetailsPage::addTable(const QString& title, const QString& note)
{
    auto* section = new PageSection(title, widget() ? widget() : m_layout->parentWidget());
    m_layout->addWidget(section);
    if (!note.isEmpty())
        section->addNote(note);
    return addTo(section, title);
}

TextTableView* DetailsPage::addTo(PageSection* section, const QString& name)
{
    auto* table = new TextTableView(name, TextTableView::Header::Shown, section);
    section->add(table);
    return table;
}

void DetailsPage::on(const RunBegan& news)
{
    clear();
    if (news.index == 0)
        m_series.clear();
    showSeries();
    m_runs->clearSelection();
    m_runs->setCurrentIndex({});
    m_classes = contextOf(news.experiment).classes;
    m_deliveries = 0;
    m_title->setText(titleOf(news.experiment));
    m_note->setText(tr("This run is going on: its figures come at its end."));
}

void DetailsPage::on(const WorkersJoined& news)
{
    showMakeUp(news);
}

/// The order of the first messages, as they come.
void DetailsPage::on(const SampleTaken& news)
{
    const bool showsAnother = m_runs->currentIndex().isValid();
    if (showsAnother || news.deliveries.size() == m_deliveries)
        return;
    m_deliveries = news.deliveries.size();
    showPlots({deliveryOrderPlot(m_classes, news.deliveries)});
}

void DetailsPage::on(const RunFinished& news)
{
    m_note->setText(tr("Began on %1.").arg(localTime(news.result.startedAt)));
    showResult(news.result);
    keep(news.result);
}

void DetailsPage::on(const RunFailed& news)
{
    m_note->setText(QString::fromStdString(news.failure.sentence()));
    showResult(news.result);
    keep(news.result);
}

void DetailsPage::keep(const RunResult& result)
{
    m_series.push_back(result);
    showSeries();
}

/// Once somebody looks: a series may have hundreds of runs, and each makes the table longer.
void DetailsPage::showSeries()
{
    m_isSeriesStale = !isVisible();
    if (m_isSeriesStale)
        return;
    m_runs->show(seriesTable(m_series));
    m_runs->parentWidget()->setVisible(m_series.size() > 1);
}

void DetailsPage::showEvent(QShowEvent* event)
{
    if (m_isSeriesStale)
        showSeries();
    QScrollArea::showEvent(event);
}

/// One that is over, chosen by the user.
void DetailsPage::showRun(std::size_t index)
{
    if (index >= m_series.size())
        return;
    const RunResult& result = m_series[index];
    m_classes = contextOf(result.experiment).classes;
    m_title->setText(titleOf(result.experiment));
    m_note->setText(tr("Began on %1.").arg(localTime(result.startedAt)));
    showResult(result);
}

void DetailsPage::showMakeUp(const WorkersJoined& madeOf)
{
    m_settings->show(settingsTable(madeOf.effective));
    m_objects->show(objectsTable(madeOf.objects));
    m_host->show(hostTable(madeOf.host));
    m_limits->show(limitsTable(madeOf.host.limits));
    for (TextTableView* table : {m_settings, m_objects, m_host})
        table->parentWidget()->show();
}

void DetailsPage::showResult(const RunResult& result)
{
    showMakeUp({result.effective, result.objects, result.host});
    m_checks->show(checksTable(result.checks));
    m_saturation->show(result.saturation ? saturationTable(*result.saturation) : TextTable());
    m_deadlocks->show(deadlocksTable(result.deadlocks));
    m_summary->show(summaryTable(result));
    m_latency->show(latencyTable(result.summary));
    showPlots(plotsOf(result));
    m_workers->show(workersTable(result.workers));
    m_blocks->show(blocksTable(result.workers));
    m_blockBars->show(blockRows(result.workers));
    m_standardError->show(standardErrorTable(result.workers));
    for (TextTableView* table :
         {m_checks, m_saturation, m_deadlocks, m_summary, m_workers, m_blocks, m_standardError})
        table->parentWidget()->setVisible(table->texts().rowCount() > 0);
}

void DetailsPage::showPlots(const std::vector<Plot>& plots)
{
    while (m_plots.size() < plots.size()) {
        auto* view = new StillChart(m_plotSection);
        connect(view, &StillChart::menuWanted, this, &DetailsPage::plotMenuWanted);
        m_plotSection->add(view);
        m_plots.push_back(view);
    }
    for (std::size_t index = 0; index < m_plots.size(); ++index) {
        m_plots[index]->setVisible(index < plots.size());
        if (index < plots.size())
            m_plots[index]->show(plots[index]);
    }
    m_plotSection->setVisible(!plots.empty());
}

void DetailsPage::clear()
{
    showPlots({});
    for (TextTableView* table : {m_settings, m_objects, m_checks, m_saturation, m_deadlocks, m_summary,
                                 m_workers, m_blocks, m_standardError, m_host}) {
        table->show({});
        table->parentWidget()->hide();
    }
}

} // namespace ipclab
