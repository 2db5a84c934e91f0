#pragma once

#include "gui/run_news.h"

#include <QElapsedTimer>
#include <QWidget>

class QLabel;

namespace ipclab {

class StateLanes;

/// What each worker was doing over the whole run, a lane for each, with the run's events.
class TimelinePage final : public QWidget {
    Q_OBJECT

public:
    explicit TimelinePage(QWidget* parent = nullptr);

    /// Takes in what happened; nothing is repainted before refresh().
    void take(const RunNews& news);
    void refresh();

    StateLanes& lanes() const { return *m_lanes; }

private:
    QWidget* createLegend();

    void on(const WorkersStarted& news);
    void on(const SampleTaken& news);
    void on(const Happened& news);
    template <typename Other>
    void on(const Other&)
    {
    }

    QLabel* m_hint;
    StateLanes* m_lanes;
    QElapsedTimer m_sinceRepaint;
};

} // namespace ipclab
