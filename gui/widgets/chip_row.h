#pragma once

#include <QStringList>
#include <QWidget>

namespace ipclab {

class FlowLayout;

/// Short phrases in rounded frames, in as many lines as they need.
class ChipRow final : public QWidget {
    Q_OBJECT

public:
    explicit ChipRow(QWidget* parent = nullptr);

    void setPhrases(const QStringList& phrases);

private:
    FlowLayout* m_layout;
};

} // namespace ipclab
