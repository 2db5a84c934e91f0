#include "gui/pages/compare_page.h"

#include "engine/experiment/survey.h"
#include "gui/charts/still_chart.h"
#include "gui/widgets/segmented_control.h"
#include "gui/widgets/survey_bar.h"
#include "gui/widgets/wrapped_text.h"

#include <QHBoxLayout>
#include <QLabel>
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
    m_survey = new SurveyBar(tr("Measure all"),
                             tr("A run of half a second over every mechanism that this host offers"), head);
    connect(m_survey, &SurveyBar::surveyWanted, this, [this] { emit surveyWanted(surveyOfMechanisms()); });
    connect(m_survey, &SurveyBar::stopWanted, this, &ComparePage::stopWanted);
    layout->addWidget(m_survey, 0, Qt::AlignTop);
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
    m_survey->showRun(news.index, news.count);
}

void ComparePage::on(const RunFinished& news)
{
    m_runs.add(news.result);
    showPlot();
}

void ComparePage::on(const SeriesOver&)
{
    m_survey->showOver();
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
