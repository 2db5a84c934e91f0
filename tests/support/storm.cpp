#include "tests/support/storm.h"

#include "engine/base/child_process.h"
#include "engine/base/named_object.h"
#include "engine/base/private_directory.h"
#include "engine/mechanisms/catalog.h"
#include "tests/support/run_fixture.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>

namespace ipclab {

namespace {

using namespace std::chrono_literals;
namespace files = std::filesystem;

constexpr Nanoseconds patienceForARun = 20s;
constexpr Nanoseconds patienceForCleaning = 2s;

constexpr std::array nameKinds{NameKind::Path,
                               NameKind::PosixQueue,
                               NameKind::PosixSharedMemory,
                               NameKind::PosixSemaphore,
                               NameKind::SystemVQueue,
                               NameKind::SystemVSharedMemory,
                               NameKind::SystemVSemaphore};

std::vector<std::string> journalsIn(const std::string& directory)
{
    std::vector<std::string> journals;
    std::error_code error;
    for (files::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error))
        if (entry->path().filename().string().starts_with("journal-"))
            journals.push_back(entry->path().string());
    return journals;
}

/// What the journals list: "+ posix-queue /ipclab-812-1".
std::vector<NamedObject> listedIn(const std::vector<std::string>& journals)
{
    std::vector<NamedObject> objects;
    for (const std::string& journal : journals) {
        std::ifstream file(journal);
        std::string sign;
        std::string kind;
        std::string name;
        while (file >> sign >> kind && std::getline(file >> std::ws, name))
            for (const NameKind each : nameKinds)
                if (sign == "+" && kind == word(each))
                    objects.push_back({each, name});
    }
    return objects;
}

/// Those that are still there. They are removed, so that the next kill begins with nothing.
void noteRemaining(StormResult& result, const std::vector<NamedObject>& objects, const std::string& when)
{
    for (const NamedObject& object : objects)
        if (removeNamedObject(object))
            result.leftovers.push_back(fmt::format("{}: {}", when, describe(object)));
}

/// Those that this host offers.
std::vector<const Mechanism*> offeredMechanisms()
{
    std::vector<const Mechanism*> offered;
    for (const Mechanism* mechanism : allMechanisms())
        if (!mechanism->unavailable())
            offered.push_back(mechanism);
    return offered;
}

class Chance final {
public:
    explicit Chance(std::uint64_t seed) : m_random(seed) {}
    std::uint64_t below(std::uint64_t bound) { return m_random() % bound; }
    Nanoseconds upTo(Nanoseconds most)
    {
        return Nanoseconds(static_cast<Nanoseconds::rep>(below(static_cast<std::uint64_t>(most.count()))));
    }

private:
    std::mt19937_64 m_random;
};

/// Own journals only: others may run on this machine too.
std::vector<std::string> ownJournals()
{
    std::vector<std::string> own;
    for (const std::string& journal : journalsIn(privateDirectory()))
        if (journal.find(fmt::format("journal-{}-", ::getpid())) != std::string::npos)
            own.push_back(journal);
    return own;
}

struct Victim {
    std::size_t index = 0;
    Nanoseconds after{}; ///< since the workers were started
};

/// One run, of which one worker is killed.
class StruckRun final {
public:
    StruckRun(const Experiment& experiment, Victim victim)
        : m_run(experiment, testSettings()), m_victim(victim)
    {
    }

    /// Nothing if it hangs.
    std::optional<RunResult> follow()
    {
        m_run.start();
        const Nanoseconds deadline = now() + patienceForARun;
        while (!m_result && now() < deadline) {
            pollfd request{m_run.descriptor(), POLLIN, 0};
            ::poll(&request, 1,
                   static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(untilKill()).count()));
            for (RunEvent& event : m_run.dispatch())
                take(event);
            if (m_pid > 0 && now() >= m_killAt)
                strike();
        }
        return std::move(m_result);
    }

    const std::vector<NamedObject>& objects() const { return m_objects; }

private:
    Nanoseconds untilKill() const
    {
        return m_pid > 0 ? std::max(m_killAt - now(), Nanoseconds::zero()) : Nanoseconds(1s);
    }

