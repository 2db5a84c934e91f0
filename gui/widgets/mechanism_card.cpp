#include "gui/widgets/mechanism_card.h"

#include "engine/mechanisms/complexity.h"
#include "gui/models/mechanism_tables.h"
#include "gui/widgets/chip_row.h"
#include "gui/widgets/page_section.h"
#include "gui/widgets/source_view.h"
#include "gui/widgets/text_table_view.h"
#include "gui/widgets/wrapped_text.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ipclab {

namespace {

constexpr int sourceHeight = 460;

QString fromView(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QLabel* makeText(const char* name, QWidget* parent)
{
    QLabel* label = wrappedText({}, name, parent);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QStringList texts(const std::vector<std::string>& words)
{
    QStringList list;
    for (const std::string& word : words)
        list << QString::fromStdString(word);
    return list;
}

} // namespace

MechanismCard::MechanismCard(QWidget* parent) : QWidget(parent)
{
    setObjectName("page");
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 14);
    layout->setSpacing(10);
    layout->addWidget(createHead());
    m_chips = new ChipRow(this);
    layout->addWidget(m_chips);
    createSections();
    createSource();
    layout->addStretch();
}

QWidget* MechanismCard::createHead()
{
    auto* head = new QWidget(this);
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* words = new QVBoxLayout;
    words->setSpacing(3);
    m_title = makeText("pageTitle", head);
    m_summary = makeText("note", head);
    words->addWidget(m_title);
    words->addWidget(m_summary);
    m_lack = makeText("fieldProblem", head);
    words->addWidget(m_lack);
    layout->addLayout(words, 1);
    m_use = new QPushButton(tr("Use it"), head);
    m_use->setToolTip(tr("Put this mechanism into the experiment at the left"));
    connect(m_use, &QPushButton::clicked, this, &MechanismCard::wanted);
    layout->addWidget(m_use, 0, Qt::AlignTop);
    return head;
}

PageSection* MechanismCard::addSection(const QString& title)
{
    auto* section = new PageSection(title, this);
    layout()->addWidget(section);
    return section;
}

TextTableView* MechanismCard::addTable(PageSection* section, const QString& name, bool hasHeader)
{
    auto* table = new TextTableView(
        name, hasHeader ? TextTableView::Header::Shown : TextTableView::Header::Hidden, section);
    section->add(table);
    return table;
}

void MechanismCard::createSections()
{
    PageSection* explanation = addSection(tr("How it works"));
    m_explanation = makeText("explanation", explanation);
    explanation->add(m_explanation);
    m_manPages = makeText("note", explanation);
    explanation->add(m_manPages);

    m_optionsSection = addSection(tr("Options"));
    m_options = addTable(m_optionsSection, tr("Options"), true);
    m_limits = addTable(addSection(tr("Limits on this host")), tr("Limits on this host"), false);
    createCapacity();

    PageSection* effort = addSection(tr("Programming effort"));
    effort->addNote(
        tr("For all its options together, counted when this program was built: in the mechanism's own source "
           "and in what that uses of shared files, without blank lines and comments. System calls are the "
           "names called as ::name(…). What is there only for the laboratory does not count."));
    m_complexity = addTable(effort, tr("Programming effort"), false);
}

void MechanismCard::createCapacity()
{
    PageSection* section = addSection(tr("Capacity"));
    section->addNote(
        tr("How much a channel with default options takes before its sender has to wait: one process sends, "
           "another holds the receiving end and never reads."));
    m_fill = new QPushButton(tr("Fill it with nobody reading"), section);
    m_fill->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    connect(m_fill, &QPushButton::clicked, this, [this] {
        m_fill->setEnabled(false);
        emit capacityWanted();
    });
    section->add(m_fill);
    m_whyNotFilled = makeText("note", section);
    section->add(m_whyNotFilled);
    m_capacity = addTable(section, tr("Capacity"), true);
}

void MechanismCard::showCapacity(const TextTable& found)
{
    m_fill->setEnabled(true);
    m_capacity->show(found);
    m_capacity->setVisible(!found.rows.empty());
}

void MechanismCard::offerCapacity(const Mechanism& mechanism)
{
    const bool mayLose = mechanism.info().traits.loss == Loss::Possible;
    showCapacity({});
    m_fill->setEnabled(!mayLose && !mechanism.unavailable());
    m_whyNotFilled->setText(tr("It never makes a sender wait: what finds no room is lost."));
    m_whyNotFilled->setVisible(mayLose);
}

void MechanismCard::createSource()
{
    PageSection* section = addSection(tr("Source"));
    m_sourcePath = makeText("note", section);
    section->add(m_sourcePath);
    m_source = new SourceView(section);
    m_source->setAccessibleName(tr("Source of the mechanism"));
    m_source->setMinimumHeight(sourceHeight);
    section->add(m_source);
}

void MechanismCard::show(const Mechanism& mechanism)
{
    const MechanismInfo& info = mechanism.info();
    const Complexity& complexity = complexityOf(info.id);
    m_title->setText(QString::fromStdString(info.title));
    m_summary->setText(QString::fromStdString(info.summary));
    const std::optional<Unavailability> lack = mechanism.unavailable();
    if (lack)
        m_lack->setText(
            tr("Not available on this host, because %1.").arg(QString::fromStdString(lack->clause())));
    m_lack->setVisible(lack.has_value());
    m_use->setEnabled(!lack);
    m_use->setAccessibleName(tr("Use %1").arg(QString::fromStdString(info.title)));
    m_chips->setPhrases(texts(chips(info.traits)));
    m_explanation->setText(fromView(complexity.explanation));
    m_manPages->setText(tr("Manual pages: %1").arg(texts(info.manPages).join(QStringLiteral(", "))));
    m_manPages->setVisible(!info.manPages.empty());
    m_optionsSection->setVisible(!info.options.empty());
    m_options->show(optionsTable(info));
    m_limits->show(hostLimitsTable(mechanism));
    offerCapacity(mechanism);
    m_complexity->show(complexityTable(info));
    m_sourcePath->setText(fromView(complexity.files.front().path));
    m_source->setPlainText(fromView(complexity.source));
}

} // namespace ipclab
