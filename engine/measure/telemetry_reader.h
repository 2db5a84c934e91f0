#pragma once

#include "engine/base/mapping.h"
#include "engine/measure/telemetry.h"

#include <map>
#include <string>
#include <vector>

namespace ipclab {

/// The supervisor's side: owns the page's memory file and reads it at any time, at any rate.
class TelemetryReader final {
public:
    /// Makes a new page for one worker, with room for so many classes of messages. Throws std::system_error.
    explicit TelemetryReader(const std::string& role, std::size_t classes = 0);

    /// For the worker to inherit.
    int descriptor() const { return m_file.get(); }

    /// Copies the page. Never blocks: the state block is retried a bounded number of times.
    Telemetry read() const;
    /// Parts of it alone, each well under a microsecond.
    CounterValues counters() const;
    WindowTimes windows() const;
    std::map<int, std::uint64_t> errors() const;
    WorkerPhase phase() const;
    MeasuredWindow measuredWindow() const;
    /// The worker has died: closes its account, and leaves the page to another one that goes on with it.
    void handOver(const ProcessTimes& used);
    /// The first messages in the order in which they were delivered, where there are classes.
    std::vector<Delivery> deliveries() const;

private:
    UniqueFd m_file;
    Mapping m_mapping;
};

} // namespace ipclab
