#pragma once

#include "engine/mechanisms/mechanism.h"
#include "engine/run/run_result.h"
#include "gui/charts/chart_face.h"

#include <QString>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ipclab {

/// What the charts of a run depend on: a run's charts are known once its workers have started.
struct ChartContext {
    std::vector<std::string> roles; ///< of the workers, in the order of SeriesPoint::workers
    std::optional<Capacity> capacity;
    Exchange exchange = Exchange::OneWay;
    ShapeKind shape = ShapeKind::Pair;
    bool receiverSleeps = false; ///< after each message
    bool openLoop = false;       ///< the load has a schedule, so that there is an offered rate
    /// Titles of the classes of messages; empty where they are all alike.
    std::vector<std::string> classes = {};
    bool canRace = false;     ///< the mechanism's lock can be left out
    bool interleaves = false; ///< several senders write into one stream that marks nothing

    bool operator==(const ChartContext&) const = default;
};

/// One chart of the program: how it looks and where its values come from. To add a chart, add one to
/// chartsFor().
struct ChartSpec {
    ChartFace face;
    QString group;  ///< charts of one group share a place in the window; a switch picks which is seen
    QString choice; ///< its word in that switch
    /// One value per trace of the face, in its quantity; NaN where there is none.
    std::function<std::vector<double>(const SeriesPoint&)> values;
};

/// In the order in which the window shows them.
std::vector<ChartSpec> chartsFor(const ChartContext& context);

/// Of a run that is over.
ChartContext contextOf(const RunResult& result);

/// Before anything has run: one who sends and one who receives.
ChartContext contextOf(const Experiment& experiment);

} // namespace ipclab
