#include "gui/pages/live_page.h"

#include "engine/mechanisms/catalog.h"
#include "gui/event_marks.h"
#include "gui/models/event_model.h"
#include "gui/models/process_model.h"
#include "gui/widgets/chart_board.h"
#include "gui/widgets/fault_bar.h"
#include "gui/widgets/stat_tile.h"
#include "gui/widgets/steady_box.h"
#include "gui/widgets/whole_rows.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QSplitter>
#include <QTableView>

namespace ipclab {

namespace {

constexpr qint64 figuresEveryMilliseconds = 250;
/// A sender and a receiver are always in sight.
constexpr int leastRows = 2;
constexpr int leastWidthOfEvents = 220;

struct ColumnContent {
    ProcessModel::Column column;
    QStringView widest; ///< that it shows whole
};
/// Where there is no room for all, the last are left out: double-clicking a row tells them too.
constexpr std::array columnContents{ColumnContent{ProcessModel::Role, u"Receiver 64"},
                                    ColumnContent{ProcessModel::Messages, u"9 999 999 999"},
                                    ColumnContent{ProcessModel::Blocked, u"100 %"},
                                    ColumnContent{ProcessModel::Cpu, u"100 %"},
                                    ColumnContent{ProcessModel::WaitsIn, u"anon_pipe_write"},
                                    ColumnContent{ProcessModel::Pid, u"4194304"},
                                    ColumnContent{ProcessModel::Place, u"0, 1, 2"}};
constexpr std::size_t columnsThatStay = 3;

/// A card with a heading, and what stands beside it.
QFrame* createCard(const QString& title, QWidget* aside, QWidget* content)
{
    auto* card = new QFrame;
    card->setObjectName("chartCard");
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(10, 6, 10, 6);
    layout->setSpacing(4);
    auto* heading = new QLabel(title.toUpper(), card);
    heading->setObjectName("heading");
    auto* head = new QHBoxLayout;
    head->addWidget(heading);
    head->addStretch(1);
    if (aside)
        head->addWidget(aside);
    layout->addLayout(head);
    layout->addWidget(content, 1);
    return card;
}

double seconds(Nanoseconds time)
{
    return std::chrono::duration<double>(time).count();
}

std::optional<double> expectedSeconds(const Experiment& experiment)
{
    if (experiment.messages > 0)
        return std::nullopt;
    return seconds(experiment.warmUp + experiment.duration);
}

/// What is left to see of a worker that has gone: its figures of the whole measured window.
WorkerStatus finalStatus(WorkerStatus status, const WorkerResult& result)
{
    const double wall = seconds(result.wall);
    const Nanoseconds blocked =
        result.time[WorkerState::BlockedSending] + result.time[WorkerState::BlockedReceiving];
    status.phase = result.exit;
    status.waitsIn.clear();
    status.cpuShare = wall > 0 ? seconds(result.time[WorkerState::Running]) / wall : 0;
    status.blockedShare = wall > 0 ? seconds(blocked) / wall : 0;
    return status;
}

} // namespace

LivePage::LivePage(QWidget* parent)
    : QWidget(parent), m_processes(new ProcessModel(this)), m_events(new EventModel(this)),
      m_charts(new ChartBoard(this))
{
    setObjectName("page");
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 10, 10, 8);
    layout->setSpacing(8);
    layout->addWidget(createTiles());
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_charts);
    splitter->addWidget(createRunDetails());
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({590, 142});
    layout->addWidget(splitter, 1);
    m_charts->begin(contextOf(Experiment()), std::nullopt);
    showFigures();
}

void LivePage::take(const RunNews& news)
{
    std::visit([this](const auto& what) { on(what); }, news);
}

void LivePage::refresh()
{
    m_charts->refresh();
    if (!m_sinceFigures.isValid() || m_sinceFigures.elapsed() >= figuresEveryMilliseconds)
        showFigures();
}

QWidget* LivePage::createTiles()
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    for (StatTile*& tile : m_tiles) {
        tile = new StatTile(row);
        layout->addWidget(tile, 1);
    }
    return new SteadyBox(row, this);
}

QWidget* LivePage::createRunDetails()
{
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(createProcesses());
    splitter->addWidget(createEvents());
    splitter->setSizes({760, 350});
    splitter->setStretchFactor(0, 2);
    splitter->setStretchFactor(1, 1);
    return splitter;
}

QWidget* LivePage::createProcesses()
{
    m_processTable = createTable(m_processes, tr("Processes"));
    m_processTable->horizontalHeader()->setSectionResizeMode(ProcessModel::State, QHeaderView::Stretch);
    connect(m_processTable, &QTableView::activated, this,
            [this](const QModelIndex& index) { emit workerChosen(index.row()); });
    m_processTable->setContextMenuPolicy(Qt::CustomContextMenu);
    m_faults = new FaultBar(this);
    connect(m_faults, &FaultBar::faultWanted, this, &LivePage::faultWanted);
    connect(m_processTable, &QWidget::customContextMenuRequested, this, &LivePage::showFaultMenu);
    connect(m_processTable->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &LivePage::aimFaults);
    auto* rows = new WholeRows(m_processTable, leastRows, this);
    connect(rows, &WholeRows::widthChanged, this, &LivePage::fitProcessColumns);
    return createCard(tr("Processes"), m_faults, rows);
}

