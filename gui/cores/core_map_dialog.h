#pragma once

#include "engine/run/core_map.h"
#include "engine/run/run_settings.h"
#include "gui/run_news.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QPushButton;

namespace ipclab {

class CoreMapView;
class RunThread;

/// Measures the round trip between every two cores, and shows and saves the map. A run of its own: nothing
/// else should run meanwhile, so the dialog is modal.
class CoreMapDialog final : public QDialog {
    Q_OBJECT

public:
    explicit CoreMapDialog(const RunSettings& settings, QWidget* parent = nullptr);

    /// For the cores that this program may use.
    void measure();
    const CoreMap& map() const;

signals:
    /// All pairs have been measured, or the user has stopped it.
    void measured();

private:
    void createControls();
    CoreMapRequest request() const;
    void showRequest();
    void takeNews();
    void note(const RunNews& news);
    void save();
    void showState(const QString& text);

    RunThread* m_thread;
    QComboBox* m_mechanisms = nullptr;
    QPushButton* m_measure = nullptr;
    QPushButton* m_save = nullptr;
    QLabel* m_state = nullptr;
    CoreMapView* m_view = nullptr;
    CoreMap m_map;
};

} // namespace ipclab
