#include "engine/library/part_columns.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>

namespace ipclab {

namespace {

constexpr std::array states{WorkerState::Running,          WorkerState::Ready,  WorkerState::BlockedSending,
                            WorkerState::BlockedReceiving, WorkerState::Pacing, WorkerState::Sleeping,
                            WorkerState::Stopped};

struct LatencyFigure {
    std::string_view name;
    Nanoseconds LatencySummary::*figure;
};

constexpr LatencyFigure latencyFigures[] = {
    {"min", &LatencySummary::min},   {"p50", &LatencySummary::p50},    {"p90", &LatencySummary::p90},
    {"p99", &LatencySummary::p99},   {"p99.9", &LatencySummary::p999}, {"max", &LatencySummary::max},
    {"mean", &LatencySummary::mean},
};

} // namespace

CsvColumns<LatencySummary> latencyColumns(const std::string& latency)
{
    CsvColumns<LatencySummary> columns;
    for (const auto& [name, figure] : latencyFigures)
        columns.add(fmt::format("{} {} (ns)", latency, name), [figure](const LatencySummary& measured) {
            return measured.count > 0 ? std::optional(measured.*figure) : std::nullopt;
        });
    return columns;
}

CsvColumns<LatencySummary> countedLatencyColumns(const std::string& latency)
{
    CsvColumns<LatencySummary> columns;
    columns.add(latency + " count (messages)", &LatencySummary::count)
        .addPart(std::identity(), latencyColumns(latency));
    return columns;
}

CsvColumns<TimeSplit> stateColumns(const std::string& prefix)
{
    CsvColumns<TimeSplit> columns;
    for (const WorkerState state : states)
        columns.add(fmt::format("{}{} (ns)", prefix, word(state)),
                    [state](const TimeSplit& split) { return split[state]; });
    return columns;
}

CsvColumns<ImpairedCounts> impairedColumns()
{
    CsvColumns<ImpairedCounts> columns;
    columns.add("impaired: dropped (messages)", &ImpairedCounts::dropped)
        .add("impaired: repeated (messages)", &ImpairedCounts::repeated)
        .add("impaired: delayed (messages)", &ImpairedCounts::delayed)
        .add("impaired: reordered (messages)", &ImpairedCounts::reordered);
    return columns;
}

CsvColumns<AcknowledgedCounts> acknowledgedColumns()
{
    CsvColumns<AcknowledgedCounts> columns;
    columns.add("retransmitted (messages)", &AcknowledgedCounts::retransmitted)
        .add("retransmission time-outs", &AcknowledgedCounts::timeOuts)
        .add("acknowledgements", &AcknowledgedCounts::acknowledgements)
        .add("suppressed (messages)", &AcknowledgedCounts::suppressed);
    return columns;
}

CsvColumns<WaitCounts> waitColumns()
{
    CsvColumns<WaitCounts> columns;
    columns.add("time-outs", &WaitCounts::timeOuts)
        .add("given up (messages)", &WaitCounts::givenUp)
        .add("back-offs", &WaitCounts::backOffs)
        .add("back-off (ns)", &WaitCounts::backOffTime);
    return columns;
}

} // namespace ipclab
