#pragma once

#include "engine/base/child_process.h"
#include "engine/measure/telemetry_reader.h"
#include "engine/measure/time_accounting.h"
#include "engine/measure/trace_log.h"
#include "engine/run/run_event.h"
#include "engine/run/run_plan.h"

#include <map>
#include <optional>
#include <string>

namespace ipclab {

/// One supervised worker: its process, its telemetry page and what was last read of them. Owns both.
class WorkerProcess final {
public:
    /// What was seen at one moment.
    struct Observation {
        Telemetry telemetry;
        MeasuredWindow window;
        TimeSplit split;   ///< since the observation before
        Nanoseconds cpu{}; ///< likewise
    };

    /// Its messages are of so many classes, 0 where they are all alike.
    WorkerProcess(PlannedWorker plan, std::size_t classes, const Experiment& experiment);

    struct Inheritance {
        int plan;
        int control;
        int bell;
        std::vector<int> channelDescriptors;
        ChildSession session = ChildSession::Parents;
    };
    /// Starts the program. Throws std::system_error.
    void start(const std::string& program, const Inheritance& inheritance);

    /// It has died: starts another process that goes on with its page, from where it stopped. Throws
    /// likewise.
    void startAnew(const std::string& program, const Inheritance& inheritance);
    /// That is going to be done.
    bool isToBeStartedAnew() const { return m_isToBeStartedAnew; }
    void setToBeStartedAnew(bool isIt) { m_isToBeStartedAnew = isIt; }
    /// How often that was done.
    unsigned restarts() const { return m_restarts; }
    /// When its end was noticed; valid once it has ended.
    Nanoseconds endedAt() const { return m_endedAt; }

    const PlannedWorker& plan() const { return m_plan; }
    ChildProcess& process() { return m_process; }
    const ChildProcess& process() const { return m_process; }
    WorkerPhase phase() const { return m_telemetry.phase(); }
    bool hasStarted() const { return m_process.pid() > 0; }
    bool hasEnded() const { return m_report.has_value(); }
    /// It came to its end as planned.
    bool hasFinished() const { return phase() == WorkerPhase::Finished; }
    std::string failure() const { return m_telemetry.read().failure; }

    /// Reaps the process if it has ended; true if it has just done so.
    bool noticeEnd();
    /// Takes what it wrote to its standard error.
    void readStandardError();
    const std::string& standardError() const { return m_standardError; }

    CounterValues counters() const { return m_telemetry.counters(); }
    std::vector<Delivery> deliveries() const { return m_telemetry.deliveries(); }
    /// Times are since `origin`. Empty where it is not traced. After it has ended.
    WorkerTrace trace(Nanoseconds origin) const;
    WindowTimes windows() const { return m_telemetry.windows(); }
    std::map<int, std::uint64_t> errors() const { return m_telemetry.errors(); }
    /// The response times so far, warm-up included. Copies the page.
    LatencyCounts responses() const { return m_telemetry.read().response; }
    /// Processor time it has used so far.
    Nanoseconds cpuTime() const { return kernelTimes().cpu; }
    /// 'R' running or ready, 'S' asleep, 'D' asleep and deaf, 'T' stopped, 'Z' ended: proc_pid_stat(5).
    char kernelState() const;
    /// Reads the page and the kernel's figures. Some 30 µs.
    const Observation& observe();
    /// When the measured window begins for all: who is stopped then begins his own late.
    void expectWindowFrom(Nanoseconds moment) { m_windowFrom = moment; }
    const Observation& last() const { return m_last; }

    /// It did not leave when it was told to: kills it.
    void killAsHung();

    /// What was asked of the scheduler for it, on these cores, and what the kernel says of it; only what was
    /// asked for. After it has joined: notes it for status() too.
    std::vector<EffectiveSetting> placement(const Experiment& asked, const std::vector<int>& cores);

    bool isBusyWaiting() const { return !m_report && m_splitter.isBusyWaiting(); }
    WorkerStatus status() const;
    /// What it did in the measured window. After it has ended.
    WorkerResult result() const;
    /// How it ended, in words.
    std::string exitText() const;
    /// By a signal.
    bool wasKilled() const { return m_report && m_report->wasKilled; }

private:
    struct KernelTimes {
        Nanoseconds cpu{};
        Nanoseconds readyWait{};
    };
    void launch(const std::string& program, const Inheritance& inheritance);
    KernelTimes kernelTimes() const;
    void noteStop(const Observation& seen, Nanoseconds at, const KernelTimes& times);
    std::string waitsIn() const;
    std::string waitSentence(const std::string& function) const;
    std::string phaseText() const;
    ProcessTimes timesAtDeath() const;
    void addOpenWait(WorkerTrace& trace, Nanoseconds origin) const;

    PlannedWorker m_plan;
    TelemetryReader m_telemetry;
    std::optional<TraceReader> m_trace;
    ChildProcess m_process;
    Nanoseconds m_startedAt{};
    unsigned m_restarts = 0;
    bool m_isToBeStartedAnew = false;
    ProcessTimes m_usedBefore; ///< by those that were started anew, until they died
    std::optional<ExitReport> m_report;
    Nanoseconds m_endedAt{}; ///< when that was noticed
    std::string m_standardError;
    std::string m_place; ///< "1, nice 5"
    ChannelWait m_wait;
    LiveTimeSplitter m_splitter;
    Observation m_last;
    bool m_isHung = false;
    bool m_isStopped = false;         ///< when it was last observed
    TimePerWindow m_stopped{};        ///< so far, as observed
    TimePerWindow m_stoppedAtBegin{}; ///< of it, before its measured window
    Nanoseconds m_windowFrom{};       ///< when that should begin
    Nanoseconds m_beginMissed{};      ///< of it, stopped before it could begin it
    Nanoseconds m_absent{};           ///< between the end of one process and the start of the next
    LiveTimeSplitter::Reading m_lastReading;
};

} // namespace ipclab
