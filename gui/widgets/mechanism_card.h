#pragma once

#include "engine/mechanisms/mechanism.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace ipclab {

class ChipRow;
class PageSection;
class SourceView;
class TextTableView;
struct TextTable;

/// All that is known of one mechanism: what it is, its options, its limits on this host, what it takes to
/// program with it, and its source.
class MechanismCard final : public QWidget {
    Q_OBJECT

public:
    explicit MechanismCard(QWidget* parent = nullptr);

    void show(const Mechanism& mechanism);
    /// What came of filling the shown one; until then its button waits.
    void showCapacity(const TextTable& found);

signals:
    /// The user wants the shown one in the experiment.
    void wanted();
    /// The user wants a channel of the shown one filled with nobody reading.
    void capacityWanted();

private:
    QWidget* createHead();
    PageSection* addSection(const QString& title);
    TextTableView* addTable(PageSection* section, const QString& name, bool hasHeader);
    void createSections();
    void createCapacity();
    void createSource();
    void offerCapacity(const Mechanism& mechanism);

    QLabel* m_title = nullptr;
    QLabel* m_summary = nullptr;
    QLabel* m_lack = nullptr; ///< why this host does not offer it
    QPushButton* m_use = nullptr;
    ChipRow* m_chips = nullptr;
    QLabel* m_explanation = nullptr;
    QLabel* m_manPages = nullptr;
    PageSection* m_optionsSection = nullptr;
    TextTableView* m_options = nullptr;
    TextTableView* m_limits = nullptr;
    QPushButton* m_fill = nullptr;
    QLabel* m_whyNotFilled = nullptr;
    TextTableView* m_capacity = nullptr;
    TextTableView* m_complexity = nullptr;
    QLabel* m_sourcePath = nullptr;
    SourceView* m_source = nullptr;
};

} // namespace ipclab
