#pragma once

#include "engine/experiment/worker_plan.h"
#include "engine/measure/class_draw.h"
#include "engine/measure/control_page.h"
#include "engine/measure/telemetry_writer.h"
#include "engine/mechanisms/mechanism.h"
#include "engine/worker/phase_alarm.h"

#include <memory>
#include <optional>

namespace ipclab {

/// Thrown by looking up, to leave whatever the worker is at: it is to close its ends.
struct EndsOrderedClosed final {};

/// One worker's share of a run: its plan, its pages, its ends of the channels, and where in the run it is.
/// The tasks (sender.cpp, receiver.cpp, …) ask it when to begin and when to stop.
class Session final {
public:
    /// Maps what was inherited and sets up placement. Throws when something is missing.
    Session();

    const WorkerPlan& plan() const { return m_plan; }
    const Experiment& experiment() const { return m_plan.experiment; }
    const Traits& traits() const { return m_mechanism->info().traits; }
    /// As sendersInterleave() of the experiment: its messages are records of pieces.
    bool sendersInterleave() const { return m_sendersInterleave; }
    /// Of the sender with this index; nothing where messages are all alike.
    std::optional<ClassDraw> classDraw(unsigned sender) const;
    TelemetryWriter& telemetry() { return m_telemetry; }
    /// What workers in its place had counted that died before it was started; zeros for the first.
    const CounterValues& countsBefore() const { return m_countsBefore; }
    ControlPage& control() { return *m_controlMapping.as<ControlPage>(); }
    /// What the supervisor tells this worker alone.
    WorkerOrders& orders() { return control().orders[m_plan.number]; }

    /// Takes every end of the plan. May wait for peers.
    void join();
    /// Says that it has joined and waits for the common start. False if the run was called off.
    bool awaitStart();
    Nanoseconds startAt() const { return m_startAt; }

    /// One end of a channel and what the plan says of it.
    struct End {
        Endpoint* endpoint = nullptr;
        const JoinPlan* plan = nullptr;
    };
    /// The ends to send on and those to receive on, in the order of the plan; the same ones where a channel
    /// does both.
    std::vector<End> sendingEnds() const { return endsFor(ChannelEnd::Sender); }
    std::vector<End> receivingEnds() const { return endsFor(ChannelEnd::Receiver); }
    /// For who has only one of them.
    End sendingEnd() const { return sendingEnds().front(); }
    End receivingEnd() const { return receivingEnds().front(); }

    /// Time to compute for each received message: the experiment's and what the supervisor has ordered
    /// besides.
    Nanoseconds workPerMessage() const { return m_workPerMessage; }
    /// Whether a received message makes work of any kind.
    bool hasWork() const { return m_hasWork; }

    /// Looks up if the alarm has rung: hot path, one load of a flag. Throws EndsOrderedClosed.
    void lookUp()
    {
        if (PhaseAlarm::hasRung()) [[unlikely]]
            attend();
    }
    bool isMeasuring() const { return m_isMeasuring; } ///< the measured window has begun
    bool hasEnded() const { return m_hasEnded; }       ///< the measured window is over: senders stop
    bool mustLeave() const { return m_mustLeave; }     ///< everybody stops, at once
    /// Whether all of these workers (a bit for each) have ended, as the supervisor says.
    bool areGone(std::uint64_t workers) const { return (workers & ~m_goneWorkers) == 0; }

    /// Sends what the ends hold back: before the worker waits, and at the end.
    void flush();
    /// When an end wants to be flushed while the worker waits; max = never.
    Nanoseconds attentionAt() const;
    /// A system call that no end knows of was made to wait for a message or for room.
    void noteWaitingCall() { ++m_waitingCalls; }
    /// Of an operation that was not done: counts a truncated message, or the errno by which the kernel said
    /// that the end's peer has gone, where it did.
    void noteUndone(Outcome outcome, const Endpoint& endpoint);
    /// Waits until these workers (a bit for each) have ended, at most until the measured window has.
    void awaitEndOf(std::uint64_t workers);
    /// Closes every end by order and lives on, doing nothing, until the run ends.
    void closeEndsAndWait();

    /// Copies what the ends have counted to the page.
    void publishTransferCounts();
    /// The next message is the first that counts, sent or received. Only the first call does anything.
    void beginCounts();
    bool countsHaveBegun() const { return m_countsHaveBegun; }
    /// Closes the account of the measured window.
    void endWindow();
    void finish();
    void fail(const Failure& failure);

private:
    std::vector<End> endsFor(ChannelEnd end) const;
    void beginTrace(int descriptor);
    std::size_t largestMessageAt(ChannelEnd end) const;
    void attend();
    void beginWindow();
    void publishReads();
    void publishLayers();
    void setTotal(Counter counter, std::uint64_t own);
    void takeOrders();
    void setWork(Nanoseconds perMessage);
    void ringBell() const;

    WorkerPlan m_plan;
    Mapping m_controlMapping;
    TelemetryWriter m_telemetry;
    PhaseAlarm m_alarm;
    const Mechanism* m_mechanism = nullptr;
    std::unique_ptr<TraceWriter> m_trace; ///< outlives the ends; none in a run that is not traced
    bool m_sendersInterleave = false;
    std::vector<std::unique_ptr<Endpoint>> m_ends;
    Nanoseconds m_startAt{};
    Nanoseconds m_beginAt{};
    Nanoseconds m_endAt{};
    std::vector<const SizeCounts*> m_reads; ///< of the ends that count them
    std::uint64_t m_waitingCalls = 0;
    Nanoseconds m_workPerMessage{};
    bool m_countsLosses = false; ///< there are layers, or the kernel drops
    bool m_hasWork = false;
    bool m_isMeasuring = false;
    bool m_hasEnded = false;
    bool m_mustLeave = false;
    std::uint64_t m_goneWorkers = 0;
    CounterValues m_countsBefore;
    bool m_countsHaveBegun = false;
    bool m_windowIsClosed = false;
};

} // namespace ipclab
