#pragma once

#include <QWidget>

class QListWidget;
class QScrollArea;

namespace ipclab {

class MechanismCard;
struct CapacityReport;

/// All mechanisms, grouped by what they are like, and a card for the chosen one.
class MechanismPage final : public QWidget {
    Q_OBJECT

public:
    explicit MechanismPage(QWidget* parent = nullptr);

    /// Shows that mechanism's card. Nothing happens if there is none with this id.
    void open(const QString& id);
    QString shown() const;

    /// What came of filling a channel of a mechanism; of one that is not shown any more nothing is said.
    void showCapacity(const CapacityReport& report);

signals:
    /// The user wants this mechanism in the experiment.
    void mechanismWanted(const QString& id);
    /// The user wants a channel of this mechanism filled.
    void capacityWanted(const QString& id);

private:
    void fillList();
    void showCurrent();

    QListWidget* m_list;
    MechanismCard* m_card;
    QScrollArea* m_scroll;
};

} // namespace ipclab
