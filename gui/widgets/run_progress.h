#pragma once

#include "gui/run_news.h"

#include <QElapsedTimer>
#include <QWidget>

class QLabel;
class QProgressBar;

namespace ipclab {

/// How far the present run is: "Run 3 · Pipe · 64 B · 7.2 s of 10 s, 2.8 s left", with a bar; at the end, its
/// outcome. A run of a series says which variant it is.
class RunProgress final : public QWidget {
    Q_OBJECT

public:
    explicit RunProgress(QWidget* parent = nullptr);

    void take(const RunNews& news);

    /// "Run 3", or "Run 3 (2 of 3: With a lock)" of a series.
    const QString& run() const { return m_run; }

    /// Why nothing can be run, to be read while nothing runs; empty where something can.
    void setObstacle(const QString& sentence);

private:
    void on(const RunBegan& news);
    void on(const SampleTaken& news);
    void on(const RunFinished& news);
    void on(const RunFailed& news);
    template <typename Other>
    void on(const Other&)
    {
    }

    void show(const QString& stage, double share);
    void showText();

    QLabel* m_text;
    QProgressBar* m_bar;
    Experiment m_experiment;
    int m_number = 0; ///< of the run, counted since the program started
    QString m_run;
    QString m_name; ///< of the run, with what it is made of
    QString m_line;
    QString m_obstacle;
    std::uint64_t m_received = 0;
    QElapsedTimer m_sinceShown; ///< a sample
};

} // namespace ipclab
