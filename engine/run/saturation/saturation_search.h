#pragma once

#include "engine/base/clock.h"
#include "engine/profiles/saturation_goal.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

enum class StepVerdict {
    Kept,       ///< the percentile stayed under the limit
    TooSlow,    ///< it did not
    NotReached, ///< fewer messages came than were asked for, so that the response time grows for as long as
                ///< the load lasts
};

std::string_view word(StepVerdict verdict);       ///< "kept", "too slow", "not reached"
std::string_view identifier(StepVerdict verdict); ///< "too_slow"

/// What one step of a search offered and what came of it. Rates are messages per second.
struct SaturationStep {
    double asked = 0;
    double reached = 0; ///< arrived while the step lasted
    /// Of which the percentile is: all that were sent, also those that arrived later.
    std::uint64_t messages = 0;
    Nanoseconds latency{}; ///< the percentile of their response time
    StepVerdict verdict = StepVerdict::Kept;
    bool operator==(const SaturationStep&) const = default;
};

/// What a search found. A value.
struct Saturation {
    SaturationGoal goal;
    std::vector<SaturationStep> steps;
    std::optional<SaturationStep> kept = {};   ///< the highest rate that was kept
    std::optional<SaturationStep> failed = {}; ///< the lowest that was not
    bool isComplete = false;                   ///< the search came to its end

    /// "keeps p99 under 1 ms up to 310 k/s; at 330 k/s it was 4.2 ms".
    std::string sentence() const;
    bool operator==(const Saturation&) const = default;
};

/// Looks for the highest rate at which a limit is kept: from the start rate on by geometric growth, until a
/// step fails, then between the highest rate that was kept and the lowest that was not, at their geometric
/// mean. A step that fails is made once more before it is believed, for something else may have had the core.
/// Steers nothing by itself.
class SaturationSearch final {
public:
    explicit SaturationSearch(const SaturationGoal& goal);

    bool isOver() const { return m_found.isComplete; }
    /// What the next step is to offer, while the search is not over. With three digits.
    double nextRate() const { return m_next; }

    struct Figures {
        Nanoseconds length{};       ///< of the step, as it really was
        std::uint64_t arrived = 0;  ///< in that time
        std::uint64_t messages = 0; ///< sent in that time
        Nanoseconds latency{};
    };
    /// What came of the step at nextRate().
    const SaturationStep& add(const Figures& figures);

    const Saturation& found() const { return m_found; }

private:
    StepVerdict judge(const Figures& figures) const;
    void chooseNext();

    Saturation m_found;
    double m_next;
    bool m_isRepeated = false; ///< the step failed once already
};

/// "kept at 10 k/s: p99 was 120 us", for an event log.
std::string stepText(const SaturationStep& step, const SaturationGoal& goal);

} // namespace ipclab
