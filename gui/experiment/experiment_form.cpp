#include "gui/experiment/experiment_form.h"

#include "engine/experiment/option_groups.h"
#include "engine/experiment/roles.h"
#include "engine/experiment/shape.h"
#include "engine/mechanisms/catalog.h"
#include "gui/experiment/choice_reasons.h"
#include "gui/experiment/experiment_document.h"
#include "gui/experiment/load_preview.h"
#include "gui/widgets/chip_row.h"
#include "gui/widgets/form_section.h"
#include "gui/widgets/option_editor.h"
#include "gui/widgets/option_grid.h"
#include "gui/widgets/profile_preview.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace ipclab {

namespace {

const std::string mechanismKey = "mechanism";
const std::string profileKey = "load.profile";
const std::string sizesKey = "message.sizes";
const std::string shapeKey = "shape.kind";
const std::string waitKey = "wait";
const std::string exchangeKey = "exchange";
const std::string aheadKey = "round_trip.ahead";

QStringList layerKeys()
{
    QStringList keys;
    for (const OptionSpec& spec : experimentKeys()) {
        if (spec.id.starts_with("impairment.") || spec.id.starts_with("acknowledgement."))
            keys << QString::fromStdString(spec.id);
    }
    return keys;
}

std::vector<OptionSpec> specsOf(const QStringList& keys)
{
    std::vector<OptionSpec> specs;
    for (const QString& key : keys) {
        const auto& known = experimentKeys();
        const auto found = std::ranges::find(known, key.toStdString(), &OptionSpec::id);
        if (found != known.end())
            specs.push_back(*found);
    }
    return specs;
}

} // namespace

ExperimentForm::ExperimentForm(QWidget* parent) : QWidget(parent), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(12, 8, 12, 12);
    m_layout->setSpacing(14);
    createTitle();
    createMechanismSection();
    createShapeSection();
    createExchangeSection();
    createLoadSection();
    createMessageSection();
    createFoldedSection(tr("Loss and acknowledgement"), layerKeys());
    createFoldedSection(tr("Deadlines and back-off"),
                        {"waiting.deadline", "waiting.expiry", "waiting.back_off", "waiting.first_pause",
                         "waiting.largest_pause"});
    createKeySection(tr("Placement"),
                     {"placement.cores", "placement.nice", "placement.policy", "placement.priority"});
    createKeySection(tr("Measurement"), {"duration", "warm_up", "measure.integrity"});
    createMoreSection();
    m_layout->addStretch();
    setExperiment(Experiment());
}

void ExperimentForm::setExperiment(const Experiment& experiment)
{
    m_experiment = completed(experiment);
    m_optionsOf.clear();
    m_refused.clear();
    for (const OptionGroup& group : optionGroups())
        showOptions(group);
    showMechanism();
    showShape();
    showExchange();
    showPreview();
    showTexts();
    review();
}

FormSection* ExperimentForm::addSection(const QString& title)
{
    auto* section = new FormSection(title, FormSection::Folding::Fixed, this);
    m_layout->addWidget(section);
    return section;
}

OptionGrid* ExperimentForm::addGrid(FormSection* section)
{
    auto* grid = new OptionGrid(this);
    section->add(grid);
    m_grids.push_back(grid);
    connect(grid, &OptionGrid::edited, this, &ExperimentForm::edit);
    return grid;
}

void ExperimentForm::addChoice(FormSection* section, const std::string& key)
{
    OptionGrid* grid = addGrid(section);
    grid->setSpecs(place({QString::fromStdString(key)}));
    for (OptionEditor* editor : grid->editors())
        editor->hideCaption();
}

void ExperimentForm::createTitle()
{
    m_title = new QLineEdit(this);
    m_title->setObjectName("title");
    m_title->setPlaceholderText(tr("Title"));
    m_title->setAccessibleName(tr("Title of the experiment"));
    m_layout->addWidget(m_title);
    connect(m_title, &QLineEdit::textEdited, this, [this](const QString& text) { edit("title", text); });
    m_placedKeys << "title"
                 << "summary";
}

void ExperimentForm::createMechanismSection()
{
    FormSection* section = addSection(tr("Mechanism"));
    addChoice(section, mechanismKey);
    m_mechanismSummary = new QLabel(this);
    m_mechanismSummary->setObjectName("note");
    m_mechanismSummary->setWordWrap(true);
    section->add(m_mechanismSummary);
    m_chips = new ChipRow(this);
    section->add(m_chips);
    auto* more = new QPushButton(tr("More about it"), this);
    more->setObjectName("link");
    more->setAccessibleName(tr("More about the mechanism"));
    more->setCursor(Qt::PointingHandCursor);
    more->setToolTip(tr("How it works, its limits on this host, and its source"));
    connect(more, &QPushButton::clicked, this,
            [this] { emit cardWanted(QString::fromStdString(m_experiment.mechanism)); });
    section->add(more);
    m_options[mechanismKey] = addGrid(section);
}

