#pragma once

#include <QLabel>

namespace ipclab {

/// A line of plain text that ends in an ellipsis where it has too little room; its tool tip tells the whole
/// then.
class ElidedLabel final : public QLabel {
    Q_OBJECT

public:
    using QLabel::QLabel;

    // QLabel's own lay the text out twice, for each new text.

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    bool fits() const;
};

} // namespace ipclab