    void take(RunEvent& event)
    {
        if (const auto* started = std::get_if<WorkersStarted>(&event)) {
            m_pid = started->workers.at(m_victim.index).pid;
            m_killAt = now() + m_victim.after;
        }
        if (auto* finished = std::get_if<RunFinished>(&event))
            m_result = std::move(finished->result);
        if (auto* failed = std::get_if<RunFailed>(&event))
            m_result = std::move(failed->result);
    }

    void strike()
    {
        m_objects = listedIn(ownJournals());
        ::kill(std::exchange(m_pid, 0),
               SIGKILL); // not reaped yet, for the run goes on: the pid is still its own
    }

    Run m_run;
    Victim m_victim;
    int m_pid = 0;
    Nanoseconds m_killAt{};
    std::vector<NamedObject> m_objects;
    std::optional<RunResult> m_result;
};

/// Empty if the result is that of a run of which a worker was killed.
std::string wrongAbout(const RunResult& result, std::size_t victim)
{
    if (result.summary.outcome == RunOutcome::Failed)
        return result.workers.empty() ? std::string()
                                      : "a failed run has workers"; // it was killed before it had joined
    if (result.summary.outcome != RunOutcome::WorkerLost)
        return fmt::format("its outcome is {}", word(result.summary.outcome));
    if (result.workers.at(victim).exit != "killed by SIGKILL")
        return fmt::format("the killed worker {}", result.workers.at(victim).exit);
    return violatedChecks(result);
}

Experiment stormExperiment(const Mechanism& mechanism, Exchange exchange)
{
    Experiment experiment = shortExperiment(mechanism.info().id, exchange);
    experiment.warmUp = 10ms;
    experiment.duration = 60s;
    return experiment;
}

/// A process of which only the pid is known.
class KnownProcess final {
public:
    explicit KnownProcess(int pid)
        : m_pid(pid), m_descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)))
    {
    }

    int pid() const { return m_pid; }
    /// Its end is readable on its descriptor; without one it had ended before.
    bool endsBefore(Nanoseconds deadline) const
    {
        if (!m_descriptor)
            return true;
        pollfd request{m_descriptor.get(), POLLIN, 0};
        const auto left = std::max(std::chrono::ceil<std::chrono::milliseconds>(deadline - now()), 0ms);
        return ::poll(&request, 1, static_cast<int>(left.count())) == 1;
    }

private:
    int m_pid;
    UniqueFd m_descriptor;
};

std::vector<KnownProcess> childrenOf(int pid)
{
    std::vector<KnownProcess> children;
    std::ifstream file(fmt::format("/proc/{}/task/{}/children", pid, pid));
    for (int child = 0; file >> child;)
        children.emplace_back(child);
    return children;
}

void sleepFor(Nanoseconds time)
{
    const timespec length = toTimespec(time);
    ::clock_nanosleep(CLOCK_MONOTONIC, 0, &length, nullptr);
}

/// Waits until reaper and workers are there and the journal lists what the mechanism needs.
void awaitWorkers(int supervisor)
{
    constexpr std::size_t reaperAndPair = 3;
    for (const Nanoseconds deadline = now() + 10s; now() < deadline; sleepFor(1ms))
        if (childrenOf(supervisor).size() >= reaperAndPair)
            return;
}

/// The runtime directory of the programs that are started meanwhile.
class OwnRuntimeDirectory final {
public:
    OwnRuntimeDirectory() : m_path(files::temp_directory_path() / fmt::format("ipclab-storm-{}", ::getpid()))
    {
        files::create_directory(m_path);
        files::permissions(m_path, files::perms::owner_all);
        if (const char* before = std::getenv("XDG_RUNTIME_DIR"))
            m_before = before;
        ::setenv("XDG_RUNTIME_DIR", m_path.c_str(), 1);
    }
    OwnRuntimeDirectory(const OwnRuntimeDirectory&) = delete;
    OwnRuntimeDirectory& operator=(const OwnRuntimeDirectory&) = delete;
    ~OwnRuntimeDirectory()
    {
        m_before.empty() ? ::unsetenv("XDG_RUNTIME_DIR") : ::setenv("XDG_RUNTIME_DIR", m_before.c_str(), 1);
        std::error_code error;
        files::remove_all(m_path, error);
    }

