#include "engine/worker/message_sink.h"
#include "engine/worker/receiver_work.h"
#include "engine/worker/tasks/tasks.h"

#include <cstring>

namespace ipclab {

namespace {

Outcome sendBack(Endpoint& endpoint, Waiter& waiter, std::span<const std::byte> message)
{
    const Reservation reservation = waiter.complete(
        [&endpoint, &message](Deadline deadline) { return endpoint.reserve(message.size(), deadline); });
    if (reservation.outcome != Outcome::Done)
        return reservation.outcome;
    std::memcpy(reservation.place, message.data(), message.size());
    return waiter.complete([&endpoint](Deadline deadline) { return endpoint.commit(deadline); });
}

} // namespace

void runAnswerer(Session& session)
{
    MessageSink sink(session);
    Endpoint& endpoint = *session.sendingEnd().endpoint;
    Waiter waiter(session, session.sendingEnd(), Window::WaitingToSend);
    ReceiverWork work(session);
    // Hot path: no allocation, no logging, no exception in the normal case.
    MessageSink::Arrival question;
    while (sink.receive(question)) {
        work.perform();
        if (const Outcome outcome = sendBack(endpoint, waiter, question.message); outcome != Outcome::Done) {
            if (outcome == Outcome::PeerClosed)
                session.notePeerClosed(endpoint);
            return;
        }
        session.telemetry().add(Counter::Sent);
    }
}

} // namespace ipclab
