#pragma once

#include "gui/run_news.h"

#include <QElapsedTimer>
#include <QWidget>

#include <memory>

class QCheckBox;
class QLabel;

namespace ipclab {

class StateLanes;
class TraceIndex;
class TraceIndexer;

/// What each worker was doing over the whole run, a lane for each, with the run's events; of a traced run
/// every message.
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
    QWidget* createMessageBar();

    void on(const WorkersStarted& news);
    void on(const SampleTaken& news);
    void on(const Happened& news);
    void on(const RunFinished& news);
    void on(const RunFailed& news);
    void showTraceOf(const RunResult& result);
    void showTrace(const std::shared_ptr<const TraceIndex>& index);
    template <typename Other>
    void on(const Other&)
    {
    }

    QLabel* m_hint;
    StateLanes* m_lanes;
    TraceIndexer* m_indexer;
    QWidget* m_messageBar = nullptr; ///< only where there is a trace
    QCheckBox* m_follow = nullptr;
    QLabel* m_sentence = nullptr;
    QElapsedTimer m_sinceRepaint;
};

} // namespace ipclab
