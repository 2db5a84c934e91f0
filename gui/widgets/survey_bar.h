#pragma once

#include <QWidget>

#include <cstddef>

class QLabel;
class QProgressBar;
class QPushButton;

namespace ipclab {

/// The button that starts a series of short runs, and how far they have come. While runs go on, whoever
/// started them, it stops them.
class SurveyBar final : public QWidget {
    Q_OBJECT

public:
    SurveyBar(const QString& title, const QString& toolTip, QWidget* parent);

    /// Run `index` of `count` has begun.
    void showRun(std::size_t index, std::size_t count);
    void showOver();

signals:
    void surveyWanted();
    void stopWanted();

private:
    QString m_title;
    bool m_isBusy = false;
    QPushButton* m_button;
    QLabel* m_text;
    QProgressBar* m_progress;
};

} // namespace ipclab
