#pragma once

#include "engine/run/run_event.h"

#include <cstdint>
#include <string>

namespace ipclab {

enum class ProgressStyle {
    Silent,
    OneLine, ///< a line that overwrites itself, for a terminal
    Log,     ///< a line each second
};

/// Shows on standard error how one run is doing: how far it is, its rate, what time is left.
class Progress final {
public:
    /// `title` goes before each line.
    Progress(ProgressStyle style, const Experiment& experiment, std::string title);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    /// Clears the line.
    ~Progress();

    void take(const SeriesPoint& point);

private:
    std::string lineAt(const SeriesPoint& point) const;
    std::string timeLeft(const SeriesPoint& point) const;
    double rate() const;

    ProgressStyle m_style;
    std::string m_title;
    Nanoseconds m_warmUp;
    Nanoseconds m_duration;
    std::uint64_t m_messages; ///< to be received until the run ends; 0 = it ends by time
    std::uint64_t m_measured = 0;
    std::uint64_t m_sinceLine = 0; ///< messages received
    Nanoseconds m_timeSinceLine{};
};

} // namespace ipclab
