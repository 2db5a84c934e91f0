#include "engine/worker/back_off.h"

#include <sched.h>

#include <algorithm>

namespace ipclab {

void BackOff::pause(Nanoseconds until)
{
    const Nanoseconds begun = now();
    if (m_kind == BackOffKind::Yield) {
        ::sched_yield();
    } else {
        const timespec end = toTimespec(std::min({begun + m_next, until, m_session.attentionAt()}));
        ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, nullptr);
        m_next = std::min(m_next * 2, m_largest);
    }
    m_session.noteWaitingCall();
    m_session.telemetry().add(Counter::BackOffs);
    m_session.telemetry().add(Counter::BackOffNanoseconds,
                              static_cast<std::uint64_t>((now() - begun).count()));
}

} // namespace ipclab
