#include "engine/library/core_map_export.h"

#include "engine/library/csv_columns.h"
#include "engine/library/figures_json.h"

namespace ipclab {

namespace {

Json toJsonValue(const CorePair& pair)
{
    return {{"from", pair.from},
            {"to", pair.to},
            {"wait", word(pair.wait)},
            {"round_trip_ns", toJsonValue(pair.roundTrip)},
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
    const auto ofRoundTrip = [](Nanoseconds LatencySummary::*figure) {
        return [figure](const CorePair& pair) { return pair.roundTrip.*figure; };
    };
    CsvColumns<CorePair> columns;
    columns.add("from core", &CorePair::from)
        .add("to core", &CorePair::to)
        .add("wait", [](const CorePair& pair) { return word(pair.wait); })
        .add("round trips", [](const CorePair& pair) { return pair.roundTrip.count; })
        .add("min (ns)", ofRoundTrip(&LatencySummary::min))
        .add("p50 (ns)", ofRoundTrip(&LatencySummary::p50))
        .add("p99 (ns)", ofRoundTrip(&LatencySummary::p99))
        .add("max (ns)", ofRoundTrip(&LatencySummary::max))
        .add("failure", &CorePair::failure);
    return columns.tableOf(map.pairs).text();
}

} // namespace ipclab
