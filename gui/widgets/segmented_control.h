#pragma once

#include <QStringList>
#include <QWidget>

class QButtonGroup;

namespace ipclab {

/// A few choices side by side, exactly one of which is taken. Arrow keys move between them.
class SegmentedControl final : public QWidget {
    Q_OBJECT

public:
    /// Compact: as wide as its titles and low, for a chart's switch. Spread: as wide as its place.
    enum class Look { Spread, Compact };
    explicit SegmentedControl(const QStringList& titles, Look look, QWidget* parent = nullptr);

    void setToolTips(const QStringList& toolTips);
    /// Whether the user can take it; one that is taken stays so.
    void setEnabledAt(int index, bool enabled);
    int current() const;

    /// -1 takes none. Emits nothing.
    void setCurrent(int index);

    /// How wide it is at its narrowest with these titles.
    static int widthFor(const QStringList& titles, const QFontMetrics& metrics);

signals:
    /// The user took another one.
    void chosen(int index);

private:
    QButtonGroup* m_buttons;
};

} // namespace ipclab
