#include "tests/support/fault_storm.h"

#include "engine/mechanisms/catalog.h"
#include "tests/support/run_fixture.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace ipclab {

namespace {

using namespace std::chrono_literals;
using Outcomes = std::vector<FaultOutcome>;

constexpr Nanoseconds patience = 10s;

/// One mechanism, with one of its locks where it has any.
struct Field {
    const Mechanism* mechanism;
    std::string lock = {};

    const Traits& traits() const { return mechanism->info().traits; }
    bool isFreedByADeath() const { return lock == "robust" || lock == "sysv_semaphore_undo"; }
    bool isLocked() const { return !lock.empty() && lock != "none"; }
    std::string name() const
    {
        return lock.empty() ? mechanism->info().id : mechanism->info().id + " " + lock;
    }
};

std::vector<Field> allFields()
{
    std::vector<Field> fields;
    for (const Mechanism* mechanism : allMechanisms()) {
        if (mechanism->unavailable())
            continue;
        const auto& options = mechanism->info().options;
        const auto lock = std::ranges::find(options, "lock", &OptionSpec::id);
        if (lock == options.end())
            fields.push_back({mechanism});
        else
            for (const OptionChoice& choice : lock->choices)
                fields.push_back({mechanism, choice.id});
    }
    return fields;
}

Outcomes afterALoss(const Field& field)
{
    if (field.traits().peerExit == PeerExit::Noticed)
        return {FaultOutcome::PeerTold};
    return {FaultOutcome::PeerToldBySupervisor,
            FaultOutcome::PeerTold}; // datagrams may meet ECONNREFUSED first
}

/// The process lives on: of what is not tied to its ends nobody is told.
Outcomes afterAClosing(const Field& field)
{
    if (field.traits().peerExit == PeerExit::Noticed && field.mechanism->info().id != "signal")
        return {FaultOutcome::PeerTold};
    return {FaultOutcome::PeerTold, FaultOutcome::PeerBlocksForEver, FaultOutcome::PeerGoesOn};
}

/// Who sends into a channel that keeps all it is given, and has only so much room.
bool isHeldUp(const Field& field, const RunResult& result)
{
    const bool isChannel = result.capacity || field.traits().peerExit == PeerExit::Noticed;
    return isChannel && field.traits().loss == Loss::Never;
}

Outcomes ofLockKind(FaultKind kind, const Field& field)
{
    if (kind == FaultKind::RestoreLock && field.lock == "none")
        return {FaultOutcome::Done};
    if (!field.isLocked() || kind == FaultKind::LockBoth || kind == FaultKind::RestoreLock)
        return {FaultOutcome::Refused}; // a pair has one channel, and one lock that is on
    if (kind == FaultKind::HoldLock)
        return {FaultOutcome::PeerBlocks};
    if (kind == FaultKind::RemoveLock)
        return {FaultOutcome::DataDamaged, FaultOutcome::PeerGoesOn};
    return {field.isFreedByADeath() ? FaultOutcome::LockFreed : FaultOutcome::PeerBlocksForEver};
}

/// What may come of it.
Outcomes expected(FaultKind kind, const Field& field, const RunResult& result)
{
    switch (kind) {
    case FaultKind::Kill:
        return afterALoss(field);
    case FaultKind::Close:
        return afterAClosing(field);
    case FaultKind::Stop:
        return {isHeldUp(field, result) ? FaultOutcome::PeerBlocks : FaultOutcome::PeerGoesOn};
    case FaultKind::Continue:
        return {FaultOutcome::PeerGoesOn};
    case FaultKind::Slow: // a large channel may not be full so soon
        return {FaultOutcome::PeerGoesOn, FaultOutcome::PeerBlocks};
    case FaultKind::Fill:
        return isHeldUp(field, result) ? Outcomes{FaultOutcome::PeerBlocks}
                                       : Outcomes{FaultOutcome::PeerGoesOn, FaultOutcome::Unseen};
    case FaultKind::Leak:
        return {field.traits().peerExit == PeerExit::Noticed ? FaultOutcome::Done : FaultOutcome::Refused,
                FaultOutcome::Refused};
    default:
        return ofLockKind(kind, field);
    }
}

/// Whether what the workers did bears out what the run says.
std::string contradicted(const FaultRecord& record, const RunResult& result)
{
    const WorkerResult& target = result.workers.at(1);
    const bool mustDie = record.fault.kind == FaultKind::Kill || record.fault.kind == FaultKind::KillInLock;
    if (mustDie && record.outcome != FaultOutcome::Refused && target.exit != "killed by SIGKILL")
        return "the receiver " + target.exit;
    if (!mustDie && target.exit != "finished")
        return "the receiver " + target.exit;
    if (record.outcome == FaultOutcome::DataDamaged && result.summary.integrity.races.total() == 0)
        return "nothing is damaged";
    return violatedChecks(result);
}

RunResult resultOf(const Field& field, const Fault& fault)
{
    Experiment experiment = shortExperiment(field.mechanism->info().id);
    if (!field.lock.empty())
        experiment.mechanismOptions.set("lock", field.lock);
    experiment.duration = patience;
    experiment.faults = {fault};
    return follow(experiment,
                  [](Run& run, const RunEvent& event) {
                      const auto* happened = std::get_if<Happened>(&event);
                      if (happened && (happened->event.kind == EventKind::Outcome ||
                                       happened->event.kind == EventKind::Warning))
                          run.stop();
                  })
        .result;
}

struct Finding {
    std::string wrong;
    bool isRefused = false; ///< the mechanism cannot have such a fault
};

Finding findingOf(const Field& field, const Fault& fault)
{
    const RunResult result = resultOf(field, fault);
    if (result.faults.size() != 1)
        return {"no outcome is known"};
    const FaultRecord& record = result.faults.front();
    const Outcomes may = expected(fault.kind, field, result);
    if (std::ranges::find(may, record.outcome) == may.end())
        return {fmt::format("{}, not {}: {}", identifier(record.outcome), identifier(may.front()),
                            record.sentence)};
    return {contradicted(record, result), record.outcome == FaultOutcome::Refused};
}

/// A kind of fault over one mechanism.
struct Bout {
    Field field;
    const FaultKindInfo* info;
};

std::vector<Bout> allBouts()
{
    std::vector<Bout> bouts;
    for (const Field& field : allFields())
        for (const FaultKindInfo& info : allFaultKinds())
            bouts.push_back({field, &info});
    return bouts;
}

/// True if the mechanism refuses it, as it will the next time.
bool carryOut(const Bout& bout, std::mt19937_64& random, StormResult& result)
{
    Fault fault{.kind = bout.info->kind, .target = bout.info->hasTarget ? "receiver" : ""};
    fault.at = 60ms + std::chrono::microseconds(random() % 60'000);
    fault.workPerMessage = bout.info->hasWork ? 1ms : 0ms;
    const Belongings before = belongings();
    const Finding finding = findingOf(bout.field, fault);
    if (!finding.wrong.empty())
        result.wrong.push_back(
            fmt::format("{} over {}: {}", toText(fault), bout.field.name(), finding.wrong));
    if (belongings() != before)
        result.leftovers.push_back(fmt::format("{} over {}", toText(fault), bout.field.name()));
    ++result.kills;
    return finding.isRefused;
}

} // namespace

StormResult stormOfFaults(unsigned timesEach, std::uint64_t seed)
{
    StormResult result;
    std::mt19937_64 random(seed);
    std::vector<Bout> bouts = allBouts();
    for (unsigned time = 0; time < timesEach; ++time)
        std::erase_if(bouts, [&](const Bout& bout) { return carryOut(bout, random, result); });
    return result;
}

} // namespace ipclab
