#pragma once

#include "engine/experiment/experiment_file.h"

#include <QScrollArea>

#include <vector>

namespace ipclab {

/// Where a newcomer begins: the presets as cards, a click loads and runs one.
class StartPage final : public QScrollArea {
    Q_OBJECT

public:
    explicit StartPage(const std::vector<Preset>& presets, QWidget* parent = nullptr);

signals:
    void presetChosen(const QString& id);

private:
    QWidget* makeCards(const std::vector<Preset>& presets);
};

} // namespace ipclab
