#include "gui/widgets/survey_bar.h"

#include "gui/widgets/wrapped_text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

namespace ipclab {

SurveyBar::SurveyBar(const QString& title, const QString& toolTip, QWidget* parent)
    : QWidget(parent), m_title(title), m_button(new QPushButton(title, this)),
      m_text(wrappedText({}, "note", this)), m_progress(new QProgressBar(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    m_text->setWordWrap(false);
    m_progress->setAccessibleName(tr("Runs of the series"));
    m_progress->setTextVisible(false);
    m_progress->setFixedSize(130, 8);
    m_progress->hide();
    m_button->setToolTip(toolTip);
    layout->addWidget(m_text);
    layout->addWidget(m_progress);
    layout->addWidget(m_button);
    connect(m_button, &QPushButton::clicked, this,
            [this] { m_isBusy ? emit stopWanted() : emit surveyWanted(); });
}

void SurveyBar::showRun(std::size_t index, std::size_t count)
{
    m_isBusy = true;
    m_button->setText(tr("Stop"));
    m_progress->setRange(0, static_cast<int>(count));
    m_progress->setValue(static_cast<int>(index));
    m_progress->setVisible(count > 1);
    m_text->setText(count > 1 ? tr("%1 of %2").arg(index + 1).arg(count) : QString());
}

void SurveyBar::showOver()
{
    m_isBusy = false;
    m_button->setText(m_title);
    m_progress->hide();
    m_text->clear();
}

} // namespace ipclab
