#pragma once

#include "engine/base/clock.h"
#include "engine/measure/class_page.h"
#include "engine/measure/run_series.h"
#include "engine/mechanisms/layers/layer_counts.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ipclab {

// The figures of a finished run: of each worker, of each class of messages, and of all together.

/// How a run came to its end.
enum class RunOutcome {
    Finished,   ///< the window was measured to its end
    Stopped,    ///< by the user, before its end
    WorkerLost, ///< a worker exited or was killed before its end
    Failed,     ///< could not be started or could not go on
};

std::string_view word(RunOutcome outcome);

/// What became of messages on their way, in the measured window: counts of messages, each received once
/// however often it comes. ipclab-run(5) says more of each.
struct IntegrityCounts {
    std::uint64_t lost = 0;
    std::uint64_t repeated = 0;
    std::uint64_t reordered = 0;
    std::uint64_t corrupt = 0;
    std::uint64_t truncated = 0;
    RaceCounts races = {};                ///< counted whatever the receiver looks at
    InterleavingCounts interleaving = {}; ///< likewise
    bool operator==(const IntegrityCounts&) const = default;
};

/// What came of waits with a deadline, and of pauses between attempts.
struct WaitCounts {
    std::uint64_t timeOuts = 0;
    std::uint64_t givenUp = 0; ///< messages that were then not sent
    std::uint64_t backOffs = 0;
    Nanoseconds backOffTime{};

    WaitCounts& operator+=(const WaitCounts& more)
    {
        timeOuts += more.timeOuts;
        givenUp += more.givenUp;
        backOffs += more.backOffs;
        backOffTime += more.backOffTime;
        return *this;
    }
    bool operator==(const WaitCounts&) const = default;
};

/// What one worker did in the measured window.
struct WorkerResult {
    std::string role;
    int pid = 0;
    unsigned restarts = 0; ///< how often another process took the place of one that had died
    std::string exit = {}; ///< "finished", "exited with status 3", "killed by SIGKILL"
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    Nanoseconds joinedAfter{};    ///< from its start until it had taken its ends; 0 if it never had
    LatencySummary response = {}; ///< of what it received
    LatencySummary service = {};
    LatencySummary hop = {}; ///< where there are relays: only from the worker before it
    Nanoseconds wall{};
    TimeSplit time = {};
    BlockTimes blocks = {};
    std::uint64_t wouldBlock = 0;
    std::uint64_t systemCalls = 0;
    std::uint64_t partialTransfers = 0;
    std::uint64_t droppedByKernel = 0; ///< messages on their way to it
    WaitCounts waits = {};
    ImpairedCounts impaired = {};         ///< what it sent
    AcknowledgedCounts acknowledged = {}; ///< of both directions
    LatencySummary connecting = {};       ///< time to connect, where each request has a connection of its own
    Nanoseconds user{};
    Nanoseconds system{};
    std::uint64_t voluntarySwitches = 0;
    std::uint64_t involuntarySwitches = 0;
    bool busyWaiting = false;
    std::map<std::string, std::uint64_t> errors = {}; ///< count by errno name
    std::string standardError = {};                   ///< what it wrote there, the last 4 KiB
};

/// What one message cost in the measured window: the sum over all workers, divided by the messages that were
/// received. Of a round trip it is that of both ways.
struct MessageCost {
    double copies = 0;          ///< of the payload, as the mechanism's traits say
    double systemCalls = 0;     ///< made to move messages and to wait for them
    double userNanoseconds = 0; ///< processor time
    double systemNanoseconds = 0;
    double contextSwitches = 0;
    bool operator==(const MessageCost&) const = default;
};

/// What became of one class of messages in the measured window.
struct ClassResult {
    std::string title; ///< "priority 1"
    double share = 0;  ///< of all messages, as asked
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t queued = 0;     ///< still in the channel at the end: of a class that starves, more and more
    std::uint64_t overtaking = 0; ///< came before a message that was sent earlier
    std::uint64_t overtaken = 0;  ///< came after a message that was sent later
    LatencySummary response;      ///< its maximum is the longest that one of those which arrived had to wait
    LatencySummary service;
    bool operator==(const ClassResult&) const = default;
};

/// What came of a run, over all its workers and the whole measured window.
struct RunSummary {
    RunOutcome outcome = RunOutcome::Failed;
    double seconds = 0; ///< of the measured window, as it really was
    std::uint64_t messagesSent = 0;
    std::uint64_t messagesReceived = 0;
    std::uint64_t messagesQueued = 0; ///< still in the channel at the end
    std::uint64_t bytesReceived = 0;
    double messagesPerSecond = 0; ///< received
    double bytesPerSecond = 0;
    std::uint64_t latencyEvery = 1;
    LatencySummary response; ///< of the round trip, where there is one
    LatencySummary service;
    LatencySummary lateness; ///< of the sender against its schedule; empty in a closed loop
    IntegrityCounts integrity;
    unsigned restarts = 0;                ///< of all workers together
    std::uint64_t lostInRestarts = 0;     ///< of `integrity.lost`: what the dead had in their hands
    std::uint64_t repeatedInRestarts = 0; ///< of `integrity.repeated`: what they had taken and not given back
    Nanoseconds
        timeToMeet{};      ///< from the first worker's looking for its peer until the last one had found it
    MessageCost cost = {}; ///< all 0 when nothing was received
    /// Jain's index of what came to each of the receivers that compete, or of what each of several senders
    /// sent: 1 when all had the same, 1/n when one had everything.
    std::optional<double> fairness = {};

    // Over all workers.
    std::uint64_t droppedByKernel = 0; ///< messages for which a receiving kernel said that it had no room
    WaitCounts waits = {};
    ImpairedCounts impaired = {};
    AcknowledgedCounts acknowledged = {};
    double rawMessagesPerSecond = 0; ///< sent and sent again, where there are acknowledgements; else 0
    LatencySummary connecting = {};
};

} // namespace ipclab
