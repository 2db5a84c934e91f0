#include "engine/run/saturation/saturator.h"

#include <algorithm>

namespace ipclab {

namespace {

/// In which every sender looks at the rate at least once: see Pacer.
constexpr Nanoseconds headStart = std::chrono::milliseconds(4);
constexpr Nanoseconds lookEvery = std::chrono::milliseconds(1);
/// Where messages may be lost: when nothing has come for so long, nothing is under way.
constexpr Nanoseconds quiet = std::chrono::milliseconds(50);

double inSeconds(Nanoseconds time)
{
    return std::chrono::duration<double>(time).count();
}

} // namespace

Saturator::Saturator(const SaturationGoal& goal, Scene scene) : m_scene(scene), m_search(goal)
{
    offer(m_search.nextRate(), Nanoseconds::zero());
    m_timer.setFor(m_scene.startAt + m_scene.warmUp);
}

std::vector<LoggedEvent> Saturator::step()
{
    m_timer.acknowledge();
    if (m_stage == Stage::WarmingUp || m_stage == Stage::Stepping) {
        beginSettling();
        return {};
    }
    if (m_stage == Stage::Over || !hasSettled())
        return {};
    std::vector<LoggedEvent> news;
    if (m_hasStep)
        news.push_back(judgeStep());
    if (m_search.isOver()) {
        m_stage = Stage::Over;
        m_timer.silence();
    } else {
        beginStep();
    }
    return news;
}

void Saturator::offer(double perSecond, Nanoseconds since)
{
    m_scene.rate.set(perSecond, since);
    m_course.push_back({m_course.size(), perSecond, since});
}

/// Nothing more is due until the next step; what was not sent by now never was.
void Saturator::beginSettling()
{
    const Totals reached = totals();
    offer(0, elapsed());
    m_figures = {.length = elapsed() - m_stepBegan,
                 .arrived = (reached.arrived - m_atBegin.arrived) / m_scene.copies};
    m_hasStep = m_stage == Stage::Stepping;
    m_stage = Stage::Settling;
    m_lastArrived = 0;
    m_timer.setEvery(now() + lookEvery, lookEvery);
}

void Saturator::beginStep()
{
    m_stage = Stage::Stepping;
    m_atBegin = totals();
    m_responsesAtBegin = responses();
    m_stepBegan = elapsed() + headStart;
    offer(m_search.nextRate(), m_stepBegan);
    m_timer.setFor(m_scene.startAt + m_stepBegan + m_search.found().goal.stepTime);
}

LoggedEvent Saturator::judgeStep()
{
    const SaturationGoal& goal = m_search.found().goal;
    m_figures.messages = (totals().sent - m_atBegin.sent) / m_scene.copies;
    m_figures.latency = responses().since(m_responsesAtBegin).percentile(goal.share());
    return {.kind = EventKind::Step, .text = stepText(m_search.add(m_figures), goal)};
}

bool Saturator::hasSettled()
{
    const Totals counts = totals();
    if (counts.arrived != m_lastArrived) {
        m_lastArrived = counts.arrived;
        m_lastArrival = now();
    }
    if (!doAllSendersPace())
        return false;
    const bool isQuiet = m_scene.loss == Loss::Possible && now() - m_lastArrival > quiet;
    return counts.arrived >= counts.sent || isQuiet;
}

bool Saturator::doAllSendersPace() const
{
    return std::ranges::all_of(m_scene.workers, [](const auto& worker) {
        return !isSource(worker->plan().task) || worker->windows().open == Window::Pacing;
    });
}

Saturator::Totals Saturator::totals() const
{
    Totals totals;
    for (const std::unique_ptr<WorkerProcess>& worker : m_scene.workers) {
        const CounterValues counts = worker->counters();
        if (isSource(worker->plan().task))
            totals.sent += counts[Counter::Sent];
        if (isSink(worker->plan().task))
            totals.arrived += counts[Counter::Received] + counts[Counter::Straggled] + counts[Counter::Lost];
    }
    return totals;
}

LatencyCounts Saturator::responses() const
{
    LatencyCounts sum;
    for (const std::unique_ptr<WorkerProcess>& worker : m_scene.workers)
        if (isSink(worker->plan().task))
            sum.add(worker->responses());
    return sum;
}

double Saturator::dueBefore(Nanoseconds time) const
{
    double due = 0;
    for (std::size_t index = 0; index < m_course.size(); ++index) {
        const bool isLast = index + 1 == m_course.size();
        const Nanoseconds end = isLast ? time : std::min(time, m_course[index + 1].since);
        due += m_course[index].perSecond * std::max(0.0, inSeconds(end - m_course[index].since));
    }
    return due;
}

} // namespace ipclab
