#include "engine/base/failure.h"
#include "engine/run/processes/process_inspector.h"
#include "engine/run/processes/socket_peers.h"
#include "tests/support/run_fixture.h"

#include <QtTest>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

const OpenDescriptor* descriptorOf(const Inspection& inspection, int number)
{
    const auto& all = inspection.belongings.descriptors;
    const auto found = std::ranges::find(all, number, &OpenDescriptor::number);
    return found == all.end() ? nullptr : &*found;
}

std::string nameOf(int descriptor)
{
    std::array<char, 64> name{};
    const ssize_t length =
        ::readlink(fmt::format("/proc/self/fd/{}", descriptor).c_str(), name.data(), name.size());
    return {name.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

/// What the inspector sees of a worker once `isThere` is satisfied, in a run over the mechanism.
struct SeenWorkers {
    std::vector<Inspectable> workers;
    std::vector<Inspection> inspections;
};

SeenWorkers inspectRun(Experiment experiment,
                       const std::function<bool(const std::vector<Inspection>&)>& isThere)
{
    experiment.duration = 20s;
    SeenWorkers seen;
    std::vector<ProcessInspector> inspectors;
    follow(experiment, [&](Run& run, const RunEvent& event) {
        if (const auto* started = std::get_if<WorkersStarted>(&event)) {
            for (const WorkerStatus& worker : started->workers) {
                seen.workers.push_back({worker.pid, worker.role});
                inspectors.emplace_back(worker.pid);
            }
        }
        if (!std::holds_alternative<SampleTaken>(event) ||
            (!seen.inspections.empty() && isThere(seen.inspections)))
            return;
        seen.inspections.clear();
        Neighbourhood neighbours(seen.workers);
        for (ProcessInspector& inspector : inspectors)
            seen.inspections.push_back(inspector.inspect(neighbours));
        if (isThere(seen.inspections)) {
            run.stop();
            run.stop(); // nor wait until the channel is empty
        }
    });
    return seen;
}

Experiment slowReceiver(const std::string& mechanism)
{
    Experiment experiment = shortExperiment(mechanism);
    experiment.receiverWork = 5ms;
    return experiment;
}

bool waitsSomewhere(const std::vector<Inspection>& inspections)
{
    return !inspections.front().waitSentence.empty();
}

} // namespace

class TestProcessInspector final : public QObject {
    Q_OBJECT

private slots:
    void knownPlacesHaveSentences_data();
    void knownPlacesHaveSentences();
    void ownFactsAgreeWithTheKernelsOtherAnswers();
    void aProcessThatHasGoneIsGone();
    void connectedSocketsKnowEachOther();
    void targetsHaveWords();
    void senderWaitsForRoomInThePipeOfTheReceiver();
    void sharedMemoryIsMarkedWithWhoSharesIt();
    void inspectingTwoOfSixteenWorkersCostsLittle();
};

void TestProcessInspector::knownPlacesHaveSentences_data()
{
    QTest::addColumn<QString>("function");
    QTest::addColumn<QString>("call");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("pipe, full") << "anon_pipe_write"
                                << "write"
                                << "waiting for room in the pipe";
    QTest::newRow("pipe, full, older") << "pipe_write"
                                       << "write"
                                       << "waiting for room in the pipe";
    QTest::newRow("queue, full") << "wq_sleep"
                                 << "mq_timedsend"
                                 << "waiting for room in the queue";
    QTest::newRow("queue, empty") << "wq_sleep"
                                  << "mq_timedreceive"
                                  << "waiting for a message in the queue";
    QTest::newRow("futex") << "futex_do_wait"
                           << "futex"
                           << "sleeping until another process wakes it (futex)";
    QTest::newRow("stopped") << "do_signal_stop"
                             << ""
                             << "stopped by a signal until it is continued";
    QTest::newRow("nobody knows") << "some_new_function"
                                  << "call 999"
                                  << "";
    QTest::newRow("does not sleep") << ""
                                    << "write"
                                    << "";
}

void TestProcessInspector::knownPlacesHaveSentences()
{
    QFETCH(QString, function);
    QFETCH(QString, call);
    QFETCH(QString, sentence);
    const WaitPlace place{function.toStdString(), call.toStdString(), 3};
    QCOMPARE(QString::fromStdString(std::string(explainWait(place))), sentence);
    QCOMPARE(systemCallName(SYS_write), std::string("write"));
    QCOMPARE(systemCallName(9999), std::string("call 9999"));
}

void TestProcessInspector::ownFactsAgreeWithTheKernelsOtherAnswers()
{
    ProcessInspector inspector(::getpid());
    Neighbourhood nobody({});
    const Inspection& seen = inspector.inspect(nobody);
    QVERIFY(!seen.isGone);
    QVERIFY(seen.activity.core >= 0);
    QCOMPARE(seen.activity.policy, std::string("normal"));
    QCOMPARE(seen.activity.nice, ::getpriority(PRIO_PROCESS, 0));
    rusage usage{};
    QCOMPARE(::getrusage(RUSAGE_SELF, &usage), 0);
    QVERIFY(seen.activity.minorFaults > 0);
    QVERIFY(seen.activity.minorFaults <= static_cast<std::uint64_t>(usage.ru_minflt));
    QVERIFY(seen.activity.residentMemory > 1 << 20);
    QVERIFY(seen.belongings.proportionalMemory && *seen.belongings.proportionalMemory > 0);
    QVERIFY(seen.belongings.commandLine.find("tst_process_inspector") != std::string::npos);

    rlimit files{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &files), 0);
    const auto& limits = seen.belongings.limits;
    const auto found = std::ranges::find(limits, "Max open files", &ProcessLimit::name);
    QVERIFY(found != limits.end());
    QCOMPARE(found->soft, std::to_string(files.rlim_cur));
    QCOMPARE(found->unit, std::string("files"));
}

