#include "gui/widgets/page_section.h"

#include <QLabel>
#include <QVBoxLayout>

namespace ipclab {

PageSection::PageSection(const QString& title, QWidget* parent)
    : QFrame(parent), m_layout(new QVBoxLayout(this))
{
    setObjectName("chartCard");
    m_layout->setContentsMargins(14, 10, 14, 10);
    m_layout->setSpacing(6);
    auto* heading = new QLabel(title.toUpper(), this);
    heading->setObjectName("heading");
    m_layout->addWidget(heading);
}

void PageSection::add(QWidget* part, int stretch)
{
    m_layout->addWidget(part, stretch);
}

QLabel* PageSection::addNote(const QString& text)
{
    auto* note = new QLabel(text, this);
    note->setObjectName("note");
    note->setWordWrap(true);
    note->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_layout->addWidget(note);
    return note;
}

} // namespace ipclab
