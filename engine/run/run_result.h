#pragma once

#include "engine/experiment/experiment.h"
#include "engine/measure/class_page.h"
#include "engine/measure/run_series.h"
#include "engine/measure/run_trace.h"
#include "engine/mechanisms/mechanism.h"
#include "engine/run/faults/fault_record.h"
#include "engine/run/host.h"
#include "engine/run/logged_event.h"
#include "engine/run/processes/wait_graph.h"
#include "engine/run/run_figures.h"
#include "engine/run/saturation/saturation_search.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ipclab {

/// An identity that must hold for the figures to be trusted, and whether it did.
struct SelfCheck {
    std::string id; ///< "sent_equals_received_lost_queued"
    bool holds = true;
    std::string sentence; ///< with the figures on both sides
    bool operator==(const SelfCheck&) const = default;
};

/// A finished run: enough to redraw every chart and to run it again. A value.
struct RunResult {
    Experiment experiment; ///< completed: defaults written out
    Host host;
    std::string startedAt; ///< ISO 8601, UTC
    std::vector<EffectiveSetting> effective;
    std::optional<Capacity> capacity;
    std::vector<KernelObject> objects;
    RunSummary summary;
    std::vector<ClassResult> classes; ///< empty where messages are all alike
    std::vector<Delivery> deliveries; ///< likewise: the first of the window, in the order of their delivery
    std::vector<WorkerResult> workers;
    Series series;
    LatencyCounts response;
    LatencyCounts service;
    SizeCounts reads; ///< bytes per read in the measured window, where receivers take what is there
    std::vector<LoggedEvent> events;
    std::vector<FaultRecord> faults;           ///< in the order of their times
    std::vector<Deadlock> deadlocks;           ///< likewise
    std::optional<Saturation> saturation = {}; ///< where the load profile looks for it
    std::vector<SelfCheck> checks;
    /// Of a traced run. Shared by all copies of the result, because it can be large.
    std::shared_ptr<const RunTrace> trace;

    bool checksHold() const;
};

} // namespace ipclab
