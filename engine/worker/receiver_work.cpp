#include "engine/worker/receiver_work.h"

#include <cerrno>

namespace ipclab {

ReceiverWork::ReceiverWork(Session& session)
    : m_session(session),
      m_memory((session.experiment().receiverTouch + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t), 1)
{
}

void ReceiverWork::performAll()
{
    if (m_session.workPerMessage() > Nanoseconds::zero())
        compute();
    if (!m_memory.empty())
        touch();
    if (m_session.experiment().receiverSleep > Nanoseconds::zero())
        sleep();
}

void ReceiverWork::compute()
{
    const Nanoseconds until = now() + m_session.workPerMessage();
    while (now() < until && !m_session.mustLeave())
        m_session.lookUp();
}

void ReceiverWork::touch()
{
    for (std::uint64_t& word : m_memory)
        ++word;
    asm volatile("" : : "r"(m_memory.data()) : "memory"); // somebody might read it, so it has to be done
}

void ReceiverWork::sleep()
{
    if (m_session.mustLeave())
        return; // what is left in the channel is only thrown away
    const Nanoseconds begun = now();
    const timespec until = toTimespec(begun + m_session.experiment().receiverSleep);
    m_session.telemetry().enter(Window::Sleeping, begun);
    m_session.flush();
    while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
        m_session.lookUp();
        if (m_session.mustLeave())
            break;
    }
    m_session.telemetry().enter(Window::Working);
}

} // namespace ipclab
