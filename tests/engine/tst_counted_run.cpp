#include "tests/support/fault_run.h"
#include "tests/support/run_test.h"

#include <QtTest>

#include <algorithm>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

/// All its messages fit into the queue: the sender has gone long before the receiver has worked through them.
Experiment slowToEmpty(std::uint64_t messages, Nanoseconds work)
{
    Experiment experiment = shortExperiment("posix_mq");
    experiment.warmUp = 0ns;
    experiment.messages = messages;
    experiment.receiverWork = work;
    return experiment;
}

/// Does something once the sender has gone.
Watch onceAllIsSent(std::function<void(Run&)> act)
{
    return [act = std::move(act)](Run& run, const RunEvent& event) {
        const auto* happened = std::get_if<Happened>(&event);
        if (happened && happened->event.kind == EventKind::Exited && happened->event.worker == "sender")
            act(run);
    };
}

} // namespace

/// What a run by count still does when its last message has been sent and the receiver has many to go.
class TestCountedRun final : public RunTest {
    Q_OBJECT

private slots:
    void itEndsWhenTheReceiverHasClosedItsEnd()
    {
        Experiment experiment = shortExperiment("pipe");
        experiment.messages = 1'000'000'000;
        addFaults(experiment, {"close receiver at 100 ms"});
        const RunResult result = follow(experiment).result;
        QCOMPARE(word(result.summary.outcome), word(RunOutcome::WorkerLost));
        QVERIFY2(says(result, "closed its end") && outcomeOf(result) == "peer_told", told(result).c_str());
    }

    void whoStopsItSeesThatItWasStopped()
    {
        const FollowedRun run =
            follow(slowToEmpty(10, 2s), onceAllIsSent([](Run& active) { active.stop(); }));
        QCOMPARE(word(run.result.summary.outcome), word(RunOutcome::Stopped));
        QVERIFY2(told(run.result).find("stopped by the user") != std::string::npos, told(run.result).c_str());
    }

    void theReceiverCanBeStoppedAndGoesOn()
    {
        const FollowedRun run = follow(slowToEmpty(8, 50ms), onceAllIsSent([](Run& active) {
                                           active.inject(faultOf("stop receiver at 0 s for 100 ms"));
                                       }));
        QVERIFY2(outcomeOf(run.result) != "refused", told(run.result).c_str());
        QCOMPARE(word(run.result.summary.outcome), word(RunOutcome::Finished));
        QCOMPARE(run.result.summary.messagesReceived, std::uint64_t{8});
        QVERIFY2(worker(run.result, "receiver").time[WorkerState::Stopped] >= 50ms, told(run.result).c_str());
    }

    void aReceiverThatDiesIsReplaced()
    {
        Experiment experiment = slowToEmpty(8, 50ms);
        experiment.restart = {.policy = RestartPolicy::OnFailure, .pause = 10ms, .factor = 1, .limit = 1};
        const FollowedRun run = follow(
            experiment, onceAllIsSent([](Run& active) { active.inject(faultOf("kill receiver at 0 s")); }));
        QCOMPARE(word(run.result.summary.outcome), word(RunOutcome::Finished));
        QVERIFY2(worker(run.result, "receiver").restarts == 1, told(run.result).c_str());
        QVERIFY2(run.result.summary.messagesReceived >= 7, told(run.result).c_str());
    }
};

QTEST_GUILESS_MAIN(TestCountedRun)
#include "tst_counted_run.moc"
