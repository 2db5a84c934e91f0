#pragma once

#include "engine/run/run_result.h"
#include "gui/charts/plot.h"

#include <map>
#include <string>

namespace ipclab {

enum class Effort { CodeLines, SystemCalls };
enum class Speed { Throughput, ResponseTime };

/// The newest run of each mechanism in this session, as far as they can be compared: as soon as a run was
/// made under other conditions, those before it are forgotten. A value.
class ComparedRuns final {
public:
    /// Runs that failed, and the baseline, which moves nothing, are passed over.
    void add(const RunResult& result);

    std::size_t count() const { return m_runs.size(); }
    /// "messages of 64 B, one-way, closed loop, pair"; empty without a run.
    QString conditions() const;

    /// Speed over programming effort, a point for each mechanism.
    Plot plot(Effort effort, Speed speed) const;

private:
    struct Figures {
        std::uint64_t messageSize = 0;
        double messagesPerSecond = 0;
        double response = 0; ///< p50, nanoseconds; 0 where none was measured
    };

    QString nameOf(const std::string& mechanism, const Figures& figures) const;

    std::string m_conditions;              ///< but for the size
    std::uint64_t m_messageSize = 0;       ///< of all but those whose mechanism takes none so large
    std::map<std::string, Figures> m_runs; ///< by mechanism
};

} // namespace ipclab
