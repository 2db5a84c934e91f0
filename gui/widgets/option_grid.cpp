#include "gui/widgets/option_grid.h"

#include "gui/widgets/option_editor.h"

#include <QGridLayout>

namespace ipclab {

namespace {

bool leavesNothingToChoose(const OptionSpec& spec)
{
    return (spec.kind == OptionKind::Choice && spec.choices.size() < 2) ||
           (spec.least && spec.least == spec.most);
}

} // namespace

OptionGrid::OptionGrid(QWidget* parent) : QWidget(parent), m_layout(new QGridLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setHorizontalSpacing(8);
    m_layout->setVerticalSpacing(10);
    m_layout->setColumnStretch(0, 1);
    m_layout->setColumnStretch(1, 1);
}

void OptionGrid::setSpecs(std::span<const OptionSpec> specs)
{
    for (OptionEditor* editor : m_editors) {
        m_layout->removeWidget(editor);
        editor->hide();
        editor->deleteLater();
    }
    m_editors.clear();
    m_row = 0;
    m_column = 0;
    for (const OptionSpec& spec : specs) {
        if (!leavesNothingToChoose(spec))
            place(OptionEditor::make(spec, this));
    }
    setVisible(!m_editors.empty());
}

void OptionGrid::place(OptionEditor* editor)
{
    const bool full = editor->wantedWidth() == EditorWidth::Full;
    if (full && m_column == 1) {
        m_column = 0;
        ++m_row;
    }
    m_layout->addWidget(editor, m_row, m_column, 1, full ? 2 : 1);
    m_column = full ? 0 : 1 - m_column;
    m_row += m_column == 0 ? 1 : 0;
    m_editors.push_back(editor);
    const QString key = QString::fromStdString(editor->spec().id);
    connect(editor, &OptionEditor::edited, this,
            [this, key](const QString& text) { emit edited(key, text); });
}

} // namespace ipclab
