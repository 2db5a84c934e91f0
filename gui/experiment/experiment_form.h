#pragma once

#include "engine/experiment/experiment.h"

#include <QStringList>
#include <QWidget>

#include <map>
#include <vector>

class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace ipclab {

class ChipRow;
class FormSection;
class OptionGrid;
struct OptionGroup;
class ProfilePreview;

/// Edits one experiment. Every field is made from an OptionSpec: the experiment's own keys, and those of its
/// mechanism and its load profile. Wrong input stays in its field with a sentence below it; the experiment
/// keeps the last good value.
class ExperimentForm final : public QWidget {
    Q_OBJECT

public:
    explicit ExperimentForm(QWidget* parent = nullptr);

    /// Forgets what was set for the one before.
    void setExperiment(const Experiment& experiment);
    const Experiment& experiment() const { return m_experiment; }

    /// Why it cannot run as it stands; empty when it can.
    const QStringList& problems() const { return m_problems; }

    /// As if the user had chosen it.
    void useMechanism(const QString& id);

signals:
    /// The user changed something; experiment() and problems() are up to date.
    void edited();
    /// The user wants to know all about this mechanism.
    void cardWanted(const QString& id);

private:
    OptionGrid* addGrid(FormSection* section);
    /// The choice that a section is about; the section's heading is its label.
    void addChoice(FormSection* section, const std::string& key);
    FormSection* addSection(const QString& title);
    void createTitle();
    void createMechanismSection();
    void createKeySection(const QString& title, const QStringList& keys);
    void createFoldedSection(const QString& title, const QStringList& keys);
    void createShapeSection();
    void createExchangeSection();
    void createLoadSection();
    void createMessageSection();
    void createMoreSection();

    /// These keys have their place now, so that they are not among the rest.
    std::vector<OptionSpec> place(const QStringList& keys);
    void edit(const QString& key, const QString& text);
    /// Another owner of these options: what was set for the one left behind is kept for its return.
    void choose(const OptionGroup& group, const std::string& owner);
    void showOptions(const OptionGroup& group);
    void chooseShape(const std::string& kind);
    void showShape();
    void chooseExchange(const std::string& exchange);
    void showExchange();
    void showMechanism();
    /// Greys out these choices of a key, each with its reason.
    void refuseChoices(const std::string& key, const std::map<std::string, QString>& reasons);
    void showTexts();
    void showPreview();
    void review();
    void showProblems(const std::map<std::string, QString>& byKey);

    Experiment m_experiment;
    std::map<std::string, Options> m_optionsOf; ///< what was set for mechanisms, profiles, sizes left behind
    std::map<std::string, QString> m_refused;   ///< by key: why the text in the field is no value
    QStringList m_problems;
    QStringList m_placedKeys;

    QVBoxLayout* m_layout;
    QLineEdit* m_title = nullptr;
    QLabel* m_mechanismSummary = nullptr;
    ChipRow* m_chips = nullptr;
    std::map<std::string, OptionGrid*> m_options; ///< by the key that chooses their owner
    OptionGrid* m_shapeOptions = nullptr;         ///< what the present kind of shape leaves open
    OptionGrid* m_roundTripOptions = nullptr;
    ProfilePreview* m_preview = nullptr;
    std::map<const OptionGrid*, FormSection*> m_folded; ///< sections that a problem in their grid unfolds
    std::vector<OptionGrid*> m_grids;
};

} // namespace ipclab
