#pragma once

#include <QPushButton>

namespace ipclab {

/// A preset as something to click on: its title and what can be seen in it.
class PresetCard final : public QPushButton {
    Q_OBJECT

public:
    PresetCard(const QString& title, const QString& summary, QWidget* parent = nullptr);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {160, 60}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
};

} // namespace ipclab