void ExperimentForm::createKeySection(const QString& title, const QStringList& keys)
{
    const std::vector<OptionSpec> specs = place(keys);
    if (!specs.empty())
        addGrid(addSection(title))->setSpecs(specs);
}

void ExperimentForm::createShapeSection()
{
    FormSection* section = addSection(tr("Shape"));
    addChoice(section, shapeKey);
    m_shapeOptions = addGrid(section);
    for (const OptionSpec& spec : experimentKeys()) {
        if (spec.id.starts_with("shape."))
            m_placedKeys << QString::fromStdString(spec.id);
    }
}

void ExperimentForm::createExchangeSection()
{
    FormSection* section = addSection(tr("Exchange and waiting"));
    addGrid(section)->setSpecs(place({QString::fromStdString(exchangeKey)}));
    m_roundTripOptions = addGrid(section);
    addGrid(section)->setSpecs(place({"wait", "rendezvous"}));
    m_placedKeys << QString::fromStdString(aheadKey);
}

void ExperimentForm::createLoadSection()
{
    FormSection* section = addSection(tr("Load"));
    addChoice(section, profileKey);
    m_options[profileKey] = addGrid(section);
    m_preview = new ProfilePreview(this);
    section->add(m_preview);
    addGrid(section)->setSpecs(place({"load.pacing"}));
}

void ExperimentForm::createMessageSection()
{
    FormSection* section = addSection(tr("Message"));
    addGrid(section)->setSpecs(place({"message.sizes"}));
    m_options[sizesKey] = addGrid(section);
    addGrid(section)->setSpecs(
        place({"receiver.work", "receiver.touch", "receiver.sleep", "receiver.reads"}));
    m_placedKeys << "message.size"; // stands among the options of fixed sizes
}

void ExperimentForm::createFoldedSection(const QString& title, const QStringList& keys)
{
    auto* section = new FormSection(title, FormSection::Folding::FoldedAtFirst, this);
    m_layout->addWidget(section);
    OptionGrid* grid = addGrid(section);
    grid->setSpecs(place(keys));
    m_folded.emplace(grid, section);
}

void ExperimentForm::createMoreSection()
{
    QStringList rest;
    for (const OptionSpec& spec : experimentKeys()) {
        if (const QString key = QString::fromStdString(spec.id); !m_placedKeys.contains(key))
            rest << key;
    }
    createFoldedSection(tr("More"), rest);
}

std::vector<OptionSpec> ExperimentForm::place(const QStringList& keys)
{
    m_placedKeys << keys;
    return specsOf(keys);
}

void ExperimentForm::useMechanism(const QString& id)
{
    edit(QString::fromStdString(mechanismKey), id);
}

void ExperimentForm::edit(const QString& key, const QString& text)
{
    const std::string id = key.toStdString();
    m_refused.erase(id);
    const auto groups = optionGroups();
    if (const auto group = std::ranges::find(groups, id, &OptionGroup::chosenBy); group != groups.end())
        choose(*group, text.toStdString());
    else if (id == shapeKey)
        chooseShape(text.toStdString());
    else if (id == exchangeKey)
        chooseExchange(text.toStdString());
    else if (const auto problem = setKey(m_experiment, id, text.toStdString()))
        m_refused.emplace(id, QString::fromStdString(problem->sentence));
    showPreview();
    review();
    emit edited();
}

void ExperimentForm::choose(const OptionGroup& group, const std::string& owner)
{
    const auto keptAs = [&] { return std::string(group.prefix) + keyText(m_experiment, group.chosenBy); };
    Options& options = group.optionsOf(m_experiment);
    m_optionsOf[keptAs()] = options;
    setKey(m_experiment, group.chosenBy, owner);
    options = m_optionsOf[keptAs()];
    m_experiment = completed(std::move(m_experiment));
    std::erase_if(m_refused, [&](const auto& refused) { return refused.first.starts_with(group.prefix); });
    showOptions(group);
    if (group.chosenBy == mechanismKey)
        showMechanism();
    showTexts();
}

void ExperimentForm::showOptions(const OptionGroup& group)
{
    const std::string key(group.chosenBy);
    std::vector<OptionSpec> specs = group.keysOf(m_experiment);
    if (key == sizesKey && specs.empty())
        specs = specsOf({"message.size"});
    m_options.at(key)->setSpecs(specs);
}

