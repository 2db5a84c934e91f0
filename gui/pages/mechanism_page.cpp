#include "gui/pages/mechanism_page.h"

#include "engine/mechanisms/catalog.h"
#include "gui/capacity_probe.h"
#include "gui/models/mechanism_tables.h"
#include "gui/widgets/mechanism_card.h"

#include <QHBoxLayout>
#include <QListWidget>
#include <QScrollArea>
#include <QScrollBar>

#include <array>

namespace ipclab {

namespace {

constexpr int listWidth = 252;
constexpr std::array families{Family::ByteStream, Family::Message, Family::SharedMemory, Family::Notification,
                              Family::Baseline};

QString titleOf(Family family)
{
    const std::string_view text = word(family);
    const QString name = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    return name.toUpper();
}

TextTable failureTable(const Failure& failure)
{
    return {{MechanismPage::tr("It could not be filled")},
            {{{.text = QString::fromStdString(failure.sentence())}}}};
}

QListWidgetItem* makeHeading(const QString& text)
{
    auto* item = new QListWidgetItem(text);
    item->setFlags(Qt::NoItemFlags);
    QFont font = item->font();
    font.setBold(true);
    font.setPointSize(8);
    font.setLetterSpacing(QFont::AbsoluteSpacing, 1);
    item->setFont(font);
    item->setSizeHint({0, 30});
    item->setTextAlignment(Qt::AlignLeft | Qt::AlignBottom);
    return item;
}

} // namespace

MechanismPage::MechanismPage(QWidget* parent)
    : QWidget(parent), m_list(new QListWidget(this)), m_card(new MechanismCard(this)),
      m_scroll(new QScrollArea(this))
{
    setObjectName("page");
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_list->setObjectName("sideList");
    m_list->setFixedWidth(listWidth);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setAccessibleName(tr("Mechanisms"));
    layout->addWidget(m_list);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setWidget(m_card);
    layout->addWidget(m_scroll, 1);
    connect(m_list, &QListWidget::currentItemChanged, this, &MechanismPage::showCurrent);
    connect(m_card, &MechanismCard::wanted, this, [this] { emit mechanismWanted(shown()); });
    connect(m_card, &MechanismCard::capacityWanted, this, [this] { emit capacityWanted(shown()); });
    fillList();
}

void MechanismPage::open(const QString& id)
{
    for (int row = 0; row < m_list->count(); ++row)
        if (m_list->item(row)->data(Qt::UserRole).toString() == id)
            m_list->setCurrentRow(row);
}

QString MechanismPage::shown() const
{
    const QListWidgetItem* item = m_list->currentItem();
    return item ? item->data(Qt::UserRole).toString() : QString();
}

void MechanismPage::showCapacity(const CapacityReport& report)
{
    if (report.mechanism != shown().toStdString())
        return;
    m_card->showCapacity(report.failure ? failureTable(*report.failure) : capacityTable(report.found));
}

void MechanismPage::fillList()
{
    for (const Family family : families) {
        bool isFirst = true;
        for (const Mechanism* mechanism : allMechanisms()) {
            if (mechanism->info().traits.family != family)
                continue;
            if (isFirst)
                m_list->addItem(makeHeading(titleOf(family)));
            isFirst = false;
            auto* item = new QListWidgetItem(QString::fromStdString(mechanism->info().title), m_list);
            item->setData(Qt::UserRole, QString::fromStdString(mechanism->info().id));
            item->setToolTip(QString::fromStdString(mechanism->info().summary));
            if (mechanism->unavailable())
                item->setText(tr("%1 (not here)").arg(item->text()));
        }
    }
    m_list->setCurrentRow(1); // below the first heading
}

void MechanismPage::showCurrent()
{
    if (const Mechanism* mechanism = findMechanism(shown().toStdString())) {
        m_card->show(*mechanism);
        m_scroll->verticalScrollBar()->setValue(0);
    }
}

} // namespace ipclab
