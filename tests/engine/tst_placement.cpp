#include "engine/base/cores.h"
#include "engine/experiment/placement.h"
#include "tests/support/few_cores.h"
#include "tests/support/run_fixture.h"

#include <QtTest>

#include <linux/capability.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

/// As for a user without rights, as long as it lives.
class WithoutSysNice final {
public:
    WithoutSysNice()
    {
        ::syscall(SYS_capget, &m_header, m_before);
        __user_cap_data_struct without[] = {m_before[0], m_before[1]};
        without[0].effective &= ~(1U << CAP_SYS_NICE);
        m_isDone = ::syscall(SYS_capset, &m_header, without) == 0;
    }
    WithoutSysNice(const WithoutSysNice&) = delete;
    WithoutSysNice& operator=(const WithoutSysNice&) = delete;
    ~WithoutSysNice() { ::syscall(SYS_capset, &m_header, m_before); }

    bool isDone() const { return m_isDone; }

private:
    __user_cap_header_struct m_header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    __user_cap_data_struct m_before[_LINUX_CAPABILITY_U32S_3] = {};
    bool m_isDone = false;
};

QString sentencesOf(const Experiment& experiment)
{
    QStringList sentences;
    for (const Problem& problem : problems(experiment))
        sentences << QString::fromStdString(problem.sentence);
    return sentences.join('\n');
}

QString effective(const RunResult& result, const std::string& label)
{
    const auto found = std::ranges::find(result.effective, label, &EffectiveSetting::label);
    return found == result.effective.end() ? QString("not said") : QString::fromStdString(found->effective);
}

} // namespace

/// Which core a worker runs on, and how it is scheduled there.
class TestPlacement final : public QObject {
    Q_OBJECT

private slots:
    void textsReadBack_data();
    void textsReadBack();
    void whatIsNoPlacementIsRefused_data();
    void whatIsNoPlacementIsRefused();
    void aCoreThatIsNotThereIsRefused();
    void aCoreThatMayNotBeUsedIsRefused();
    void everyWorkerNeedsItsCore();
    void fifoNeedsACoreForTheOthers();
    void spinnersMustNotShareACoreUnderFifo();
    void rightsThatAreMissingAreNamed();
    void workersRunWhereTheyAreAsked();
    void niceIsReadBackFromTheKernel();
    void fifoIsReadBackFromTheKernel();
    void coresAreWrittenInRanges();
};

void TestPlacement::textsReadBack_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("canonical");
    for (const char* text : {"any", "same", "different", "0", "0,1,1", "63,2"})
        QTest::addRow("%s", text) << text << text;
    QTest::addRow("blanks") << " 0, 1 ,1"
                            << "0,1,1";
}

void TestPlacement::textsReadBack()
{
    QFETCH(QString, text);
    QFETCH(QString, canonical);
    Experiment experiment;
    experiment.cores = CorePlacement::Listed;
    experiment.coreList = {7};
    QVERIFY(!setKey(experiment, "placement.cores", text.toStdString()));
    QCOMPARE(QString::fromStdString(keyText(experiment, "placement.cores")), canonical);
}

void TestPlacement::whatIsNoPlacementIsRefused_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("text");
    for (const char* text : {"", "two", "0,", ",1", "0;1", "0 1", "-1", "1.5", "99999999999", "same,0"})
        QTest::addRow("cores %s", text) << "placement.cores" << text;
    for (const char* text : {"", "nice", "20", "-21", "1.5", "5 s"})
        QTest::addRow("nice %s", text) << "placement.nice" << text;
    for (const char* text : {"0", "100", "-1"})
        QTest::addRow("priority %s", text) << "placement.priority" << text;
    QTest::addRow("policy") << "placement.policy"
                            << "deadline";
}

void TestPlacement::whatIsNoPlacementIsRefused()
{
    QFETCH(QString, key);
    QFETCH(QString, text);
    Experiment experiment;
    const std::optional<Problem> problem = setKey(experiment, key.toStdString(), text.toStdString());
    QVERIFY(problem);
    QVERIFY2(problem->sentence.starts_with(key.toStdString() + " must be "), problem->sentence.c_str());
    QCOMPARE(experiment, Experiment());
}

void TestPlacement::aCoreThatIsNotThereIsRefused()
{
    Experiment experiment;
    experiment.cores = CorePlacement::Listed;
    experiment.coreList = {0, 4096};
    QCOMPARE(sentencesOf(experiment),
             QString("placement.cores names core 4096, but this machine has the cores 0 to %1 only")
                 .arg(coresOfMachine() - 1));
}

void TestPlacement::aCoreThatMayNotBeUsedIsRefused()
{
    const std::vector<int> cores = usableCores();
    if (cores.size() < 2)
        QSKIP("only one core may be used here");
    const FewCores oneCore(1);
    Experiment experiment;
    experiment.cores = CorePlacement::Listed;
    experiment.coreList = {cores[0], cores[1]};
    QCOMPARE(
        sentencesOf(experiment),
        QString(
            "placement.cores names core %1, which this program may not use; it may use %2 (see taskset(1))")
            .arg(cores[1])
            .arg(cores[0]));
}

void TestPlacement::everyWorkerNeedsItsCore()
{
    const int core = usableCores().front();
    Experiment experiment;
    experiment.cores = CorePlacement::Listed;
    experiment.coreList = {core, core, core};
    QCOMPARE(sentencesOf(experiment),
             "placement.cores must name a core for each of the 2 workers, not 3 of them");
    experiment.shape.kind = ShapeKind::FanIn;
    experiment.shape.senders = 2;
    QVERIFY2(problems(experiment).empty(), qPrintable(sentencesOf(experiment)));
    QCOMPARE(placementOf(experiment, 3), (std::vector<std::vector<int>>{{core}, {core}, {core}}));
}

