#include "engine/worker/waiter.h"

#include <poll.h>

#include <cerrno>

namespace ipclab {

bool Waiter::isReady(Nanoseconds deadline) const
{
    const bool isSending = m_window == Window::WaitingToSend;
    pollfd request{m_endpoint.pollDescriptor(), isSending ? m_endpoint.sendEvent() : short{POLLIN}, 0};
    const Nanoseconds until = std::min(deadline, m_endpoint.attentionAt());
    m_session.noteWaitingCall();
    const timespec left =
        until == Nanoseconds::max() ? timespec{} : toTimespec(Deadline::at(until).remaining());
    const int ready = ::ppoll(&request, 1, until == Nanoseconds::max() ? nullptr : &left, nullptr);
    if (ready < 0 && errno != EINTR)
        throwSystemError("poll");
    return ready >= 0;
}

} // namespace ipclab