void TestProcessInspector::aProcessThatHasGoneIsGone()
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(0);
    QCOMPARE(::waitpid(child, nullptr, 0), child);
    Neighbourhood nobody({});
    QVERIFY(ProcessInspector(child).inspect(nobody).isGone);
}

void TestProcessInspector::connectedSocketsKnowEachOther()
{
    std::array<int, 2> ends{};
    check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
    const UniqueFd one(ends[0]);
    const UniqueFd other(ends[1]);
    const SocketPeers peers = SocketPeers::read();
    if (peers.peerOf(nameOf(one.get())).empty())
        QSKIP("this kernel does not tell which Unix sockets are connected (CONFIG_UNIX_DIAG)");
    QCOMPARE(peers.peerOf(nameOf(one.get())), nameOf(other.get()));
    QCOMPARE(peers.peerOf(nameOf(other.get())), nameOf(one.get()));
    QCOMPARE(peers.peerOf("pipe:[1]"), std::string());
}

void TestProcessInspector::targetsHaveWords()
{
    QCOMPARE(describeTarget("pipe:[165031]"), std::string("pipe"));
    QCOMPARE(describeTarget("/memfd:ipclab control (deleted)"), std::string("memory file ipclab control"));
    QCOMPARE(describeTarget("anon_inode:[eventfd]"), std::string("eventfd"));
    QCOMPARE(describeTarget("/dev/null"), std::string("nothing"));
}

void TestProcessInspector::senderWaitsForRoomInThePipeOfTheReceiver()
{
    const SeenWorkers seen = inspectRun(slowReceiver("pipe"), waitsSomewhere);
    QCOMPARE(seen.inspections.size(), std::size_t{2});
    const Inspection& sender = seen.inspections.front();
    QVERIFY2(sender.waitSentence.starts_with("waiting for room in the pipe"), sender.waitSentence.c_str());
    const auto& descriptors = sender.belongings.descriptors;
    const auto pipe = std::ranges::find_if(descriptors, [](const OpenDescriptor& each) {
        return describeTarget(each.target) == "pipe" && each.access == "write" && each.number > 2;
    });
    QVERIFY(pipe != descriptors.end());
    QCOMPARE(pipe->sharedWith, std::vector<std::string>{"receiver"});
    if (sender.activity.place.call.empty())
        QSKIP("this user may not see the system call of another process");
    QCOMPARE(sender.activity.place.call, std::string("write"));
    const OpenDescriptor* used = descriptorOf(sender, sender.activity.place.descriptor);
    QVERIFY(used);
    QCOMPARE(used->target, pipe->target);
    QVERIFY2(sender.waitSentence.find("leads to receiver") != std::string::npos, sender.waitSentence.c_str());
}

void TestProcessInspector::sharedMemoryIsMarkedWithWhoSharesIt()
{
    const auto atOnce = [](const std::vector<Inspection>&) { return true; };
    const SeenWorkers seen = inspectRun(shortExperiment("shm_ring"), atOnce);
    const auto& mappings = seen.inspections.front().belongings.mappings;
    const auto ring = std::ranges::find_if(mappings, [](const MemoryMapping& each) {
        return each.name.find("memfd:ipclab-ring") != std::string::npos;
    });
    QVERIFY(ring != mappings.end());
    QVERIFY(ring->isShared());
    QCOMPARE(ring->sharedWith, std::vector<std::string>{"receiver"});
}

void TestProcessInspector::inspectingTwoOfSixteenWorkersCostsLittle()
{
#ifdef __SANITIZE_ADDRESS__
    QSKIP("A sanitizer multiplies what is measured here.");
#endif
    // As the window does it: two are shown, twice a second, and belong together with fourteen others.
    constexpr int rounds = 40;
    constexpr double secondsOfRounds = rounds / 2.0;
    std::vector<Inspectable> workers(14, {::getppid(), "other"});
    workers.push_back({::getpid(), "shown"});
    std::vector<ProcessInspector> inspectors(2, ProcessInspector(::getpid()));
    const auto processorTime = [] {
        timespec time{};
        ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
        return std::chrono::duration<double>(std::chrono::seconds(time.tv_sec) + Nanoseconds(time.tv_nsec))
            .count();
    };
    const double begin = processorTime();
    for (int round = 0; round < rounds; ++round) {
        Neighbourhood neighbours(workers);
        for (ProcessInspector& inspector : inspectors)
            inspector.inspect(neighbours);
    }
    const double share = (processorTime() - begin) / secondsOfRounds;
    QVERIFY2(share < 0.01, qPrintable(QString("%1 % of a core").arg(share * 100)));
}

QTEST_GUILESS_MAIN(TestProcessInspector)
#include "tst_process_inspector.moc"
