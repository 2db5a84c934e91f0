#pragma once

#include "engine/measure/control_page.h"
#include "engine/run/faults/faults.h"
#include "engine/run/processes/deadlock_detector.h"
#include "engine/run/reaper.h"
#include "engine/run/run.h"
#include "engine/run/sampler.h"
#include "engine/run/saturation/saturator.h"
#include "engine/run/watch.h"

#include <memory>
#include <vector>

namespace ipclab {

/// Starts, watches and ends the workers of one run, step by step, as its descriptor becomes readable. The
/// promises are those of Run. Stages follow one another in the order of the enumeration.
class Supervisor final {
public:
    Supervisor(Experiment experiment, RunSettings settings);
    ~Supervisor();

    void start();
    int descriptor() const { return m_watch.descriptor(); }
    std::vector<RunEvent> dispatch();
    void stop();
    void setLocking(Locking locking);
    void inject(Fault fault);
    bool isOver() const { return m_stage == Stage::Over; }
    Nanoseconds elapsed() const
    {
        return m_startAt == Nanoseconds::zero() ? Nanoseconds::min() : now() - m_startAt;
    }

private:
    enum class Stage {
        Idle,
        Starting, ///< until every worker has joined
        Loaded,   ///< warm-up and measured window
        Emptying, ///< as many as were asked for have been sent; receivers take their time
        Draining, ///< senders stop, receivers empty the channel: for a second
        Leaving,  ///< everybody was told to leave at once
        Over,
    };
    enum Key : std::uint64_t {
        BellKey,
        SamplingKey,
        DeadlineKey,
        NudgingKey,
        LockingKey,
        FollowingKey,
        RestartKey,
        FaultKey,
        DeadlockKey,
        SaturationKey,
        FirstWorkerKey
    }; // of m_watch
    static constexpr Nanoseconds patienceForDraining = std::chrono::seconds(1);
    static constexpr Nanoseconds nudgeEvery = std::chrono::milliseconds(10);
    struct PendingRestart {
        std::size_t worker;
        Nanoseconds moment; ///< on the clock: when to start it anew, then until when it must have joined
    };
    struct EarlyEvent {
        Nanoseconds moment;
        LoggedEvent event;
    };

    // Starting: supervisor_start.cpp
    void prepare();
    void requireTargets() const;
    void noteClasses();
    void startWorkers();
    WorkerPlan planOf(std::size_t index) const;
    std::vector<UniqueFd> invite(const PlannedWorker& planned, WorkerPlan& plan);
    void startWorker(std::size_t index);
    void beginWhenAllHaveJoined();
    void steerIfAsked();
    void watchForTrouble();
    void noteEffectiveSettings();
    void noteObjects();
    void notePlacement();
    void logMeeting();
    std::optional<Capacity> capacityOfAll() const;
    EffectiveSetting channelsSetting() const;

    // Who starts when: start_order.cpp
    bool isHeldBack(const PlannedWorker& planned) const;
    bool isLate(std::size_t index) const;
    Nanoseconds timeToJoin() const;
    void leaveAlone(Nanoseconds time);
    void startTheLate();
    void allHaveStarted();
    void requireRoomForAll() const;
    void startTheHeldBack();
    std::string waitingText() const;

    // What the descriptors tell
    void handle(std::uint64_t key);
    std::uint64_t takenByRivals();
    void deadlinePassed();
    void takeSample();
    void nudge();
    void lockingIsDue();
    void stepFaults();
    void lookForDeadlock();
    void steer();
    void leaveWhenOnlyTheClosedAreLeft();

    // Workers that end: supervisor_losses.cpp
    void handleWorker(std::size_t index);
    void workerLost(std::size_t index);
    PeerExit exitNotice() const;
    void tellOfLoss(std::size_t index);
    void tellWhenKnown();
    void noteGone(std::size_t index);
    Failure lateWorker(Nanoseconds deadline) const;
    bool restartLater(std::size_t index);
    std::string whyNotRestarted(const WorkerProcess& worker) const;
    void restartTheDead();
    void startAnew(std::size_t index);
    void giveUpRestarts();
    void setRestartTimer();

    // Ending
    void endWindow();
    void drain(Nanoseconds patience);
    void leave();
    void killTheHung();
    void finishWhenAllHaveEnded();
    void finish();
    void fail(Failure failure);
    void releaseEverything();

    void logAll(const std::vector<LoggedEvent>& events);
    void log(EventKind kind, const std::string& worker, std::string text);
    void logAt(Nanoseconds at, LoggedEvent event);
    void flushEarlyEvents(Nanoseconds origin);
    ControlPage& control() { return *m_controlMapping.as<ControlPage>(); }
    bool canRace() const;
    bool haveAllSourcesEnded() const;
    bool isPair() const { return m_plan.workers.size() == 2; }
    bool endsByTime() const { return m_result.experiment.messages == 0; }
    bool mayRestart() const { return m_result.experiment.restart.policy != RestartPolicy::None; }
    bool isUnderLoad() const { return m_stage == Stage::Loaded || m_stage == Stage::Emptying; }

    RunSettings m_settings;
    RunResult m_result;
    RunPlan m_plan;
    Stage m_stage = Stage::Idle;
    RunOutcome m_outcome = RunOutcome::Finished;
    bool m_isCutShort = false;
    std::vector<PendingRestart> m_restarts;
    std::vector<std::size_t> m_untold; ///< workers that were lost, of which the others do not know yet
    Nanoseconds m_startedAt{};
    Nanoseconds m_startAt{};
    Nanoseconds m_interval{};
    std::vector<RunEvent> m_events;
    std::vector<EarlyEvent> m_earlyEvents;

    WatchSet m_watch;
    Doorbell m_bell;
    Timer m_sampling;
    Timer m_deadline;
    Timer m_nudging;
    Timer m_locking;
    Timer m_following;        ///< for who is started later than its peer
    Nanoseconds m_aloneFor{}; ///< how long its peer has been waiting for it
    Timer m_restarting;

    // Released in the reverse order: workers first, then names, then the journal, at last the reaper.
    std::unique_ptr<Reaper> m_reaper;
    std::unique_ptr<NameJournal> m_journal;
    std::vector<std::unique_ptr<Channel>> m_channels;
    UniqueFd m_controlFile;
    Mapping m_controlMapping;
    std::vector<std::unique_ptr<WorkerProcess>> m_workers;
    std::unique_ptr<Saturator> m_saturator;
    std::unique_ptr<Sampler> m_sampler;
    std::unique_ptr<FaultInjector> m_faults;
    std::unique_ptr<DeadlockDetector> m_deadlocks;
};

} // namespace ipclab
