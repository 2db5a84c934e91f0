#include "engine/worker/message_source.h"
#include "engine/worker/tasks/tasks.h"

namespace ipclab {

namespace {

/// Where messages are all alike: costs nothing.
struct NoClasses {
    void mark(const Outgoing&) const {}
    void count(const Outgoing&) const {}
};

/// Gives each message its class and counts what went.
class Classes final {
public:
    Classes(Session& session, ClassDraw draw)
        : m_telemetry(session.telemetry()), m_endpoint(*session.sendingEnd().endpoint),
          m_draw(std::move(draw))
    {
    }

    void mark(const Outgoing& outgoing)
    {
        m_class = m_draw.of(outgoing.sequence);
        m_endpoint.setClass(m_class);
    }
    void count(const Outgoing& outgoing)
    {
        if ((outgoing.flags & measuredFlag) != 0)
            ClassBlock::increment(m_telemetry.classBlock(m_class).sent);
    }

private:
    TelemetryWriter& m_telemetry;
    Endpoint& m_endpoint;
    ClassDraw m_draw;
    unsigned m_class = 0;
};

void send(Session& session, auto classes)
{
    MessageSource source(session);
    // Hot path: no allocation, no logging, no exception in the normal case.
    Outgoing outgoing;
    while (source.awaitNext(outgoing)) {
        classes.mark(outgoing);
        const Outcome outcome = source.send(outgoing);
        if (outcome != Outcome::Done) [[unlikely]] {
            if (outcome == Outcome::TimedOut)
                continue; // given up
            return;
        }
        classes.count(outgoing);
    }
    session.endWindow();
    source.sayFarewell();
}

} // namespace

void runSender(Session& session)
{
    if (std::optional<ClassDraw> draw = session.classDraw(session.plan().index))
        send(session, Classes(session, std::move(*draw)));
    else
        send(session, NoClasses());
}

} // namespace ipclab
