#include "gui/experiment/experiment_panel.h"

#include "gui/experiment/experiment_document.h"
#include "gui/experiment/experiment_form.h"

#include <QComboBox>
#include <QScrollArea>
#include <QVBoxLayout>

namespace ipclab {

namespace {

constexpr int panelWidth = 304;

} // namespace

ExperimentPanel::ExperimentPanel(ExperimentDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_variants(new QComboBox(this)), m_form(new ExperimentForm(this))
{
    setObjectName("panel");
    setAttribute(Qt::WA_StyledBackground);
    setFixedWidth(panelWidth);
    m_variants->setAccessibleName(tr("Variant of the experiment"));
    m_variants->setToolTip(tr("This experiment has variants, which run one after the other. Here is the one "
                              "to look at and change."));
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_form);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* choice = new QHBoxLayout;
    choice->setContentsMargins(12, 12, 12, 0);
    choice->addWidget(m_variants);
    layout->addLayout(choice);
    layout->addWidget(scroll, 1);
    connect(m_variants, &QComboBox::activated, this,
            [this](int index) { showVariant(static_cast<std::size_t>(index)); });
    connect(m_form, &ExperimentForm::edited, this, &ExperimentPanel::takeEdit);
    connect(m_form, &ExperimentForm::cardWanted, this, &ExperimentPanel::cardWanted);
}

void ExperimentPanel::showDocument()
{
    const auto& experiments = m_document.experiments();
    m_variants->clear();
    for (std::size_t i = 0; i < experiments.size(); ++i)
        m_variants->addItem(tr("%1 of %2: %3")
                                .arg(i + 1)
                                .arg(experiments.size())
                                .arg(QString::fromStdString(experiments[i].title)));
    m_variants->setVisible(experiments.size() > 1);
    showVariant(0);
}

void ExperimentPanel::showVariant(std::size_t index)
{
    m_index = index;
    m_variants->setCurrentIndex(static_cast<int>(index));
    m_form->setExperiment(m_document.experiments().at(index));
}

QStringList ExperimentPanel::problems() const
{
    QStringList all = m_form->problems();
    const auto& experiments = m_document.experiments();
    for (std::size_t i = 0; i < experiments.size(); ++i) {
        if (i == m_index)
            continue;
        for (const Problem& problem : ipclab::problems(experiments[i]))
            all << tr("Variant %1: %2").arg(i + 1).arg(problemText(problem));
    }
    return all;
}

void ExperimentPanel::useMechanism(const QString& id)
{
    m_form->useMechanism(id);
}

void ExperimentPanel::takeEdit()
{
    m_document.setExperiment(m_index, m_form->experiment());
    emit edited();
}

} // namespace ipclab
