#pragma once

#include "engine/run/run_result.h"
#include "gui/charts/plot.h"

#include <map>
#include <string>

namespace ipclab {

enum class Effort { CodeLines, SystemCalls };
enum class Speed { Throughput, ResponseTime };

/// The newest run of each mechanism in this session, as far as they can be compared: as soon as a run was
/// made under other conditions, those before it are only counted. A value.
class ComparedRuns final {
public:
    /// Passes over the baseline, which moves nothing, and runs that say nothing of how fast their mechanism
    /// is: ended early, impaired, or with faults, deadlocks or restarts.
    void add(const RunResult& result);

    std::size_t count() const { return m_runs.size(); }
    /// "messages of 64 B, one-way, closed loop, pair, wait: block, cores: any"; empty without a run.
    QString conditions() const;
    /// So many runs were made under others, and are left out.
    std::size_t otherRuns() const { return m_otherRuns; }

    /// Speed over programming effort, a point for each mechanism.
    Plot plot(Effort effort, Speed speed) const;

private:
    struct Figures {
        std::uint64_t messageSize = 0;
        Wait wait = Wait::Block;
        double messagesPerSecond = 0;
        double response = 0; ///< p50, nanoseconds; 0 where none was measured
    };

    /// Under the same conditions, but for a size or a wait that its mechanism cannot do.
    bool fits(const Mechanism& mechanism, const Experiment& experiment) const;
    QString nameOf(const std::string& mechanism, const Figures& figures) const;

    Experiment m_first;                    ///< whose conditions the others share, as far as they can
    std::map<std::string, Figures> m_runs; ///< by mechanism
    std::size_t m_shownRuns = 0;           ///< with those that a newer one of the same mechanism replaced
    std::size_t m_otherRuns = 0;
};

} // namespace ipclab
