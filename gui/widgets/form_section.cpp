#include "gui/widgets/form_section.h"

#include <QIcon>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace ipclab {

FormSection::FormSection(const QString& title, Folding folding, QWidget* parent)
    : QWidget(parent), m_body(new QWidget(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    if (folding == Folding::Fixed) {
        auto* heading = new QLabel(title.toUpper(), this);
        heading->setObjectName("heading");
        layout->addWidget(heading);
    } else {
        m_toggle = new QToolButton(this);
        m_toggle->setObjectName("foldingHeading");
        m_toggle->setText(title.toUpper());
        m_toggle->setAccessibleName(title);
        m_toggle->setCheckable(true);
        m_toggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        m_toggle->setIconSize({12, 12});
        connect(m_toggle, &QToolButton::toggled, this,
                [this](bool open) { fold(open ? Qt::DownArrow : Qt::RightArrow); });
        layout->addWidget(m_toggle);
        fold(Qt::RightArrow);
    }
    m_content = new QVBoxLayout(m_body);
    m_content->setContentsMargins(0, 0, 0, 0);
    m_content->setSpacing(8);
    layout->addWidget(m_body);
}

void FormSection::add(QWidget* part)
{
    m_content->addWidget(part);
}

void FormSection::unfold()
{
    if (m_toggle)
        m_toggle->setChecked(true);
}

void FormSection::fold(Qt::ArrowType arrow)
{
    m_toggle->setIcon(
        QIcon(arrow == Qt::DownArrow ? ":/icons/chevron_down.svg" : ":/icons/chevron_right.svg"));
    m_body->setVisible(arrow == Qt::DownArrow);
}

} // namespace ipclab
