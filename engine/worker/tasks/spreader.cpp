#include "engine/worker/message_source.h"
#include "engine/worker/tasks/tasks.h"

#include <deque>

namespace ipclab {

namespace {

/// The channels besides the source's own, into which each of its messages goes as well.
class FurtherOutlets final {
public:
    FurtherOutlets(Session& session, MessageSource& source) : m_source(source)
    {
        const std::vector<Session::End> ends = session.sendingEnds();
        for (std::size_t end = 1; end < ends.size(); ++end)
            m_outlets.emplace_back(session, ends[end]);
    }

    Outcome send(const Outgoing& outgoing)
    {
        if ((outgoing.flags & measuredFlag) != 0 && !std::exchange(m_isMeasuring, true)) [[unlikely]]
            for (Outlet& outlet : m_outlets)
                outlet.noteFirstMeasured(outgoing.sequence);
        for (Outlet& outlet : m_outlets) {
            if (const Outcome outcome = outlet.transmit(outgoing); outcome != Outcome::Done) [[unlikely]] {
                outlet.noteEnd(outcome);
                return outcome;
            }
            m_source.count(outgoing);
        }
        return Outcome::Done;
    }

    void sayFarewell()
    {
        for (Outlet& outlet : m_outlets)
            m_source.sayFarewellInto(outlet);
    }

private:
    MessageSource& m_source;
    std::deque<Outlet> m_outlets;
    bool m_isMeasuring = false;
};

} // namespace

void runSpreader(Session& session)
{
    MessageSource source(session);
    FurtherOutlets others(session, source);
    // Hot path: no allocation, no logging, no exception in the normal case.
    Outgoing outgoing;
    while (source.awaitNext(outgoing)) {
        Outcome outcome = source.send(outgoing);
        if (outcome == Outcome::Done) [[likely]]
            outcome = others.send(outgoing);
        if (outcome != Outcome::Done) [[unlikely]]
            break; // who has not gone hears the farewell
    }
    session.endWindow();
    others.sayFarewell();
    source.sayFarewell();
}

} // namespace ipclab