QWidget* LivePage::createEvents()
{
    m_eventTable = createTable(m_events, tr("Events"));
    m_eventTable->horizontalHeader()->hide();
    m_eventTable->setColumnWidth(EventModel::Time, 82);
    m_eventTable->horizontalHeader()->setStretchLastSection(true);
    QFrame* card = createCard(tr("Events"), nullptr, new WholeRows(m_eventTable, leastRows, this));
    card->setMinimumWidth(leastWidthOfEvents);
    return card;
}

QTableView* LivePage::createTable(QAbstractItemModel* model, const QString& name)
{
    auto* table = new QTableView(this);
    table->setModel(model);
    table->setAccessibleName(name);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setTabKeyNavigation(false);
    table->setShowGrid(false);
    table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->setIconSize({10, 10});
    table->setWordWrap(false);
    table->setFrameShape(QFrame::NoFrame);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(24);
    table->horizontalHeader()->setHighlightSections(false);
    return table;
}

void LivePage::fitProcessColumns(int width)
{
    constexpr int paddings = 22;
    const QFontMetrics metrics = m_processTable->fontMetrics();
    const int icon = m_processTable->iconSize().width() + 8;
    int room = width - metrics.horizontalAdvance(tr("blocked receiving")) - icon -
               paddings; // that column takes the rest
    for (std::size_t index = 0; index < columnContents.size(); ++index) {
        const auto [column, widest] = columnContents[index];
        const int wanted = std::max(metrics.horizontalAdvance(widest.toString()) + paddings,
                                    m_processTable->horizontalHeader()->sectionSizeHint(column));
        room -= wanted;
        m_processTable->setColumnWidth(column, wanted);
        m_processTable->setColumnHidden(column, room < 0 && index >= columnsThatStay);
    }
}

void LivePage::on(const RunBegan& news)
{
    m_experiment = news.experiment;
    m_figures.begin(news.experiment);
    m_workers.clear();
    m_events->clear();
    if (const Mechanism* mechanism = findMechanism(news.experiment.mechanism))
        m_faults->setMechanism(mechanism->info().traits);
    showFigures();
}

void LivePage::on(const WorkersStarted& news)
{
    ChartContext context = contextOf(m_experiment);
    context.roles.clear();
    for (const WorkerStatus& worker : news.workers)
        context.roles.push_back(worker.role);
    context.capacity = news.capacity;
    m_charts->begin(context, expectedSeconds(m_experiment));
    m_workers = news.workers;
    m_isRunning = true;
    showFigures();
    if (!m_processTable->selectionModel()->hasSelection())
        m_processTable->selectRow(m_processes->rowCount() - 1); // the receiver: most faults are about it
    aimFaults();
}

void LivePage::on(const SampleTaken& news)
{
    m_charts->append(news.point);
    m_figures.add(news);
    m_workers = news.workers;
}

void LivePage::on(const Happened& news)
{
    m_events->add(news.event);
    m_eventTable->scrollToBottom();
    if (const std::optional<QString> mark = markOf(news.event))
        m_charts->markEvent(seconds(news.event.at), *mark);
}

void LivePage::on(const RunFinished& news)
{
    m_figures.finish(news.result);
    for (std::size_t i = 0; i < m_workers.size() && i < news.result.workers.size(); ++i)
        m_workers[i] = finalStatus(m_workers[i], news.result.workers[i]);
    m_isRunning = false;
    aimFaults();
    m_charts->end();
    showFigures();
}

void LivePage::on(const RunFailed& news)
{
    on(RunFinished{news.result});
}

/// At the chosen process, if there is a run to do something to.
void LivePage::aimFaults()
{
    const QModelIndexList rows = m_processTable->selectionModel()->selectedRows();
    const auto row = rows.isEmpty() ? m_workers.size() : static_cast<std::size_t>(rows.front().row());
    const bool canAct = m_isRunning && row < m_workers.size();
    m_faults->setTarget(canAct ? QString::fromStdString(m_workers[row].role) : QString());
}

void LivePage::showFaultMenu(const QPoint& place)
{
    const QModelIndex index = m_processTable->indexAt(place);
    if (!m_isRunning || !index.isValid())
        return;
    m_processTable->selectRow(index.row());
    m_faults->menu().popup(m_processTable->viewport()->mapToGlobal(place));
}

void LivePage::showFigures()
{
    const auto texts = m_figures.tiles();
    for (std::size_t i = 0; i < texts.size(); ++i)
        m_tiles[i]->show(texts[i]);
    m_processes->show(m_workers);
    m_sinceFigures.start();
}

} // namespace ipclab
