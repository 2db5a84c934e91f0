#pragma once

#include "gui/models/live_figures.h"

#include <QFrame>

class QLabel;

namespace ipclab {

/// One large figure with a caption above and details below.
class StatTile final : public QFrame {
    Q_OBJECT

public:
    explicit StatTile(QWidget* parent = nullptr);

    void show(const TileText& text);

private:
    QLabel* m_caption;
    QLabel* m_value;
    QLabel* m_detail;
    TileText m_text;
};

} // namespace ipclab
