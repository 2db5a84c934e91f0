#include "engine/experiment/restart_rules.h"

#include "engine/base/wording.h"
#include "engine/experiment/shape.h"
#include "engine/mechanisms/catalog.h"

#include <fmt/format.h>

#include <string_view>

// What a worker has done lies in its page, in the channel and in the notes beside the stream. It can be taken
// up where it stopped as long as nothing else is needed to go on: no question of which somebody awaits the
// answer, nothing known of each of several peers, no windows of a layer.

namespace ipclab {

namespace {

std::string mechanismsThatLetBackIn()
{
    std::vector<std::string> ids;
    for (const Mechanism* mechanism : allMechanisms())
        if (!mechanism->whyNotRejoin(withDefaults(mechanism->info().options, {})))
            ids.push_back(mechanism->info().id);
    return enumerated(ids, "and");
}

/// What of the experiment, whatever its mechanism, keeps a successor from going on; empty if nothing does.
std::string_view obstacleIn(const Experiment& experiment, std::size_t classes)
{
    if (experiment.exchange != Exchange::OneWay)
        return "where exchange is one-way: a question that somebody had in hand when he died is never "
               "answered, and who "
               "asked it would wait for ever";
    if (experiment.shape.kind != ShapeKind::Pair && !receiversCompete(experiment))
        return "in a pair, or where receivers compete (shape.delivery): elsewhere a worker knows how far it "
               "is with each "
               "of several others, and that dies with it";
    if (classes > 1)
        return "where messages are all of one class: who has overtaken whom is known only to the receiver "
               "that died";
    if (!experiment.impairment.isNone() || !experiment.acknowledgement.isNone())
        return "without impairment and acknowledgement: what is on its way through them dies with the worker";
    if (experiment.start != StartOrder::Together)
        return "where start is together: a sender that may exit first is no failure";
    if (experiment.reads != ReadOrder::AtOnce)
        return "where receiver.reads is at-once: a receiver that waits for its sender's end would take a "
               "death for it";
    return {};
}

} // namespace

std::optional<std::string> whyNotRestarted(const Experiment& experiment, const Mechanism& mechanism)
{
    if (experiment.restart.policy == RestartPolicy::None)
        return std::nullopt;
    const Options options = withDefaults(mechanism.info().options, experiment.mechanismOptions);
    if (const std::optional<std::string> reason = mechanism.whyNotRejoin(options))
        return fmt::format("{} cannot be on-failure with {}, because {}; {} let a successor in as they are",
                           restartPolicyKey, mechanism.info().id, *reason, mechanismsThatLetBackIn());
    const std::string_view obstacle = obstacleIn(experiment, mechanism.classes(options).size());
    return obstacle.empty()
               ? std::nullopt
               : std::optional(fmt::format("{} can be on-failure only {}", restartPolicyKey, obstacle));
}

} // namespace ipclab
