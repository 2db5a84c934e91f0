#include "engine/library/csv_columns.h"

#include <fmt/format.h>

#include <array>

namespace ipclab {

namespace {

constexpr std::array states{WorkerState::Running,          WorkerState::Ready,  WorkerState::BlockedSending,
                            WorkerState::BlockedReceiving, WorkerState::Pacing, WorkerState::Sleeping,
                            WorkerState::Stopped};

} // namespace

Names operator+(Names names, const Names& more)
{
    names.insert(names.end(), more.begin(), more.end());
    return names;
}

Names latencyNames(std::string_view latency)
{
    Names names;
    for (const std::string_view figure : {"min", "p50", "p90", "p99", "p99.9", "max", "mean"})
        names.push_back(fmt::format("{} {} (ns)", latency, figure));
    return names;
}

void addLatency(CsvTable& table, const LatencySummary& latency)
{
    for (const Nanoseconds figure :
         {latency.min, latency.p50, latency.p90, latency.p99, latency.p999, latency.max, latency.mean}) {
        if (latency.count > 0)
            table.add(figure.count());
        else
            table.addEmpty();
    }
}

Names stateNames(std::string_view prefix)
{
    Names names;
    for (const WorkerState state : states)
        names.push_back(fmt::format("{}{} (ns)", prefix, word(state)));
    return names;
}

void addStates(CsvTable& table, const TimeSplit& split)
{
    for (const WorkerState state : states)
        table.add(split[state].count());
}

std::string_view yesOrNo(bool answer)
{
    return answer ? "yes" : "no";
}

} // namespace ipclab
