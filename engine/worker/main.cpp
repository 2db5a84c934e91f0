#include "engine/base/failure.h"
#include "engine/base/name_journal.h"
#include "engine/worker/tasks/tasks.h"

#include <fmt/format.h>

#include <cstdio>
#include <string_view>

namespace {

using namespace ipclab;

constexpr int exitFailed = 1;
constexpr int exitWrongUsage = 2;

void runTask(Session& session)
{
    switch (session.plan().task) {
    case WorkerTask::Send:
        return runSender(session);
    case WorkerTask::Receive:
        return runReceiver(session);
    case WorkerTask::Ask:
        return session.experiment().questionsAhead > 1 ? runAskerAhead(session) : runAsker(session);
    case WorkerTask::Answer:
        return runAnswerer(session);
    case WorkerTask::Spread:
        return runSpreader(session);
    case WorkerTask::Gather:
        return runGatherer(session);
    case WorkerTask::Compete:
        return runCompetitor(session);
    case WorkerTask::Relay:
        return runRelay(session);
    case WorkerTask::Serve:
        return runServer(session);
    case WorkerTask::Duplex:
        return runDuplex(session);
    }
}

void takePart(Session& session)
{
    session.join();
    try { // who gets a core only late may be told to close its ends as soon as it starts
        if (session.awaitStart())
            runTask(session);
    } catch (const EndsOrderedClosed&) {
        session.closeEndsAndWait();
    }
}

int report(const Failure& failure)
{
    fmt::print(stderr, "{}\n", failure.sentence());
    return exitFailed;
}

/// What goes wrong once there is a page is said there as well, for the supervisor to show.
int work(void (*perform)(Session&))
{
    Session session;
    const auto tried = "take part in the run as its " + session.plan().role;
    try {
        perform(session);
        session.finish();
        return 0;
    } catch (const FailureError& error) {
        session.fail(error.failure());
        return report(error.failure());
    } catch (const std::system_error& error) {
        session.fail(explain(error, tried));
        return report(explain(error, tried));
    }
}

int reap(const char* journal)
{
    reapWhenAbandoned(journal);
    return 0;
}

} // namespace

int main(int argumentCount, char** arguments)
{
    const std::string_view command = argumentCount > 1 ? arguments[1] : "";
    try {
        if (command == "reap" && argumentCount == 3)
            return reap(arguments[2]);
        if (command == "work")
            return work(takePart);
        if (command == "fill")
            return work(fillChannel);
        if (command == "hold")
            return work(holdChannel);
    } catch (const FailureError& error) {
        return report(error.failure());
    } catch (const std::system_error& error) {
        return report(explain(error, "work for a run"));
    }
    fmt::print(stderr,
               "ipclab-worker is started by ipclab and ipclab-cli; there is nothing to start by hand.\n");
    return exitWrongUsage;
}
