#include "engine/base/child_process.h"
#include "tests/support/storm_parts.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace ipclab {

namespace {

using namespace std::chrono_literals;
namespace files = std::filesystem;

constexpr Nanoseconds patienceForCleaning = 2s;

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
