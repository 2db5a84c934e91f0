#include "engine/library/core_map_export.h"

#include "engine/library/csv_table.h"

#include <nlohmann/json.hpp>

namespace ipclab {

namespace {

using Json = nlohmann::ordered_json;

Json toJsonValue(const CorePair& pair)
{
    const LatencySummary& latency = pair.roundTrip;
    return {{"from", pair.from},
            {"to", pair.to},
            {"wait", word(pair.wait)},
            {"round_trip_ns",
             {{"count", latency.count},
              {"min", latency.min.count()},
              {"p50", latency.p50.count()},
              {"p90", latency.p90.count()},
              {"p99", latency.p99.count()},
              {"p99_9", latency.p999.count()},
              {"max", latency.max.count()},
              {"mean", latency.mean.count()}}},
            {"failure", pair.failure}};
}

} // namespace

std::string toJson(const CoreMap& map)
{
    Json pairs = Json::array();
    for (const CorePair& pair : map.pairs)
        pairs.push_back(toJsonValue(pair));
    const Json json{
        {"schema", "ipclab.cores/1"}, {"mechanism", map.mechanism}, {"cores", map.cores}, {"pairs", pairs}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string toCsv(const CoreMap& map)
{
    CsvTable table({"from core", "to core", "wait", "round trips", "min (ns)", "p50 (ns)", "p99 (ns)", "max (ns)", "failure"});
    for (const CorePair& pair : map.pairs) {
        table.add(pair.from);
        table.add(pair.to);
        table.add(word(pair.wait));
        table.add(pair.roundTrip.count);
        for (const Nanoseconds figure :
             {pair.roundTrip.min, pair.roundTrip.p50, pair.roundTrip.p99, pair.roundTrip.max})
            table.add(figure.count());
        table.add(pair.failure);
    }
    return table.text();
}

} // namespace ipclab
