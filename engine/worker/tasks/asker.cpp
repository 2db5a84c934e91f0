#include "engine/worker/message_sink.h"
#include "engine/worker/message_source.h"
#include "engine/worker/tasks/tasks.h"

namespace ipclab {

void runAsker(Session& session)
{
    MessageSource source(session);
    MessageSink sink(session);
    // Hot path: no allocation, no logging, no exception in the normal case.
    Outgoing question;
    MessageSink::Arrival answer;
    while (source.awaitNext(question)) {
        if (const Outcome outcome = source.send(question); outcome != Outcome::Done) [[unlikely]] {
            if (outcome == Outcome::TimedOut)
                continue; // given up
            return;
        }
        if (!sink.receive(answer))
            return;
        if ((question.flags & stampedFlag) != 0)
            sink.recordLatency({question.sequence, question.flags, question.intended, question.sent});
    }
    session.endWindow();
    source.sayFarewell();
}

/// Keeps a window of questions outstanding, so that a question need not wait for the answer to the one before
/// it. No answer is read before the window is full: when it is more than both channels hold, the answerer
/// waits for room for its answers and this one for room for its questions.
void runAskerAhead(Session& session)
{
    MessageSource source(session);
    MessageSink sink(session);
    const std::uint64_t ahead = session.experiment().questionsAhead;
    // Hot path: no allocation, no logging, no exception in the normal case.
    Outgoing question;
    MessageSink::Arrival answer;
    std::uint64_t open = 0;
    for (bool hasMore = true; hasMore;) {
        hasMore = source.awaitNext(question);
        const Outcome outcome = hasMore ? source.send(question) : Outcome::Done;
        if (outcome != Outcome::Done && outcome != Outcome::TimedOut) [[unlikely]]
            return;
        open += hasMore && outcome == Outcome::Done ? 1 : 0; // unless it was given up
        const std::uint64_t mayStayOpen = hasMore ? ahead - 1 : 0;
        for (; open > mayStayOpen; --open) {
            if (!sink.receive(answer))
                return;
            const bool isOfTheWarmUp = session.countsHaveBegun() && !answer.incoming.has(measuredFlag);
            if (answer.incoming.has(stampedFlag) && !isOfTheWarmUp)
                sink.recordLatency(answer.incoming);
        }
    }
    session.endWindow();
    source.sayFarewell();
}

} // namespace ipclab
