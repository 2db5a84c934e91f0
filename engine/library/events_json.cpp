#include "engine/library/events_json.h"

namespace ipclab {

Json toJsonValue(const WaitEdge& edge)
{
    return {{"waiter", edge.waiter},
            {"awaited", edge.awaited},
            {"what", edge.what},
            {"awaited_is_dead", edge.awaitedIsDead}};
}

Json toJsonValue(const LoggedEvent& event)
{
    return {{"at_ns", event.at.count()},
            {"kind", word(event.kind)},
            {"worker", event.worker},
            {"text", event.text}};
}

Json toJsonValue(const FaultRecord& record)
{
    return {{"fault", toText(record.fault)},
            {"at_ns", record.at.count()},
            {"outcome", identifier(record.outcome)},
            {"sentence", record.sentence}};
}

Json toJsonValue(const Deadlock& deadlock)
{
    return {{"at_ns", deadlock.at.count()},
            {"nodes", Json(deadlock.graph.workers)},
            {"edges", toJsonList(deadlock.graph.edges)},
            {"sentence", deadlock.graph.sentence()}};
}

Json toJsonValue(const std::shared_ptr<const RunTrace>& trace)
{
    if (!trace)
        return nullptr;
    Json workers = Json::array();
    for (const WorkerTrace& worker : trace->workers)
        workers.push_back({{"role", worker.role},
                           {"recorded", worker.recorded},
                           {"kept", worker.events.size()},
                           {"event_cost_ns", worker.costPerEvent.count()}});
    return {{"keep", word(trace->keep)}, {"room", trace->room}, {"workers", workers}};
}

Json toJsonValue(const SelfCheck& check)
{
    return {{"id", check.id}, {"holds", check.holds}, {"sentence", check.sentence}};
}

} // namespace ipclab
