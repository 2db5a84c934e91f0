#pragma once

#include "engine/base/unique_fd.h"
#include "engine/run/run.h"
#include "gui/run_news.h"

#include <QObject>

#include <mutex>
#include <optional>
#include <thread>
#include <vector>

class QSocketNotifier;

namespace ipclab {

/// Hosts runs in a thread of its own, so that the window never waits for one. The thread lives as long as
/// this object (the workers die with the thread that started them). All functions return at once; only the
/// destructor waits, for as long as it takes to end what runs and to leave no process behind.
class RunThread final : public QObject {
    Q_OBJECT

public:
    explicit RunThread(RunSettings settings = {}, QObject* parent = nullptr);
    ~RunThread() override;

    /// Runs the experiments one after the other. A series that is still going on is ended first, without a
    /// result.
    void start(std::vector<Experiment> experiments);

    /// Ends the present run, which still reports its result, and skips the rest of the series. A second call
    /// ends the draining of the channel too.
    void stop();

    /// Switches the lock of the present run, if there is one that can do without.
    void setLocking(Locking locking);

    /// Does something to a worker of the present run, now. The run tells what comes of it. Nothing happens
    /// without a run.
    void inject(Fault fault);

    /// What has happened since the last call.
    std::vector<RunNews> takeNews();

    /// From start() until takeNews() has returned the SeriesOver.
    bool isBusy() const { return m_lastStarted != m_lastOver; }

signals:
    /// There is something to take. Once per batch, however much has gathered in it.
    void newsArrived();

private:
    struct Series {
        unsigned number = 0;
        std::vector<Experiment> experiments;
    };
    struct Commands {
        std::optional<Series> start;
        unsigned stops = 0;
        std::optional<Locking> locking;
        std::vector<Fault> faults;
        bool quit = false;
    };
    class Host;

    template <typename Change>
    void command(Change change);
    Commands takeCommands();
    void publish(std::vector<RunNews> news);

    RunSettings m_settings;
    UniqueFd m_commandSignal; ///< eventfd: readable when the thread has commands to take
    UniqueFd m_newsSignal;    ///< eventfd: readable when the window has news to take
    QSocketNotifier* m_newsNotifier = nullptr;
    unsigned m_lastStarted = 0; ///< of series; these two are of the window's thread
    unsigned m_lastOver = 0;

    std::mutex m_mutex; ///< guards the two below
    Commands m_commands;
    std::vector<RunNews> m_news;

    std::thread m_thread; ///< last, so that it starts when all else is there
};

} // namespace ipclab