    std::string ofRuns() const { return (m_path / "ipclab").string(); }

private:
    files::path m_path;
    std::string m_before;
};

void killSupervisor(StormResult& result, const std::string& directory, const Mechanism& mechanism,
                    Chance& chance)
{
    const bool hasObjects = result.kills % 2 == 0;
    ChildProcess supervisor(
        {.program = std::string(IPCLAB_BIN_DIR) + "/ipclab-cli",
         .arguments = {"run", "--quiet", "--set", "mechanism=" + mechanism.info().id, "--set",
                       fmt::format("wait={}", word(mechanism.info().traits.waits.front())), "--set",
                       "duration=1 min"},
         .descriptors = {}});
    if (hasObjects)
        awaitWorkers(supervisor.pid());
    sleepFor(chance.upTo(30ms));
    supervisor.signal(SIGSTOP); // so that what is seen is what there is when it dies
    const std::vector<NamedObject> objects = listedIn(journalsIn(directory));
    const std::vector<KnownProcess> children = childrenOf(supervisor.pid());
    supervisor.killAndReap();

    const std::string when = fmt::format("kill {} of a supervisor, {}", result.kills, mechanism.info().id);
    const Nanoseconds deadline = now() + patienceForCleaning;
    for (const KnownProcess& child : children)
        if (!child.endsBefore(deadline))
            result.leftovers.push_back(fmt::format("{}: process {}", when, child.pid()));
    noteRemaining(result, objects, when);
    std::error_code error;
    for (files::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error))
        // A journal that nobody had a reaper for yet is empty, and swept by the next run.
        if (!entry->path().filename().string().starts_with("journal-") || hasObjects)
            result.leftovers.push_back(fmt::format("{}: {}", when, entry->path().string()));
    files::remove_all(directory, error);
    ++result.kills;
}

} // namespace

std::string StormResult::text() const
{
    std::string text = fmt::format("{} kills, {} hung", kills, hung);
    for (const std::string& each : wrong)
        text += "\n  wrong: " + each;
    for (const std::string& each : leftovers)
        text += "\n  left: " + each;
    return text;
}

StormResult stormOfKilledWorkers(unsigned kills, std::uint64_t seed)
{
    StormResult result;
    Chance chance(seed);
    const std::vector<const Mechanism*> mechanisms = offeredMechanisms();
    while (result.kills < kills) {
        const Mechanism& mechanism = *mechanisms[result.kills % mechanisms.size()];
        const Exchange exchange = chance.below(2) == 0 ? Exchange::OneWay : Exchange::RoundTrip;
        const Victim victim{static_cast<std::size_t>(chance.below(2)), chance.upTo(80ms)};
        const std::string when =
            fmt::format("kill {} of worker {} after {} us, {}, {}", result.kills, victim.index,
                        victim.after.count() / 1000, mechanism.info().id, word(exchange));
        const Belongings before = belongings();
        std::vector<NamedObject> objects;
        {
            StruckRun run(stormExperiment(mechanism, exchange), victim);
            const std::optional<RunResult> ended = run.follow();
            objects = run.objects();
            result.hung += ended ? 0U : 1U;
            if (const std::string wrong = ended ? wrongAbout(*ended, victim.index) : std::string("hung");
                !wrong.empty())
                result.wrong.push_back(fmt::format("{}: {}", when, wrong));
        }
        if (belongings() != before)
            result.leftovers.push_back(when + ": a process, a descriptor or a file");
        noteRemaining(result, objects, when);
        ++result.kills;
    }
    return result;
}

StormResult stormOfKilledSupervisors(unsigned kills, std::uint64_t seed)
{
    const OwnRuntimeDirectory directory;
    StormResult result;
    Chance chance(seed);
    const std::vector<const Mechanism*> mechanisms = offeredMechanisms();
    while (result.kills < kills)
        killSupervisor(result, directory.ofRuns(), *mechanisms[result.kills % mechanisms.size()], chance);
    return result;
}

} // namespace ipclab
