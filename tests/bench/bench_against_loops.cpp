// What the laboratory costs where it measures: throughput and round trips of its workers against tight loops
// written by hand for one mechanism each. Both sides take turns within each measurement, or from one to the
// next; the ratio of each pair is taken, and of the ratios the median.

#include "engine/run/run.h"
#include "tests/bench/loops/hand_loop.h"
#include "tests/bench/told_run.h"
#include "tests/bench/verdict.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

using namespace ipclab;

namespace {

constexpr std::size_t smallSize = 64;

struct Contest {
    const char* mechanism;
    Wait wait;
    HandLoop loop;
    double leastOfSmall = 0.95;    ///< of the loop's throughput, for small messages with default measurement
    const char* lock = nullptr;    ///< of a mechanism that has one to choose
    std::size_t small = smallSize; ///< bytes of a small message

    const char* name() const { return lock ? lock : mechanism; }
};

const std::vector<Contest> contests{
    {"pipe", Wait::Block, pipeHandLoop},
    {"fifo", Wait::Block, fifoHandLoop},
    {"unix_stream", Wait::Block, unixStreamHandLoop},
    {"unix_seqpacket", Wait::Block, unixPacketHandLoop},
    {"unix_datagram", Wait::Block, unixDatagramHandLoop},
    {"tcp", Wait::Block, tcpHandLoop},
    {"udp", Wait::Block, udpHandLoop},
    {"posix_mq", Wait::Block, posixQueueHandLoop},
    {"sysv_mq", Wait::Block, systemVQueueHandLoop},
    {"shm_ring", Wait::Spin, ringHandLoop, 0.80},
    {"pipe_splice", Wait::Block, spliceHandLoop},
    {"io_uring", Wait::Block, uringHandLoop},
    {"descriptor_passing", Wait::Block, descriptorHandLoop},
    {"process_vm", Wait::Block, processVmHandLoop},
    {"eventfd", Wait::Block, eventfdHandLoop, 0.95, nullptr, 8},
    {"signal", Wait::Block, signalHandLoop, 0.95, nullptr, 8},
    {"shared_memory", Wait::Block, mutexSlotsHandLoop, 0.80, "robust"},
    {"shared_memory", Wait::Block, semaphoreSlotsHandLoop, 0.80, "posix_semaphore"},
    {"shm_pool", Wait::Spin, poolHandLoop, 0.80},
    {"mapped_file", Wait::Spin, mappedFileHandLoop, 0.80},
};

constexpr double leastOfLarger = 0.95;
constexpr double mostRoundTrip = 1.10;

struct Settings {
    std::size_t pairs = 7;
    double seconds = 2;
    std::vector<std::string> mechanisms;
    std::vector<std::size_t> sizes{smallSize, 4 << 10, 64 << 10};
};

Nanoseconds toDuration(double seconds)
{
    return std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>(seconds));
}

LoopRequest requestFor(Exchange exchange, std::size_t size, const Settings& settings)
{
    return {.exchange = exchange,
            .messageSize = size,
            .warmUp = toDuration(settings.seconds / 4),
            .duration = toDuration(settings.seconds)};
}

Experiment experimentFor(const Contest& contest, const LoopRequest& request)
{
    Experiment experiment;
    experiment.mechanism = contest.mechanism;
    if (contest.lock)
        experiment.mechanismOptions.set("lock", contest.lock);
    experiment.wait = contest.wait;
    experiment.exchange = request.exchange;
    experiment.messageSize = request.messageSize;
    experiment.warmUp = request.warmUp;
    experiment.duration = request.duration;
    experiment.cores = CorePlacement::Different;
    return experiment;
}

/// The same figure as the hand-written loop's, by the laboratory.
double measureRun(const Contest& contest, const LoopRequest& request)
{
    const RunResult result = runTelling(experimentFor(contest, request), request.tellProcesses);
    if (request.exchange == Exchange::RoundTrip)
        return static_cast<double>(result.summary.service.p50.count());
    return result.summary.messagesPerSecond;
}

struct Duel {
    std::vector<double> loop;
    std::vector<double> run;
    std::vector<double> ratios;
};

struct Pair {
    double loop = 0;
    double run = 0;
};

