#include "engine/worker/pacer.h"

#include "engine/worker/waiter.h"

#include <algorithm>

namespace ipclab {

namespace {

constexpr Nanoseconds economyBatch = std::chrono::milliseconds(1);
constexpr Nanoseconds leastMargin = std::chrono::microseconds(20);
constexpr Nanoseconds mostMargin = std::chrono::microseconds(400);
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
    while (moment - now() > m_margin && !isOutdated()) {
        const Nanoseconds end =
            m_isSteered ? std::min(moment - m_margin, now() + longestSleep) : moment - m_margin;
        if (const Nanoseconds attention = m_session.attentionAt(); attention < end) {
            doze(attention);
            m_session.flush();
        } else {
            sleepUntil(end);
        }
        m_session.lookUp();
        if (m_session.hasEnded())
            return false;
    }
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
    // Follow late wake-ups at once and forget them slowly: a margin too long costs a little CPU, one too
    // short a late message.
    const Nanoseconds late = now() - moment;
    const Nanoseconds wanted = late + late / 2;
    m_margin = std::clamp(std::max(wanted, m_margin - m_margin / 64), leastMargin, mostMargin);
}

} // namespace ipclab
