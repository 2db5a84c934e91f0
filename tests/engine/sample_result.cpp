#include "tests/engine/sample_result.h"

#include <algorithm>
#include <memory>

namespace ipclab {

namespace {

using namespace std::chrono_literals;

LatencyCounts latencies(std::initializer_list<std::uint64_t> values)
{
    LatencyCounts histogram;
    histogram.counts.resize(LatencyGrid::bucketCount);
    for (const std::uint64_t value : values) {
        ++histogram.counts[LatencyGrid::indexOf(value)];
        ++histogram.total;
        histogram.sum += value;
    }
    histogram.min = std::min(values);
    histogram.max = std::max(values);
    return histogram;
}

Host sampleHost()
{
    return {.name = "laboratory",
            .kernel = "Linux 6.1.0",
            .processor = "A \"fast\" one",
            .cores = 2,
            .governor = "performance",
            .virtualisation = "none",
            .mitigations = "on",
            .clockSource = "tsc",
            .load = 0.25,
            .memory = 8'000'000'000,
            .program = "0.1.0",
            .limits = {{"fs.pipe-max-size", "1 MiB"}}};
}

WorkerResult sampleWorker(const std::string& role, int pid)
{
    WorkerResult worker;
    worker.role = role;
    worker.pid = pid;
    worker.exit = "finished";
    worker.restarts = 1;
    worker.sent = role == "sender" ? 4 : 0;
    worker.received = role == "sender" ? 0 : 3;
    worker.joinedAfter = 3ms;
    worker.wall = 100ns;
    worker.time.time = {40ns, 5ns, 30ns, 15ns, 10ns};
    worker.blocks.sending.record(1000ns);
    worker.blocks.sending.record(2'000'000ns);
    worker.wouldBlock = 2;
    worker.systemCalls = 7;
    worker.user = 25ns;
    worker.system = 15ns;
    worker.voluntarySwitches = 6;
    worker.involuntarySwitches = 1;
    worker.errors = {{"EAGAIN", 2}, {"EINTR", 1}};
    worker.standardError = "first line\nsecond, with a comma\n\xff";
    return worker;
}

SeriesPoint samplePoint(Nanoseconds at, bool isWarmUp)
{
    SeriesPoint point;
    point.at = at;
    point.length = 100ms;
    point.warmUp = isWarmUp;
    point.offered = 5;
    point.sent = 4;
    point.received = 3;
    point.arrived = 3;
    point.bytesReceived = 192;
    point.blocks.sending = {.count = 1, .max = 500ns};
    point.blocks.openReceiving = 70ms;
    point.fillMessages = 1;
    point.fillBytes = 68;
    point.races = {.tornRecords = 9, .lostUpdates = 10, .staleReads = 11};
    point.interleaving = {.tornRecords = 12, .foreignPieces = 13};
    point.workers.resize(2);
    point.workers[0].sent = 4;
    point.workers[1].received = 3;
    point.workers[1].busyWaiting = true;
    point.classes = {{.sent = 3, .received = 2, .overtaken = 1}, {.sent = 1, .received = 1, .overtaking = 1}};
    return point;
}

std::vector<KernelObject> sampleObjects()
{
    return {{.kind = "memory file",
             .name = "pipe:[4711]",
             .inode = 4711,
             .device = 14,
             .owner = "somebody",
             .mode = 0600,
             .addresses = {{"sender", 0x7f00'0000'1000}, {"receiver", 0x7f11'0000'2000}}},
            {.kind = "named socket", .name = "@a socket:[4712]", .inode = 4712, .owner = "somebody"},
            {.kind = "eventfd", .name = "anon_inode:[eventfd]"}};
}

RunSummary sampleSummary(const RunResult& result)
{
    return {.outcome = RunOutcome::Finished,
            .seconds = 0.1,
            .messagesSent = 4,
            .messagesReceived = 3,
            .messagesQueued = 1,
            .bytesReceived = 192,
            .messagesPerSecond = 30,
            .bytesPerSecond = 1920,
            .latencyEvery = 1,
            .response = result.response.summary(),
            .service = result.service.summary(),
            .lateness = {},
            .integrity = {.lost = 1,
                          .repeated = 2,
                          .reordered = 3,
                          .corrupt = 4,
                          .truncated = 5,
                          .races = {.tornRecords = 6, .lostUpdates = 7, .staleReads = 8},
                          .interleaving = {.tornRecords = 14, .foreignPieces = 15}},
            .timeToMeet = 1234us,
            .cost = {.copies = 2,
                     .systemCalls = 4.5,
                     .userNanoseconds = 16,
                     .systemNanoseconds = 10,
                     .contextSwitches = 0.25}};
}

std::vector<ClassResult> sampleClasses(const RunResult& result)
{
    return {{.title = "priority 0",
             .share = 0.75,
             .sent = 3,
             .received = 2,
             .queued = 1,
             .overtaking = 0,
             .overtaken = 1,
             .response = result.response.summary(),
             .service = result.service.summary()},
            {.title = "priority 1",
             .share = 0.25,
             .sent = 1,
             .received = 1,
             .queued = 0,
             .overtaking = 1,
             .overtaken = 0,
             .response = {},
             .service = {}}};
}

Saturation sampleSaturation()
{
    Saturation saturation{.goal = {.startRate = 1000, .percentile = "p99", .limit = 1ms, .stepTime = 300ms},
                          .steps = {{1000, 998.5, 300, 120us, StepVerdict::Kept},
                                    {2000, 1990, 600, 4200us, StepVerdict::TooSlow}}};
    saturation.kept = saturation.steps.front();
    saturation.failed = saturation.steps.back();
    saturation.isComplete = true;
    return saturation;
}

std::shared_ptr<const RunTrace> sampleTrace()
{
    RunTrace trace{.keep = TraceKeep::Last, .room = 10, .workers = {}};
    trace.workers.push_back(
        {.role = "sender", .pid = 11, .recorded = 12, .costPerEvent = 60ns, .events = {}});
    trace.workers.front().events = {
        {.begin = 100ns, .end = 250ns, .message = 4, .stream = 1, .kind = TraceKind::Send}};
    return std::make_shared<const RunTrace>(std::move(trace));
}

} // namespace

RunResult sampleResult()
{
    RunResult result;
    result.experiment.title = "Pipe, \"as is\"";
    result.experiment.mechanismOptions.set("capacity", "64 KiB");
    result.experiment.load.profile = "constant";
    result.experiment.load.options.set("rate", "10 k/s");
    result.experiment.seed = 7;
    result.host = sampleHost();
    result.startedAt = "2026-01-02T03:04:05Z";
    result.effective = {{"capacity", "Capacity", "1000 B", "4 KiB"}};
    result.capacity = Capacity{4096, CapacityUnit::Bytes, 4};
    result.objects = sampleObjects();
    result.response = latencies({100, 1000, 1'000'000});
    result.service = latencies({90, 900, 2000});
    result.reads.record(192);
    result.summary = sampleSummary(result);
    result.classes = sampleClasses(result);
    result.deliveries = {{2, 1}, {0, 0}, {1, 0}};
    result.workers = {sampleWorker("sender", 11), sampleWorker("receiver", 12)};
    result.series = {samplePoint(100ms, true), samplePoint(200ms, false)};
    result.series[1].response = result.summary.response;
    result.events = {{-2ms, EventKind::Started, "sender", "pid 11"},
                     {200ms, EventKind::Finished, "", "a \"quoted\" text"}};
    result.deadlocks = {{.graph = {.workers = {"receiver", "sender"},
                                   .edges = {{"receiver", "sender", "the lock of channel 1", true}}},
                         .at = 1500ms}};
    result.saturation = sampleSaturation();
    result.faults = {
        {{FaultKind::Stop, "receiver", 100ms, 20ms}, 101ms, FaultOutcome::PeerBlocks, "The sender blocks."}};
    result.checks = {{"sent_equals_received_lost_queued", true, "4 sent = 3 received + 0 lost + 1 queued"}};
    result.trace = sampleTrace();
    return result;
}

} // namespace ipclab
