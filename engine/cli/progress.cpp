#include "engine/cli/progress.h"

#include "engine/cli/figure_text.h"
#include "engine/cli/standard_streams.h"
#include "engine/run/run_plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace ipclab {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view clearLine = "\r\x1b[K";

Nanoseconds timeBetweenLines(ProgressStyle style)
{
    return style == ProgressStyle::OneLine ? 200ms : 1s;
}

double seconds(Nanoseconds time)
{
    return std::chrono::duration<double>(time).count();
}

} // namespace

Progress::Progress(ProgressStyle style, const Experiment& experiment, std::string title)
    : m_style(style), m_title(std::move(title)), m_warmUp(experiment.warmUp), m_duration(experiment.duration),
      m_messages(experiment.messages * planFor(experiment).copies)
{
    if (m_style == ProgressStyle::OneLine)
        printProgress(m_title + ": starting");
}

Progress::~Progress()
{
    if (m_style == ProgressStyle::OneLine)
        printProgress(clearLine);
}

void Progress::take(const SeriesPoint& point)
{
    m_sinceLine += point.received;
    m_timeSinceLine += point.length;
    if (!point.warmUp)
        m_measured += point.received;
    if (m_style == ProgressStyle::Silent || m_timeSinceLine < timeBetweenLines(m_style))
        return;
    const std::string line = lineAt(point);
    printProgress(m_style == ProgressStyle::OneLine ? std::string(clearLine) + line : line + "\n");
    m_sinceLine = 0;
    m_timeSinceLine = {};
}

std::string Progress::lineAt(const SeriesPoint& point) const
{
    return fmt::format("{}: {}{}{}", m_title, point.warmUp ? "warming up, " : "", messageRateText(rate()),
                       timeLeft(point));
}

/// Empty where nobody can tell: by count, while nothing arrives.
std::string Progress::timeLeft(const SeriesPoint& point) const
{
    constexpr double aDay = 24.0 * 3600;
    if (m_messages > 0 && rate() <= 0)
        return {};
    const double left = m_messages > 0
                            ? static_cast<double>(m_messages - std::min(m_measured, m_messages)) / rate()
                            : seconds(m_warmUp + m_duration - point.at);
    if (left > aDay)
        return ", more than a day left";
    const auto said =
        std::chrono::round<std::chrono::milliseconds>(std::chrono::duration<double>(std::max(left, 0.0)));
    return fmt::format(", {} left", durationText(said));
}

double Progress::rate() const
{
    return m_timeSinceLine > 0s ? static_cast<double>(m_sinceLine) / seconds(m_timeSinceLine) : 0;
}

} // namespace ipclab
