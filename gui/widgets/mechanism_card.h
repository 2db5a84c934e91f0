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

/// All that is known of one mechanism: what it is, its options, its limits on this host, what it takes to
/// program with it, and its source.
class MechanismCard final : public QWidget {
    Q_OBJECT

public:
    explicit MechanismCard(QWidget* parent = nullptr);

    void show(const Mechanism& mechanism);

signals:
    /// The user wants the shown one in the experiment.
    void wanted();

private:
    QWidget* createHead();
    PageSection* addSection(const QString& title);
    TextTableView* addTable(PageSection* section, const QString& name, bool hasHeader);
    void createSections();
    void createSource();

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
    TextTableView* m_complexity = nullptr;
    QLabel* m_sourcePath = nullptr;
    SourceView* m_source = nullptr;
};

} // namespace ipclab
