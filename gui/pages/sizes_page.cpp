#include "gui/pages/sizes_page.h"

#include "engine/experiment/survey.h"
#include "gui/charts/still_chart.h"
#include "gui/widgets/segmented_control.h"
#include "gui/widgets/survey_bar.h"
#include "gui/widgets/text_table_view.h"
#include "gui/widgets/wrapped_text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>

#include <array>
#include <chrono>

namespace ipclab {

namespace {

void offer(QComboBox& choice, const QStringList& names, const std::string& chosen)
{
    QStringList present;
    for (int index = 0; index < choice.count(); ++index)
        present << choice.itemText(index);
    if (present != names) { // else its list may be open
        choice.clear();
        choice.addItems(names);
    }
    choice.setCurrentText(QString::fromStdString(chosen)); // none, if it has not run
}

} // namespace

SizesPage::SizesPage(QWidget* parent) : QWidget(parent)
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
    connect(m_plot, &StillChart::menuWanted, this, &SizesPage::plotMenuWanted);
    layout->addWidget(m_plot, 3);
    layout->addWidget(createVerdict(), 2);
    m_redraw.setSingleShot(true);
    m_redraw.setInterval(std::chrono::seconds(1));
    connect(&m_redraw, &QTimer::timeout, this, &SizesPage::showSpeeds);
    showSpeeds();
}

void SizesPage::take(const RunNews& news)
{
    std::visit([this](const auto& what) { on(what); }, news);
}

QWidget* SizesPage::createHead()
{
    auto* head = new QWidget(this);
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* words = new QVBoxLayout;
    words->addWidget(wrappedText(tr("From which size on does it matter?"), "pageTitle", head));
    words->addWidget(wrappedText(tr("Small messages cost a system call, large ones a copy. Measured here, "
                                    "every byte is written and read. Every run of this "
                                    "session that nothing disturbed counts as one trial of its mechanism and "
                                    "its size. A right click saves the chart."),
                                 "note", head));
    layout->addLayout(words, 1);
    m_trials = new QSpinBox(head);
    m_trials->setRange(1, 9);
    m_trials->setSuffix(tr(" × each"));
    m_trials->setAccessibleName(tr("Trials"));
    m_trials->setToolTip(tr("How often each is measured. Five trials can decide which of two is faster."));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_trials);
    m_survey = new SurveyBar(
        tr("Measure sizes"),
        tr("Messages of 1 B to 16 MiB over every mechanism, a quarter of a second each: under a minute, "
           "times the number of trials"),
        head);
    connect(m_survey, &SurveyBar::surveyWanted, this, &SizesPage::measure);
    connect(m_survey, &SurveyBar::stopWanted, this, &SizesPage::stopWanted);
    buttons->addWidget(m_survey);
    auto* aside = new QVBoxLayout;
    aside->addLayout(buttons);
    aside->addStretch();
    layout->addLayout(aside);
    return head;
}

QWidget* SizesPage::createChoices()
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    m_figure = new SegmentedControl({tr("Messages/s"), tr("Bytes/s"), tr("Response time")},
                                    SegmentedControl::Look::Spread, row);
    m_figure->setAccessibleName(tr("Speed"));
    m_figure->setCurrent(0);
    connect(m_figure, &SegmentedControl::chosen, this, &SizesPage::showSpeeds);
    layout->addWidget(new QLabel(tr("Speed"), row));
    layout->addWidget(m_figure);
    layout->addSpacing(16);
    m_first = addMechanismChoice(row, tr("Compare"));
    m_second = addMechanismChoice(row, tr("with"));
    layout->addStretch();
    return row;
}

QComboBox* SizesPage::addMechanismChoice(QWidget* row, const QString& title)
{
    auto* choice = new QComboBox(row);
    choice->setAccessibleName(title);
    choice->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    choice->setMinimumContentsLength(12);
    connect(choice, &QComboBox::activated, this, [this] {
        m_hasChosen = true;
        showSpeeds();
    });
    row->layout()->addWidget(new QLabel(title, row));
    row->layout()->addWidget(choice);
    return choice;
}

QWidget* SizesPage::createVerdict()
{
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    auto* content = new QWidget(scroll);
    content->setObjectName("page");
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    m_verdict = wrappedText({}, "", content);
    layout->addWidget(m_verdict);
    m_table = new TextTableView(tr("Two mechanisms by size"), TextTableView::Header::Shown, content);
    layout->addWidget(m_table);
    layout->addStretch();
    scroll->setWidget(content);
    return scroll;
}

void SizesPage::measure()
{
    emit surveyWanted(surveyOfSizes(static_cast<unsigned>(m_trials->value())));
}

void SizesPage::on(const RunBegan& news)
{
    m_survey->showRun(news.index, news.count);
}

void SizesPage::on(const RunFinished& news)
{
    m_speeds.add(news.result);
    if (!m_redraw.isActive())
        m_redraw.start();
}

void SizesPage::on(const SeriesOver&)
{
    m_survey->showOver();
    showSpeeds();
}

void SizesPage::offerMechanisms()
{
    if (m_speeds.isEmpty())
        return;
    QStringList names;
    for (const std::string& name : m_speeds.mechanisms())
        names << QString::fromStdString(name);
    const MechanismPair before = pair();
    const std::string first = m_hasChosen ? before.first : m_speeds.first().mechanism;
    const std::string second = m_hasChosen ? before.second : m_speeds.fastestBeside(first);
    offer(*m_first, names, first);
    offer(*m_second, names, second);
}

SpeedFigure SizesPage::figure() const
{
    constexpr std::array figures{SpeedFigure::Messages, SpeedFigure::Bytes, SpeedFigure::Response};
    return figures.at(static_cast<std::size_t>(m_figure->current()));
}

MechanismPair SizesPage::pair() const
{
    return {m_first->currentText().toStdString(), m_second->currentText().toStdString()};
}

QString SizesPage::noteText() const
{
    if (m_speeds.isEmpty())
        return tr("No run has come to its end undisturbed yet: measure all sizes, or run an experiment.");
    const std::size_t most = m_speeds.mostTrials();
    const QString trials = most == 1 ? tr("One trial") : tr("Up to %1 trials").arg(most);
    constexpr std::size_t enough = 5;
    return most < enough
               ? tr("%1 of each mechanism and size; from five on they decide which of two is "
                    "faster, or that they differ by less than 5 %.")
                     .arg(trials)
               : tr("%1 of each mechanism and size. Equivalent are two that differ by less than 5 %.")
                     .arg(trials);
}

void SizesPage::showSpeeds()
{
    m_redraw.stop();
    offerMechanisms();
    m_note->setText(noteText());
    const Plot plot = plotOf(m_speeds, figure(), pair());
    m_plot->show(plot);
    m_verdict->setText(verdictText(m_speeds, figure(), pair()));
    m_table->show(tableOf(m_speeds, figure(), pair()));
    m_table->setVisible(!m_speeds.isEmpty());
    emit plotChanged(plot);
}

} // namespace ipclab
