#pragma once

#include "engine/experiment/experiment_file.h"

#include <QScrollArea>

#include <span>
#include <vector>

class QBoxLayout;

namespace ipclab {

/// Where a newcomer begins: the presets as cards, group by group; a click loads and runs one.
class StartPage final : public QScrollArea {
    Q_OBJECT

public:
    explicit StartPage(const std::vector<Preset>& presets, QWidget* parent = nullptr);

signals:
    void presetChosen(const QString& id);

private:
    void addGroup(QBoxLayout& layout, std::span<const Preset> presets);
    QWidget* makeCards(std::span<const Preset> presets);
};

} // namespace ipclab
