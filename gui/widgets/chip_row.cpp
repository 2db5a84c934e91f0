#include "gui/widgets/chip_row.h"

#include "gui/widgets/flow_layout.h"

#include <QLabel>

namespace ipclab {

ChipRow::ChipRow(QWidget* parent) : QWidget(parent), m_layout(new FlowLayout(this, 4))
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void ChipRow::setPhrases(const QStringList& phrases)
{
    while (QLayoutItem* item = m_layout->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    for (const QString& phrase : phrases) {
        auto* chip = new QLabel(phrase, this);
        chip->setObjectName("chip");
        m_layout->addWidget(chip);
    }
    updateGeometry();
}

} // namespace ipclab