Pair inTurns(const Contest& contest, LoopRequest request)
{
    request.duration *= 2;
    const auto telling = [&request](const TellProcesses& tellProcesses) {
        LoopRequest told = request;
        told.tellProcesses = tellProcesses;
        return told;
    };
    const std::vector<TurnFigure> figures =
        takeTurns({[&](const TellProcesses& tell) { return contest.loop(telling(tell)); },
                   [&](const TellProcesses& tell) { return measureRun(contest, telling(tell)); }});
    const TurnFigure loop = figures[0];
    const TurnFigure run = figures[1];
    if (request.exchange == Exchange::RoundTrip)
        return {loop.figure, run.figure};
    return {loop.figure / loop.share, run.figure / run.share};
}

/// Two that spin over small messages fall into a step that a stop throws them out of, for longer than a turn.
bool keepsStep(const Contest& contest, const LoopRequest& request)
{
    return contest.wait == Wait::Spin && request.messageSize <= smallSize;
}

Duel fight(const Contest& contest, const LoopRequest& request, std::size_t pairs)
{
    Duel duel;
    for (std::size_t number = 0; number < pairs; ++number) {
        const Pair pair = keepsStep(contest, request)
                              ? Pair{contest.loop(request), measureRun(contest, request)}
                              : inTurns(contest, request);
        duel.loop.push_back(pair.loop);
        duel.run.push_back(pair.run);
        duel.ratios.push_back(pair.run / pair.loop);
    }
    return duel;
}

std::string sizeText(std::size_t size)
{
    return size < 1024 ? fmt::format("{} B", size) : fmt::format("{} KiB", size / 1024);
}

void compareThroughput(const Contest& contest, std::size_t size, const Settings& settings, Verdicts& verdicts)
{
    const LoopRequest request = requestFor(Exchange::OneWay, size, settings);
    const std::string name = fmt::format("{:<19}{:>7} one way   ", contest.name(), sizeText(size));
    if (!problems(experimentFor(contest, request)).empty()) {
        fmt::print("      {}not allowed on this host\n", name);
        return;
    }
    const Duel duel = fight(contest, request, settings.pairs);
    const std::string what =
        fmt::format("{}loop {:>11.0f}/s  run {:>11.0f}/s", name, medianOf(duel.loop), medianOf(duel.run));
    verdicts.atLeast(what, duel.ratios, size <= smallSize ? contest.leastOfSmall : leastOfLarger);
}

void compareRoundTrip(const Contest& contest, const Settings& settings, Verdicts& verdicts)
{
    const LoopRequest request = requestFor(Exchange::RoundTrip, contest.small, settings);
    if (!problems(experimentFor(contest, request)).empty())
        return;
    const Duel duel = fight(contest, request, settings.pairs);
    verdicts.atMost(fmt::format("{:<19}{:>7} round trip p50 {:>8.0f} ns  run {:>10.0f} ns", contest.name(),
                                sizeText(contest.small), medianOf(duel.loop), medianOf(duel.run)),
                    duel.ratios, mostRoundTrip);
}

bool isWanted(const Contest& contest, const Settings& settings)
{
    return settings.mechanisms.empty() || std::ranges::count(settings.mechanisms, contest.mechanism) > 0;
}

} // namespace

int main(int argumentCount, char** arguments)
{
    Settings settings;
    CLI::App app{"Compares the laboratory's workers with hand-written loops of the same system calls."};
    app.add_option("--pairs", settings.pairs, "Pairs of measurements for each judged figure")
        ->capture_default_str();
    app.add_option("--size", settings.sizes, "Only these message sizes, in bytes")->capture_default_str();
    app.add_option("--seconds", settings.seconds, "How long each side runs in each pair")
        ->capture_default_str();
    app.add_option("--mechanism", settings.mechanisms, "Only these mechanisms");
    CLI11_PARSE(app, argumentCount, arguments);

    fmt::print("run ÷ hand-written loop, {} s each, sender and receiver on different cores:\n"
               "median of {} pairs (lowest … highest)\n\n",
               settings.seconds, settings.pairs);
    return statusOf([&](Verdicts& verdicts) {
        for (const Contest& contest : contests) {
            if (!isWanted(contest, settings))
                continue;
            for (const std::size_t size : settings.sizes)
                compareThroughput(contest, size == smallSize ? contest.small : size, settings, verdicts);
            compareRoundTrip(contest, settings, verdicts);
        }
    });
}
