#include "gui/widgets/preset_card.h"

#include <QLabel>
#include <QVBoxLayout>

namespace ipclab {

namespace {

/// A line does not end between a number and its percent sign.
QString keptTogether(QString text)
{
    return text.replace(QLatin1String(" %"), QString(QChar::Nbsp) + u'%');
}

} // namespace

PresetCard::PresetCard(const QString& title, const QString& summary, QWidget* parent) : QPushButton(parent)
{
    setObjectName("card");
    setAccessibleName(title);
    setAccessibleDescription(summary);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(6);
    for (const auto& [text, name] : {std::pair{title, "cardTitle"}, std::pair{summary, "cardText"}}) {
        auto* label = new QLabel(keptTogether(text), this);
        label->setObjectName(name);
        label->setWordWrap(true);
        label->setAttribute(Qt::WA_TransparentForMouseEvents);
        layout->addWidget(label);
    }
    layout->addStretch();
}

QSize PresetCard::sizeHint() const
{
    constexpr int comfortableWidth = 240;
    return {comfortableWidth, heightForWidth(comfortableWidth)};
}

int PresetCard::heightForWidth(int width) const
{
    return layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(width)
                                         : layout()->totalSizeHint().height();
}

} // namespace ipclab
