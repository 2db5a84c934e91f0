#include "engine/worker/tasks/tasks.h"

#include <unistd.h>

namespace ipclab {

namespace {

/// A network stack goes on moving what it has taken: full is what has no room for a while.
constexpr Nanoseconds aWhile = std::chrono::milliseconds(20);

/// False if there is no room.
template <typename Attempt>
bool goesThrough(Attempt attempt)
{
    Outcome outcome = attempt(Deadline::immediately());
    if (outcome == Outcome::WouldBlock)
        outcome = attempt(Deadline::after(aWhile));
    if (outcome == Outcome::PeerClosed)
        throw FailureError({.tried = "fill the channel", .reason = "nobody holds its other end any more"});
    return outcome == Outcome::Done;
}

} // namespace

void fillChannel(Session& session)
{
    session.join();
    Endpoint& end = *session.sendingEnd().endpoint;
    const std::size_t size = messageSizes(session.experiment()).largest;
    while (goesThrough([&](Deadline deadline) { return end.reserve(size, deadline).outcome; }) &&
           goesThrough([&](Deadline deadline) { return end.commit(deadline); }))
        session.telemetry().add(Counter::Sent);
    end.flush();
}

void holdChannel(Session& session)
{
    session.join();
    while (true)
        ::pause();
}

} // namespace ipclab
