#pragma once

#include "engine/run/run_result.h"
#include "engine/run/run_settings.h"
#include "gui/run_news.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>

#include <vector>

namespace ipclab {

class RunThread;

/// Runs a series without a window, with a progress line on standard error, and exports it.
class HeadlessRun final : public QObject {
    Q_OBJECT

public:
    HeadlessRun(std::vector<Experiment> experiments, QString directory, RunSettings settings = {});

    void start();

signals:
    /// Everything is written or has failed. 0: all finished and trusted; 1: not so.
    void done(int exitStatus);

private:
    void takeNews();
    void on(const RunBegan& news);
    void on(const SampleTaken& news);
    void on(const RunFinished& news);
    void on(const RunFailed& news);
    void on(const SeriesOver& news);
    template <typename Other>
    void on(const Other&)
    {
    }
    void showProgress(const QString& text);
    void endProgress();

    std::vector<Experiment> m_experiments;
    QString m_directory;
    RunThread* m_thread;
    std::vector<RunResult> m_results;
    Experiment m_current;
    QString m_name;
    QElapsedTimer m_sinceLine;
    bool m_lineOpen = false;
    int m_exitStatus = 0;
};

/// The experiments that `what` names: a file, "default", or the id of a preset, each with all `settings`
/// applied. With problems there are no experiments.
struct NamedExperiments {
    std::vector<Experiment> experiments;
    QStringList problems;
};
NamedExperiments experimentsNamed(const QString& what, const QStringList& settings);

} // namespace ipclab
