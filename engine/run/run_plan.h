#pragma once

#include "engine/experiment/worker_plan.h"
#include "engine/mechanisms/mechanism.h"

#include <string>
#include <vector>

namespace ipclab {

/// One end of one of the run's channels.
struct PlannedEnd {
    unsigned channel = 0;
    Seat seat;
    EndStreams streams = {};
    std::uint64_t peers = 0; ///< a bit for each worker at the other end
};

/// A worker that the run starts: what it does, and at which ends.
struct PlannedWorker {
    WorkerTask task;
    std::string role; ///< "sender", or "sender 2" where there are several
    unsigned index = 0;
    std::vector<PlannedEnd> ends; ///< in the order of the channels; one to do both on, or some for each
};

/// How many workers take each end of one channel.
struct PlannedChannel {
    unsigned senders = 1;
    unsigned receivers = 1;
};

/// Which channels and workers an experiment takes. A value.
struct RunPlan {
    std::vector<PlannedChannel> channels;
    std::vector<PlannedWorker> workers;
    unsigned streams = 1;      ///< of messages: see StreamNotes
    unsigned loadChannels = 1; ///< among which the messages that are sent and not yet received are spread
    unsigned sources = 1;      ///< workers whose messages are the run's load
    unsigned copies = 1;       ///< sent of each message
    unsigned rivals = 1;       ///< receivers that compete for the messages
};

/// The experiment has no problems. A round trip takes one channel that goes both ways, or else two that go
/// one way.
RunPlan planFor(const Experiment& experiment);

/// The channel it sends into first, or its first one if it only receives; and that from which it receives
/// first.
unsigned sendingChannelOf(const PlannedWorker& worker);
unsigned receivingChannelOf(const PlannedWorker& worker);

/// Whether what this worker sends counts as the run's messages, and whether what it receives does.
bool isSource(WorkerTask task);
bool isSink(WorkerTask task);

} // namespace ipclab
