#pragma once

#include <QString>
#include <QWidget>

#include <vector>

namespace ipclab {

/// A small curve of the offered load over a run's duration, or words where there is none.
class ProfilePreview final : public QWidget {
    Q_OBJECT

public:
    explicit ProfilePreview(QWidget* parent = nullptr);

    /// Rates at equal distances in time; empty for a load without a schedule. `words` says the same in text.
    void show(std::vector<double> rates, const QString& words);

    QSize sizeHint() const override { return {200, 44}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void drawCurve(QPainter& painter, const QRectF& place) const;

    std::vector<double> m_rates;
    QString m_words;
};

} // namespace ipclab