void ExperimentForm::chooseShape(const std::string& kind)
{
    Experiment chosen = m_experiment;
    if (setKey(chosen, shapeKey, kind))
        return;
    m_experiment = reshaped(std::move(m_experiment), chosen.shape.kind);
    std::erase_if(m_refused, [](const auto& refused) { return refused.first.starts_with("shape."); });
    showShape();
    showExchange();
    showTexts();
}

void ExperimentForm::showShape()
{
    std::vector<OptionSpec> specs;
    for (const std::string& key : openKeys(m_experiment.shape.kind))
        specs.push_back(*std::ranges::find(experimentKeys(), key, &OptionSpec::id));
    m_shapeOptions->setSpecs(specs);
}

void ExperimentForm::chooseExchange(const std::string& exchange)
{
    if (setKey(m_experiment, exchangeKey, exchange))
        return;
    if (m_experiment.exchange != Exchange::RoundTrip) {
        m_experiment.questionsAhead = 1;
        m_refused.erase(aheadKey);
    }
    showExchange();
    showTexts();
}

/// Only a round trip has questions that could be outstanding.
void ExperimentForm::showExchange()
{
    const bool isRoundTrip = m_experiment.exchange == Exchange::RoundTrip;
    m_roundTripOptions->setSpecs(isRoundTrip ? specsOf({QString::fromStdString(aheadKey)})
                                             : std::vector<OptionSpec>());
}

void ExperimentForm::showMechanism()
{
    const Mechanism* mechanism = findMechanism(m_experiment.mechanism);
    QStringList phrases;
    if (mechanism) {
        for (const std::string& chip : chips(mechanism->info().traits))
            phrases << QString::fromStdString(chip);
    }
    m_chips->setPhrases(phrases);
    m_mechanismSummary->setText(mechanism ? QString::fromStdString(mechanism->info().summary) : QString());
    refuseChoices(mechanismKey, unavailableMechanisms());
    refuseChoices(waitKey, mechanism ? impossibleWaits(mechanism->info()) : std::map<std::string, QString>());
}

void ExperimentForm::refuseChoices(const std::string& key, const std::map<std::string, QString>& reasons)
{
    for (const OptionGrid* grid : m_grids) {
        for (OptionEditor* editor : grid->editors()) {
            if (editor->spec().id == key)
                editor->refuseChoices(reasons);
        }
    }
}

void ExperimentForm::showTexts()
{
    m_title->setToolTip(m_experiment.title.empty()
                            ? tr("The title of the experiment, for its file and its charts")
                            : QString::fromStdString(m_experiment.title));
    if (m_title->text().toStdString() != m_experiment.title) {
        m_title->setText(QString::fromStdString(m_experiment.title));
        m_title->setCursorPosition(0); // of a long title its beginning is seen
    }
    const Roles roles = rolesOf(m_experiment.shape.kind, m_experiment.exchange);
    for (OptionGrid* grid : m_grids) {
        for (OptionEditor* editor : grid->editors()) {
            editor->setWords(inWordsOf(roles, editor->spec()));
            if (!m_refused.contains(editor->spec().id))
                editor->setText(QString::fromStdString(keyText(m_experiment, editor->spec().id)));
        }
    }
}

void ExperimentForm::showPreview()
{
    std::optional<LoadPreview> preview = loadPreview(m_experiment);
    m_preview->setVisible(preview.has_value());
    if (preview)
        m_preview->show(std::move(preview->rates), preview->words);
}

void ExperimentForm::review()
{
    std::map<std::string, QString> byKey = m_refused;
    m_problems.clear();
    for (const auto& [key, sentence] : m_refused)
        m_problems << problemText({key, 0, sentence.toStdString()});
    for (const Problem& problem : ipclab::problems(m_experiment)) {
        const QString sentence = QString::fromStdString(problem.sentence);
        if (byKey.emplace(problem.key, sentence).second)
            m_problems << problemText(problem);
    }
    showProblems(byKey);
}

void ExperimentForm::showProblems(const std::map<std::string, QString>& byKey)
{
    for (OptionGrid* grid : m_grids) {
        for (OptionEditor* editor : grid->editors()) {
            const auto found = byKey.find(editor->spec().id);
            editor->setProblem(found == byKey.end() ? std::nullopt : std::optional(found->second));
            if (const auto folded = m_folded.find(grid); found != byKey.end() && folded != m_folded.end())
                folded->second->unfold();
        }
    }
}

} // namespace ipclab
