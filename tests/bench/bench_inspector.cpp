// What it costs to look at sixteen live workers: the processor time of inspecting them as the window does,
// twice a second, by itself, and beside it what the supervisor takes to follow the same run.

#include "engine/experiment/shape.h"
#include "engine/run/processes/process_inspector.h"
#include "tests/bench/verdict.h"
#include "tests/support/run_fixture.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <poll.h>

#include <ctime>

namespace ipclab {

namespace {

using namespace std::chrono_literals;

struct Settings {
    std::size_t rounds = 40;
    std::vector<std::string> mechanisms{"pipe", "unix_stream", "shm_ring"};
};

constexpr unsigned workerCount = 16;
constexpr std::size_t shownByTheWindow = 2;
constexpr double mostPercent = 1;

Nanoseconds processorTimeOfThread()
{
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + Nanoseconds(time.tv_nsec);
}

/// Sixteen that live until they are stopped, and leave the cores to the one who measures.
Experiment sixteenWorkers(const std::string& mechanism)
{
    Experiment experiment = shortExperiment(mechanism);
    experiment.shape.kind = ShapeKind::FanIn;
    experiment.shape.senders = workerCount - 1;
    experiment.load.profile = "constant";
    experiment.load.options.set("rate", "1 k/s");
    experiment.load.pacing = Pacing::Economy;
    experiment.wait = Wait::Block;
    experiment.duration = 1h;
    return experiment;
}

/// What is done at each turn of the window, and how much of a thread's time it took.
struct Costs {
    Nanoseconds inspectingShown{};
    Nanoseconds inspectingAll{};
    Nanoseconds following{};
    Nanoseconds wall{};
    std::size_t turns = 0;
};

/// A run that is followed, and whose workers are inspected meanwhile.
class InspectedRun final {
public:
    explicit InspectedRun(const std::string& mechanism) : m_run(sixteenWorkers(mechanism), testSettings()) {}

    Costs measure(std::size_t turns)
    {
        m_run.start();
        followFor(1s); // until all have joined and the files of /proc are as they stay
        m_costs = {};
        const Nanoseconds begin = now();
        while (m_costs.turns < turns) {
            m_costs.inspectingShown += inspect(m_shown);
            m_costs.inspectingAll += inspect(m_all);
            ++m_costs.turns;
            followFor(inspectionInterval);
        }
        m_costs.wall = now() - begin;
        m_run.stop();
        m_run.stop(); // nor wait until the channels are empty
        while (!m_run.isOver())
            follow(1s);
        return m_costs;
    }

private:
    Nanoseconds inspect(std::vector<ProcessInspector>& inspectors)
    {
        const Nanoseconds before = processorTimeOfThread();
        Neighbourhood neighbours(m_workers);
        for (ProcessInspector& inspector : inspectors)
            if (inspector.inspect(neighbours).isGone)
                throw std::runtime_error("a worker has gone");
        return processorTimeOfThread() - before;
    }

    void followFor(Nanoseconds time)
    {
        const Nanoseconds end = now() + time;
        for (Nanoseconds left = time; left > 0ns; left = end - now())
            follow(left);
    }

    void follow(Nanoseconds atMost)
    {
        const timespec limit = toTimespec(atMost);
        pollfd request{m_run.descriptor(), POLLIN, 0};
        ::ppoll(&request, 1, &limit, nullptr);
        const Nanoseconds before = processorTimeOfThread();
        const std::vector<RunEvent> events = m_run.dispatch();
        m_costs.following += processorTimeOfThread() - before;
        for (const RunEvent& event : events) {
            if (const auto* started = std::get_if<WorkersStarted>(&event))
                take(started->workers);
            if (const auto* failed = std::get_if<RunFailed>(&event))
                throw std::runtime_error(failed->failure.sentence());
        }
    }

    void take(const std::vector<WorkerStatus>& workers)
    {
        for (const WorkerStatus& worker : workers) {
            m_workers.push_back({worker.pid, worker.role});
            m_all.emplace_back(worker.pid);
        }
        m_shown.assign(m_all.end() - shownByTheWindow, m_all.end());
    }

    Run m_run;
    Costs m_costs;
    std::vector<Inspectable> m_workers;
    std::vector<ProcessInspector> m_shown;
    std::vector<ProcessInspector> m_all;
};

void judge(const std::string& mechanism, std::size_t turns, Verdicts& verdicts)
{
    const Costs costs = InspectedRun(mechanism).measure(turns);
    const Nanoseconds turn = inspectionInterval;
    const auto percent = [](Nanoseconds part, Nanoseconds whole) {
        return std::vector{100 * static_cast<double>(part.count()) / static_cast<double>(whole.count())};
    };
    const auto name = [&](const std::string& what) { return fmt::format("{:<12}{}", mechanism, what); };
    const Nanoseconds whole = turn * costs.turns;
    verdicts.atMost(name("inspecting two of 16 workers, as the window does (% of a core)"),
                    percent(costs.inspectingShown, whole), mostPercent);
    verdicts.atMost(name("inspecting all 16 (% of a core)"), percent(costs.inspectingAll, whole),
                    mostPercent);
    verdicts.unjudged(name("following the run of 16, a sample every 100 ms (% of a core)"),
                      percent(costs.following, costs.wall));
}

} // namespace

} // namespace ipclab

int main(int argumentCount, char** arguments)
{
    using namespace ipclab;
    Settings settings;
    CLI::App app{"Measures what inspecting sixteen workers costs."};
    app.add_option("--rounds", settings.rounds, "Inspections of each worker")->capture_default_str();
    app.add_option("--mechanism", settings.mechanisms, "Over which they talk")->capture_default_str();
    CLI11_PARSE(app, argumentCount, arguments);
    return statusOf([&](Verdicts& verdicts) {
        for (const std::string& mechanism : settings.mechanisms)
            judge(mechanism, settings.rounds, verdicts);
    });
}
