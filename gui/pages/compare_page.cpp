#include "gui/pages/compare_page.h"

#include "gui/charts/still_chart.h"
#include "gui/widgets/segmented_control.h"
#include "gui/widgets/wrapped_text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace ipclab {

ComparePage::ComparePage(QWidget* parent) : QWidget(parent)
{
    setObjectName("page");
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(10);
    layout->addWidget(createHead());
    layout->addWidget(createChoices());
    m_note = wrappedText({}, "note", this);
    layout->addWidget(m_note);
    m_plot = new StillChart(this);
    connect(m_plot, &StillChart::menuWanted, this, &ComparePage::plotMenuWanted);
    layout->addWidget(m_plot, 1);
    showPlot();
}

void ComparePage::take(const RunNews& news)
{
    std::visit([this](const auto& what) { on(what); }, news);
}

QWidget* ComparePage::createHead()
{
    auto* head = new QWidget(this);
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* words = new QVBoxLayout;
    words->addWidget(wrappedText(tr("What does speed cost to program?"), "pageTitle", head));
    words->addWidget(wrappedText(
        tr("The effort is counted in each mechanism’s source, the speed is measured by the runs of "
           "this session that nothing disturbed. A right click saves the chart."),
        "note", head));
    layout->addLayout(words, 1);
    m_progress = new QProgressBar(head);
    m_progress->setAccessibleName(tr("Mechanisms measured"));
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(130, 8);
    m_progress->hide();
    m_progressText = wrappedText({}, "note", head);
    m_progressText->setWordWrap(false);
    layout->addWidget(m_progressText);
    layout->addWidget(m_progress);
    m_measure = new QPushButton(tr("Measure all"), head);
    m_measure->setToolTip(tr("A run of half a second over every mechanism that this host offers"));
    connect(m_measure, &QPushButton::clicked, this,
            [this] { m_isBusy ? emit stopWanted() : emit surveyWanted(); });
    layout->addWidget(m_measure);
    return head;
}

QWidget* ComparePage::createChoices()
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    m_effort = addChoice(row, tr("Effort"), {tr("Lines of code"), tr("System calls")});
    layout->addSpacing(16);
    m_speed = addChoice(row, tr("Speed"), {tr("Throughput"), tr("Response time")});
    layout->addStretch();
    return row;
}

SegmentedControl* ComparePage::addChoice(QWidget* row, const QString& title, const QStringList& texts)
{
    auto* choice = new SegmentedControl(texts, SegmentedControl::Look::Spread, row);
    choice->setAccessibleName(title);
    choice->setCurrent(0);
    connect(choice, &SegmentedControl::chosen, this, &ComparePage::showPlot);
    row->layout()->addWidget(new QLabel(title, row));
    row->layout()->addWidget(choice);
    return choice;
}

void ComparePage::on(const RunBegan& news)
{
    m_isBusy = true;
    m_measure->setText(tr("Stop"));
    m_progress->setRange(0, static_cast<int>(news.count));
    m_progress->setValue(static_cast<int>(news.index));
    m_progress->setVisible(news.count > 1);
    m_progressText->setText(news.count > 1 ? tr("%1 of %2").arg(news.index + 1).arg(news.count) : QString());
}

void ComparePage::on(const RunFinished& news)
{
    m_runs.add(news.result);
    showPlot();
}

void ComparePage::on(const SeriesOver&)
{
    m_isBusy = false;
    m_measure->setText(tr("Measure all"));
    m_progress->hide();
    m_progressText->clear();
}

QString ComparePage::noteText() const
{
    if (m_runs.count() == 0)
        return tr(
            "No run has come to its end undisturbed yet: measure all mechanisms, or run an experiment.");
    const QString shown = m_runs.count() == 1 ? tr("One mechanism") : tr("%1 mechanisms").arg(m_runs.count());
    const QString note = tr("%1 of this session: %2.").arg(shown, m_runs.conditions());
    if (m_runs.otherRuns() == 0)
        return note;
    return note + (m_runs.otherRuns() == 1
                       ? tr(" One run under other conditions is not shown.")
                       : tr(" %1 runs under other conditions are not shown.").arg(m_runs.otherRuns()));
}

void ComparePage::showPlot()
{
    m_note->setText(noteText());
    const Plot plot = m_runs.plot(m_effort->current() == 1 ? Effort::SystemCalls : Effort::CodeLines,
                                  m_speed->current() == 1 ? Speed::ResponseTime : Speed::Throughput);
    m_plot->show(plot);
    emit plotChanged(plot);
}

} // namespace ipclab