void TestPlacement::fifoNeedsACoreForTheOthers()
{
    Experiment experiment;
    experiment.policy = SchedulingPolicy::Fifo;
    if (sentencesOf(experiment).contains("RLIMIT_RTPRIO"))
        QSKIP("FIFO scheduling is not allowed here");
    QVERIFY(sentencesOf(experiment)
                .startsWith("placement.policy can be fifo only where placement.cores binds the workers"));
    const FewCores oneCore(1);
    experiment.cores = CorePlacement::Same;
    QVERIFY(sentencesOf(experiment).endsWith("here only one core may be used"));
}

void TestPlacement::spinnersMustNotShareACoreUnderFifo()
{
    Experiment experiment;
    experiment.policy = SchedulingPolicy::Fifo;
    experiment.cores = CorePlacement::Same;
    if (sentencesOf(experiment).contains("RLIMIT_RTPRIO") || usableCores().size() < 2)
        QSKIP("FIFO scheduling is not allowed here, or there is only one core");
    QVERIFY2(problems(experiment).empty(), qPrintable(sentencesOf(experiment)));
    experiment.wait = Wait::Spin;
    QVERIFY(sentencesOf(experiment)
                .startsWith("placement.policy cannot be fifo where workers share a core and wait is spin"));
}

void TestPlacement::rightsThatAreMissingAreNamed()
{
    const WithoutSysNice poor;
    rlimit limit{};
    ::getrlimit(RLIMIT_RTPRIO, &limit);
    if (!poor.isDone() || limit.rlim_cur > 0)
        QSKIP("this user's limit allows real-time priorities");
    Experiment experiment;
    experiment.policy = SchedulingPolicy::Fifo;
    experiment.cores = CorePlacement::Same;
    experiment.priority = 7;
    QCOMPARE(sentencesOf(experiment),
             "placement.policy cannot be fifo here: without the capability CAP_SYS_NICE the limit "
             "RLIMIT_RTPRIO allows no "
             "real-time priority; raise it (ulimit -r 7) or give the program the capability");
    experiment.policy = SchedulingPolicy::Normal;
    experiment.nice = -20;
    QVERIFY(
        sentencesOf(experiment)
            .startsWith("placement.nice cannot be -20 here: without the capability CAP_SYS_NICE the limit "
                        "RLIMIT_NICE allows "));
    experiment.nice = 19;
    QVERIFY2(problems(experiment).empty(), qPrintable(sentencesOf(experiment)));
}

void TestPlacement::workersRunWhereTheyAreAsked()
{
    const std::vector<int> cores = usableCores();
    Experiment experiment = shortExperiment("pipe");
    experiment.cores = CorePlacement::Listed;
    experiment.coreList = {cores.back(), cores.front()};
    std::vector<std::string> places;
    const FollowedRun run = follow(experiment, [&](Run&, const RunEvent& event) {
        if (const auto* sample = std::get_if<SampleTaken>(&event); sample && places.empty())
            for (const WorkerStatus& worker : sample->workers) {
                cpu_set_t set;
                CPU_ZERO(&set);
                if (::sched_getaffinity(worker.pid, sizeof set, &set) == 0 && CPU_COUNT(&set) == 1)
                    places.push_back(worker.place);
            }
    });
    QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
    QCOMPARE(places, (std::vector{std::to_string(cores.back()), std::to_string(cores.front())}));
    QCOMPARE(effective(run.result, "Core of the sender"), QString::number(cores.back()));
    QCOMPARE(effective(run.result, "Core of the receiver"), QString::number(cores.front()));
}

void TestPlacement::niceIsReadBackFromTheKernel()
{
    Experiment experiment = shortExperiment("pipe");
    experiment.nice = 7;
    const FollowedRun run = follow(experiment);
    QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
    QCOMPARE(effective(run.result, "Nice value of the sender"), "7");
    QCOMPARE(effective(run.result, "Nice value of the receiver"), "7");
}

void TestPlacement::fifoIsReadBackFromTheKernel()
{
    Experiment experiment = shortExperiment("pipe");
    experiment.policy = SchedulingPolicy::Fifo;
    experiment.priority = 3;
    experiment.cores = CorePlacement::Same;
    if (!problems(experiment).empty())
        QSKIP(qPrintable(sentencesOf(experiment)));
    const FollowedRun run = follow(experiment);
    if (run.failure && run.failure->sentence().find("SCHED_FIFO") != std::string::npos)
        QSKIP(run.failure->sentence().c_str());
    QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
    QCOMPARE(effective(run.result, "Scheduling of the sender"), "FIFO 3");
    QVERIFY2(violatedChecks(run.result).empty(), violatedChecks(run.result).c_str());
    QVERIFY(run.result.summary.messagesReceived > 0);
}

void TestPlacement::coresAreWrittenInRanges()
{
    QCOMPARE(coresText({}), std::string());
    QCOMPARE(coresText({3}), std::string("3"));
    QCOMPARE(coresText({0, 1, 2, 5, 7, 8}), std::string("0–2, 5, 7–8"));
}

QTEST_GUILESS_MAIN(TestPlacement)
#include "tst_placement.moc"
