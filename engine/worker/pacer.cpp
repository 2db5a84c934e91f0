#include "engine/worker/pacer.h"

#include "engine/worker/waiter.h"

#include <algorithm>

namespace ipclab {

namespace {

constexpr Nanoseconds economyBatch = std::chrono::milliseconds(1);
/// A steered load may change at any moment: nobody sleeps longer than this without looking.
constexpr Nanoseconds longestSleep = std::chrono::milliseconds(2);

} // namespace

Pacer::Pacer(Session& session, std::unique_ptr<Schedule> schedule)
    : m_session(session), m_schedule(std::move(schedule)), m_pacing(session.experiment().load.pacing),
      m_isSteered(findLoadProfile(session.experiment().load.profile)->info().isSteered),
      m_margin(m_pacing == Pacing::Precise ? std::chrono::microseconds(100) : Nanoseconds::zero())
{
}

void Pacer::skip(std::uint64_t messages)
{
    for (; m_schedule && messages > 0; --messages)
        m_schedule->next();
}

std::optional<Nanoseconds> Pacer::awaitNext()
{
    Nanoseconds due = m_session.startAt() + m_schedule->next();
    Nanoseconds moment = now();
    while (moment < due) {
        const std::optional<Nanoseconds> over = waitPacing(moment, wakeFor(due));
        if (!over)
            return std::nullopt;
        moment = *over;
        if (!isOutdated())
            break;
        due = m_session.startAt() + m_schedule->next();
    }
    m_session.telemetry().lateness().record(
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, (moment - due).count())));
    return due;
}

bool Pacer::pause(Nanoseconds length)
{
    const Nanoseconds begun = now();
    return waitPacing(begun, begun + length).has_value();
}

Nanoseconds Pacer::nextDue(Nanoseconds pause)
{
    if (!m_nextDue || isOutdated())
        m_nextDue = m_schedule ? m_session.startAt() + m_schedule->next() : now() + pause;
    return *m_nextDue;
}

Nanoseconds Pacer::askAgainAt() const
{
    const Nanoseconds goes = m_schedule ? wakeFor(*m_nextDue) : *m_nextDue;
    return m_isSteered ? std::min(goes, now() + longestSleep) : goes;
}

bool Pacer::hasCome()
{
    const Nanoseconds due = *m_nextDue;
    const Nanoseconds moment = now();
    if (moment < (m_schedule ? wakeFor(due) : due))
        return false;
    if (m_schedule)
        m_session.telemetry().lateness().record(static_cast<std::uint64_t>((moment - due).count()));
    m_nextDue.reset();
    return true;
}

std::optional<Nanoseconds> Pacer::waitPacing(Nanoseconds begun, Nanoseconds end)
{
    m_session.telemetry().enter(Window::Pacing, begun);
    m_session.flush();
    const bool hasCome = waitUntil(end);
    const Nanoseconds over = now();
    m_session.telemetry().enter(Window::Working, over);
    return hasCome ? std::optional(over) : std::nullopt;
}

Nanoseconds Pacer::wakeFor(Nanoseconds due) const
{
    if (m_pacing == Pacing::Precise)
        return due;
    const Nanoseconds sinceStart = due - m_session.startAt();
    const auto batches =
        sinceStart / economyBatch + (sinceStart % economyBatch == Nanoseconds::zero() ? 0 : 1);
    return m_session.startAt() + batches * economyBatch;
}

bool Pacer::waitUntil(Nanoseconds moment)
{
    bool hasSlept = false;
    while (moment - now() > m_margin.length() && !isOutdated()) {
        const Nanoseconds early = moment - m_margin.length();
        const Nanoseconds end = m_isSteered ? std::min(early, now() + longestSleep) : early;
        if (const Nanoseconds attention = m_session.attentionAt(); attention < end) {
            doze(attention);
            m_session.flush();
        } else {
            sleepUntil(end);
        }
        hasSlept = true;
        m_session.lookUp();
        if (m_session.hasEnded())
            return false;
    }
    if (!hasSlept && m_pacing == Pacing::Precise)
        m_margin.noteSpin();
    while (now() < moment && !isOutdated()) {
        m_session.lookUp();
        if (m_session.hasEnded())
            return false;
        relaxCore();
    }
    return true;
}

void Pacer::doze(Nanoseconds until)
{
    const timespec time = toTimespec(until);
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr);
}

bool Pacer::isOutdated() const
{
    return m_isSteered && m_schedule->isOutdated();
}

void Pacer::sleepUntil(Nanoseconds moment)
{
    const timespec time = toTimespec(moment);
    if (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr) != 0 || m_pacing == Pacing::Economy)
        return;
    m_margin.noteSleep(now() - moment);
}

} // namespace ipclab
