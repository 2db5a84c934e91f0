#include "gui/widgets/process_card.h"

#include "gui/models/inspection_tables.h"
#include "gui/widgets/sparkline.h"
#include "gui/widgets/text_table_view.h"

#include <QComboBox>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QTabWidget>
#include <QVBoxLayout>

namespace ipclab {

namespace {

QWidget* scrolling(TextTableView* table)
{
    auto* area = new QScrollArea(table->parentWidget());
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    auto* content = new QWidget(area);
    content->setObjectName("page");
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(table);
    layout->addStretch();
    area->setWidget(content);
    return area;
}

QString nameOf(const WorkerStatus& worker)
{
    return ProcessCard::tr("%1 · process %2").arg(QString::fromStdString(worker.role)).arg(worker.pid);
}

} // namespace

ProcessCard::ProcessCard(const QString& name, QWidget* parent)
    : QFrame(parent), m_choice(new QComboBox(this)),
      m_activity(new TextTableView(name, TextTableView::Header::Hidden, this))
{
    setObjectName("chartCard");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(8);
    m_choice->setAccessibleName(name);
    layout->addWidget(m_choice);
    layout->addWidget(createCharts());
    layout->addWidget(m_activity);
    m_unseen = new QLabel(
        tr("Nobody looked inside this process while it ran. Keep this page open during a run."), this);
    m_unseen->setObjectName("note");
    m_unseen->setWordWrap(true);
    layout->addWidget(m_unseen);
    layout->addWidget(createTables(), 1);
    connect(m_choice, &QComboBox::currentIndexChanged, this, [this] {
        clear();
        emit chosenChanged();
    });
    clear();
}

void ProcessCard::setWorkers(const std::vector<WorkerStatus>& workers)
{
    const int before = chosen();
    {
        const QSignalBlocker quiet(m_choice);
        m_choice->clear();
        for (const WorkerStatus& worker : workers)
            m_choice->addItem(nameOf(worker));
    }
    choose(before < 0 ? 0 : std::min(before, static_cast<int>(workers.size()) - 1));
    clear();
    emit chosenChanged();
}

void ProcessCard::renewPids(const std::vector<WorkerStatus>& workers)
{
    for (std::size_t row = 0; row < workers.size(); ++row)
        m_choice->setItemText(static_cast<int>(row), nameOf(workers[row]));
    if (chosen() < 0 || workers[static_cast<std::size_t>(chosen())].pid == m_status.pid)
        return;
    m_inspection = {};
    clearTables(); // the charts go on: they show the worker, whichever process it is
}

void ProcessCard::choose(int row)
{
    m_choice->setCurrentIndex(row);
}

int ProcessCard::chosen() const
{
    return m_choice->currentIndex();
}

void ProcessCard::show(const WorkerStatus& status)
{
    m_status = status;
    const QString said = QString::fromStdString(status.standardError);
    if (said != m_standardError->toPlainText())
        m_standardError->setPlainText(said);
    m_activity->show(activityTable(m_status, m_inspection));
}

void ProcessCard::show(const Inspection& inspection)
{
    if (inspection.pid != m_status.pid)
        return;
    m_inspection = inspection;
    if (!inspection.isGone && inspection.hasRates) {
        m_processor->add(inspection.userShare + inspection.systemShare);
        m_switches->add(inspection.voluntaryPerSecond + inspection.involuntaryPerSecond);
        m_memory->add(static_cast<double>(inspection.activity.residentMemory));
    }
    m_activity->show(activityTable(m_status, m_inspection));
    m_descriptors->show(descriptorsTable(inspection.belongings.descriptors));
    m_mappings->show(mappingsTable(inspection.belongings.mappings));
    m_limits->show(processLimitsTable(inspection.belongings.limits));
}

void ProcessCard::showEnd()
{
    m_unseen->setVisible(m_inspection.pid <= 0);
    m_inspection.isGone = true;
    m_inspection.activity.place = {};
    m_inspection.waitSentence.clear();
    m_activity->show(activityTable(m_status, m_inspection));
}

QWidget* ProcessCard::createCharts()
{
    auto* charts = new QWidget(this);
    auto* layout = new QHBoxLayout(charts);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(14);
    m_processor = new Sparkline(tr("Processor"), Quantity::Share, ColourRole::Running, charts);
    m_switches = new Sparkline(tr("Switches a second"), Quantity::Count, ColourRole::Percentile99, charts);
    m_memory = new Sparkline(tr("Resident memory"), Quantity::Bytes, ColourRole::Fill, charts);
    for (Sparkline* chart : {m_processor, m_switches, m_memory})
        layout->addWidget(chart);
    return charts;
}

QWidget* ProcessCard::createTables()
{
    m_tables = new QTabWidget(this);
    m_tables->setDocumentMode(true);
    m_descriptors = new TextTableView(tr("Descriptors"), TextTableView::Header::Shown, m_tables);
    m_mappings = new TextTableView(tr("Memory mappings"), TextTableView::Header::Shown, m_tables);
    m_limits = new TextTableView(tr("Limits of the process"), TextTableView::Header::Shown, m_tables);
    m_standardError = new QPlainTextEdit(m_tables);
    m_standardError->setReadOnly(true);
    m_standardError->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_standardError->setPlaceholderText(tr("It has written nothing to its standard error."));
    m_standardError->setAccessibleName(tr("Standard error"));
    m_tables->addTab(scrolling(m_descriptors), tr("Descriptors"));
    m_tables->addTab(scrolling(m_mappings), tr("Memory"));
    m_tables->addTab(scrolling(m_limits), tr("Limits"));
    m_tables->addTab(m_standardError, tr("Standard error"));
    return m_tables;
}

/// Nothing is known yet of the worker that was chosen.
void ProcessCard::clear()
{
    m_status = {};
    m_inspection = {};
    m_unseen->hide();
    for (Sparkline* chart : {m_processor, m_switches, m_memory})
        chart->clear();
    clearTables();
    m_standardError->clear();
}

void ProcessCard::clearTables()
{
    for (TextTableView* table : {m_activity, m_descriptors, m_mappings, m_limits})
        table->show({});
}

} // namespace ipclab
