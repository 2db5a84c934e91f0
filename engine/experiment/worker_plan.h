#pragma once

#include "engine/experiment/experiment.h"
#include "engine/mechanisms/traits.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

/// What a worker does with the channel ends it is given.
enum class WorkerTask {
    Send,    ///< one-way: fills the channel
    Receive, ///< one-way: empties it
    Ask,     ///< round trip: sends, waits for the answer
    Answer,  ///< round trip: sends back what it receives
    Spread,  ///< sends each message into several channels
    Gather,  ///< receives from several senders, in one channel or in several
    Compete, ///< receives from a channel that other workers receive from as well
    Relay,   ///< passes on what it receives
    Serve,   ///< answers several askers
    Duplex,  ///< sends and receives at once
};

/// The streams of messages (see StreamNotes) that pass through one channel end.
struct EndStreams {
    unsigned sends = 0;    ///< the one that this worker sends
    unsigned receives = 0; ///< the first of those that it receives
    /// How many those are: one per sender that shares the channel, in the order of their seats.
    unsigned senders = 1;
    bool operator==(const EndStreams&) const = default;
};

/// One channel end to take: which, and with which of the inherited descriptors.
struct JoinPlan {
    ChannelEnd end = ChannelEnd::Sender;
    unsigned index = 0;
    unsigned descriptors = 0; ///< how many of the inherited ones are this end's, in order
    EndStreams streams = {};
    std::uint64_t peers = 0; ///< a bit for each worker at the other end, by its place in the run
    std::string address = {};
    bool operator==(const JoinPlan&) const = default;
};

/// Everything a worker must know, handed over as text in a sealed memory file. A value.
struct WorkerPlan {
    /// The inherited descriptors, in this order; the channel ends' own follow.
    enum Descriptor : int { PlanText = 3, TelemetryFile, ControlFile, Bell, FirstOfChannels };

    WorkerTask task = WorkerTask::Send;
    std::string role;
    unsigned index = 0;   ///< among the workers of its task
    unsigned number = 0;  ///< among all workers of the run
    unsigned senders = 1; ///< workers among whom the load is shared
    unsigned rivals = 1;  ///< receivers that compete for what this worker sends
    unsigned streams = 1; ///< of the whole run
    /// How often this worker has been started anew; it goes on with the page of its predecessor.
    unsigned restarts = 0;
    int supervisor = 0;               ///< pid; the worker ends if this is not its parent
    std::vector<int> cores = {};      ///< to run on; empty = any
    std::vector<JoinPlan> joins = {}; ///< in this order; where none is of a kind, the others do both
    Experiment experiment = {};       ///< complete
    bool operator==(const WorkerPlan&) const = default;
};

/// Lines of "key=value"; parseWorkerPlan(toText(plan)) == plan, but for the experiment's title and summary.
std::string toText(const WorkerPlan& plan);

/// Throws FailureError if the text is not a plan: supervisor and worker are then of different versions.
WorkerPlan parseWorkerPlan(std::string_view text);

} // namespace ipclab
