#include "tests/support/storm.h"

#include "engine/base/private_directory.h"
#include "tests/support/run_fixture.h"
#include "tests/support/storm_parts.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <optional>

namespace ipclab {

namespace {

using namespace std::chrono_literals;

constexpr Nanoseconds patienceForARun = 20s;

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
    Nanoseconds after{};   ///< since the workers were started, or else since they have joined
    bool isInLock = false; ///< it is killed inside the lock of its channel, by a fault
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
            if (mayStrike() && now() >= m_killAt)
                strike();
        }
        return std::move(m_result);
    }

    const std::vector<NamedObject>& objects() const { return m_objects; }
    /// What the victim had done is still in its page when it has gone.
    bool hasKeptTheCounts() const { return m_countInTheEnd >= m_count; }

private:
    Nanoseconds untilKill() const
    {
        return mayStrike() ? std::max(m_killAt - now(), Nanoseconds::zero()) : Nanoseconds(1s);
    }

    void take(RunEvent& event)
    {
        if (const auto* started = std::get_if<WorkersStarted>(&event)) {
            m_role = started->workers.at(m_victim.index).role;
            m_pid = m_victim.isInLock ? 0 : started->workers.at(m_victim.index).pid;
            m_killAt = now() + m_victim.after;
        }
        if (std::holds_alternative<WorkersJoined>(event) && m_victim.isInLock) {
            m_killAt = now() + m_victim.after;
            m_isToBeStruckInLock = true;
        }
        if (const auto* sample = std::get_if<SampleTaken>(&event))
            noteCounts(sample->workers.at(m_victim.index));
        if (std::holds_alternative<DeadlockFound>(event))
            m_run.stop(); // it waits for a lock that nobody can give back: there is no more to see
        if (auto* finished = std::get_if<RunFinished>(&event))
            m_result = std::move(finished->result);
        if (auto* failed = std::get_if<RunFailed>(&event))
            m_result = std::move(failed->result);
    }

    bool mayStrike() const { return m_pid > 0 || m_isToBeStruckInLock; }

    void noteCounts(const WorkerStatus& status)
    {
        m_countInTheEnd = status.sent + status.received;
        if (status.phase != "killed")
            m_count = m_countInTheEnd;
    }

    void strike()
    {
        m_objects = listedIn(ownJournals());
        if (std::exchange(m_isToBeStruckInLock, false))
            return m_run.inject({.kind = FaultKind::KillInLock, .target = m_role});
        ::kill(std::exchange(m_pid, 0),
               SIGKILL); // not reaped yet, for the run goes on: the pid is still its own
    }

    Run m_run;
    Victim m_victim;
    std::string m_role;
    int m_pid = 0;
    bool m_isToBeStruckInLock = false;
    Nanoseconds m_killAt{};
    std::uint64_t m_count = 0;         ///< of the victim's messages, when it was last seen alive
    std::uint64_t m_countInTheEnd = 0; ///< and at the end
    std::vector<NamedObject> m_objects;
    std::optional<RunResult> m_result;
};

/// Empty if the result is that of a run of which a worker was killed.
std::string wrongAbout(const RunResult& result, const Victim& how)
{
    const std::size_t victim = how.index;
    if (result.summary.outcome == RunOutcome::Failed)
        return result.workers.empty() ? std::string()
                                      : "a failed run has workers"; // it was killed before it had joined
    const bool wasStopped =
        how.isInLock && result.summary.outcome == RunOutcome::Stopped; // after the deadlock
    if (result.summary.outcome != RunOutcome::WorkerLost && !wasStopped)
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

/// One of its locks, where the mechanism has any; then every second time the victim is to die inside.
bool chooseLock(Experiment& experiment, const Mechanism& mechanism, Chance& chance)
{
    for (const OptionSpec& spec : mechanism.info().options) {
        if (spec.id != "lock")
            continue;
        const std::string& lock = spec.choices[chance.below(spec.choices.size())].id;
        experiment.mechanismOptions.set("lock", lock);
        return lock != "none" && chance.below(2) == 0;
    }
    return false;
}

} // namespace

StormResult stormOfKilledWorkers(unsigned kills, std::uint64_t seed)
{
    StormResult result;
    Chance chance(seed);
    const std::vector<const Mechanism*> mechanisms = offeredMechanisms();
    while (result.kills < kills) {
        const Mechanism& mechanism = *mechanisms[result.kills % mechanisms.size()];
        const Exchange exchange = chance.below(2) == 0 ? Exchange::OneWay : Exchange::RoundTrip;
        Experiment experiment = stormExperiment(mechanism, exchange);
        const bool isInLock = chooseLock(experiment, mechanism, chance);
        const Victim victim{static_cast<std::size_t>(chance.below(2)), chance.upTo(80ms), isInLock};
        const std::string when =
            fmt::format("kill {} of worker {}{} after {} us, {} {}, {}", result.kills, victim.index,
                        isInLock ? " inside the lock" : "", victim.after.count() / 1000, mechanism.info().id,
                        keyText(experiment, "mechanism_options.lock"), word(exchange));
        const Belongings before = belongings();
        std::vector<NamedObject> objects;
        {
            StruckRun run(experiment, victim);
            const std::optional<RunResult> ended = run.follow();
            objects = run.objects();
            result.hung += ended ? 0U : 1U;
            if (const std::string wrong = ended ? wrongAbout(*ended, victim) : std::string("hung");
                !wrong.empty())
                result.wrong.push_back(fmt::format("{}: {}", when, wrong));
            if (!run.hasKeptTheCounts())
                result.wrong.push_back(when + ": the killed worker's counts are not kept");
        }
        if (belongings() != before)
            result.leftovers.push_back(when + ": a process, a descriptor or a file");
        noteRemaining(result, objects, when);
        ++result.kills;
    }
    return result;
}

} // namespace ipclab
