#include "gui/pages/start_page.h"

#include "gui/widgets/preset_card.h"
#include "gui/widgets/wrapped_text.h"

#include <QGridLayout>
#include <QLabel>

#include <algorithm>

namespace ipclab {

namespace {

constexpr int cardsInARow = 2;

} // namespace

StartPage::StartPage(const std::vector<Preset>& presets, QWidget* parent) : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    auto* content = new QWidget(this);
    content->setObjectName("page");
    setWidget(content); // while it is empty: a full one would be laid out now, and again when it is styled
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(28, 24, 28, 24);
    layout->setSpacing(8);
    layout->addWidget(
        wrappedText(tr("How do processes talk to each other, and what does it cost?"), "pageTitle", content));
    layout->addWidget(wrappedText(
        tr("Each of these starts real processes, sends messages between them and charts what happens. "
           "Choose one, or set up your own at the left and press Run (F5)."),
        "note", content));
    for (auto first = presets.begin(); first != presets.end();) {
        const auto end = std::find_if(first, presets.end(),
                                      [&](const Preset& each) { return each.group != first->group; });
        layout->addSpacing(8);
        addGroup(*layout, {first, end});
        first = end;
    }
    layout->addStretch();
}

void StartPage::addGroup(QBoxLayout& layout, std::span<const Preset> presets)
{
    auto* heading = new QLabel(QString::fromStdString(presets.front().group).toUpper(), this);
    heading->setObjectName("heading");
    layout.addWidget(heading);
    layout.addWidget(makeCards(presets));
}

QWidget* StartPage::makeCards(std::span<const Preset> presets)
{
    auto* cards = new QWidget(this);
    auto* grid = new QGridLayout(cards);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(12);
    int place = 0;
    for (const Preset& preset : presets) {
        auto* card = new PresetCard(QString::fromStdString(preset.title),
                                    QString::fromStdString(preset.summary), cards);
        grid->addWidget(card, place / cardsInARow, place % cardsInARow);
        const QString id = QString::fromStdString(preset.id);
        connect(card, &PresetCard::clicked, this, [this, id] { emit presetChosen(id); });
        ++place;
    }
    for (int column = 0; column < cardsInARow; ++column)
        grid->setColumnStretch(column, 1);
    return cards;
}

} // namespace ipclab
