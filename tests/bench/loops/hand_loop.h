#pragma once

#include "engine/base/clock.h"
#include "engine/experiment/experiment.h"
#include "tests/bench/turns.h"

#include <cstddef>

namespace ipclab {

struct LoopRequest {
    Exchange exchange = Exchange::OneWay;
    std::size_t messageSize = 64;
    Nanoseconds warmUp{};
    Nanoseconds duration{};
    TellProcesses tellProcesses = {};
};

/// A tight loop over one mechanism's system calls, as one would write it by hand for this mechanism alone:
/// two forked processes on the first two usable cores, nothing but the calls, the sequence number at the head
/// and at the tail of each message, and the clock. Blocks until both have ended. Returns the messages per
/// second that arrived or, for a round trip, the median of all of them in nanoseconds. Throws
/// std::runtime_error.
using HandLoop = double (*)(const LoopRequest&);

double pipeHandLoop(const LoopRequest& request);
double fifoHandLoop(const LoopRequest& request);
double unixStreamHandLoop(const LoopRequest& request);
double unixPacketHandLoop(const LoopRequest& request);
double unixDatagramHandLoop(const LoopRequest& request);
double tcpHandLoop(const LoopRequest& request);
double udpHandLoop(const LoopRequest& request);
double posixQueueHandLoop(const LoopRequest& request);
double systemVQueueHandLoop(const LoopRequest& request);
double ringHandLoop(const LoopRequest& request);
double spliceHandLoop(const LoopRequest& request);
double uringHandLoop(const LoopRequest& request);
double descriptorHandLoop(const LoopRequest& request);
double processVmHandLoop(const LoopRequest& request);
double eventfdHandLoop(const LoopRequest& request);
double signalHandLoop(const LoopRequest& request);
double mutexSlotsHandLoop(const LoopRequest& request);
double semaphoreSlotsHandLoop(const LoopRequest& request);
double poolHandLoop(const LoopRequest& request);
double mappedFileHandLoop(const LoopRequest& request);

} // namespace ipclab
