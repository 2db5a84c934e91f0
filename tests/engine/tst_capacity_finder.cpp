#include "engine/run/capacity_finder.h"
#include "tests/support/case_rows.h"
#include "tests/support/run_test.h"

#include <QtTest>

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

using namespace ipclab;

namespace {

FoundCapacity find(const Experiment& experiment)
{
    return findCapacity(experiment, testSettings().workerProgram);
}

Experiment pipeOf(const char* capacity, const char* framing, std::uint64_t messageSize)
{
    Experiment experiment = shortExperiment("pipe");
    experiment.mechanismOptions.set("capacity", capacity);
    experiment.mechanismOptions.set("framing", framing);
    experiment.messageSize = messageSize;
    return experiment;
}

std::uint64_t capacityOfANewPipe(int asked)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return 0;
    const UniqueFd reader(ends[0]);
    const UniqueFd writer(ends[1]);
    ::fcntl(ends[1], F_SETPIPE_SZ, asked);
    return static_cast<std::uint64_t>(::fcntl(ends[1], F_GETPIPE_SZ));
}

} // namespace

/// How much a channel takes while nobody reads (S10).
class TestCapacityFinder final : public RunTest {
    Q_OBJECT

private slots:
    void aPipeTakesExactlyWhatTheKernelSays_data()
    {
        QTest::addColumn<int>("capacity");
        for (const int capacity : {4096, 65536, 262144})
            QTest::addRow("%d", capacity) << capacity;
    }
    void aPipeTakesExactlyWhatTheKernelSays()
    {
        QFETCH(int, capacity);
        const std::uint64_t kernels = capacityOfANewPipe(capacity);
        const std::string asked = std::to_string(capacity);
        for (const FoundCapacity& found : {find(pipeOf(asked.c_str(), "none", 1024)),
                                           find(pipeOf(asked.c_str(), "length-prefix", PIPE_BUF - 4))}) {
            QCOMPARE(found.bytes(), kernels);
            QCOMPARE(found.stated->amount, kernels);
        }
    }

    void aPacketTakesAPageHoweverSmall()
    {
        QCOMPARE(find(pipeOf("65536", "packets", 1)).messages, std::uint64_t{16});
    }

    void everyChannelTakesAboutWhatIsStated_data()
    {
        QTest::addColumn<Case>("row");
        for (const Case& row : allCases())
            if (row.wait == row.traits().waits.front() && row.traits().loss == Loss::Never)
                QTest::newRow(row.name.c_str()) << row;
    }
    void everyChannelTakesAboutWhatIsStated()
    {
        QFETCH(Case, row);
        Experiment experiment = shortExperiment(row.mechanism->info().id);
        experiment.mechanismOptions = row.options;
        if (!problems(experiment).empty())
            QSKIP(problems(experiment).front().sentence.c_str());
        const FoundCapacity found = find(experiment);
        QVERIFY(found.messages > 0);
        if (!found.stated)
            return;
        const bool inBytes = found.stated->unit == CapacityUnit::Bytes;
        const std::uint64_t expected =
            found.stated->amount / (inBytes ? found.messageSize + found.stated->overheadPerMessage : 1);
        // The kernel accounts in pages.
        QVERIFY2(found.messages * 20 >= expected * 19 && found.messages * 20 <= expected * 21,
                 qPrintable(QString("%1 instead of %2").arg(found.messages).arg(expected)));
    }
};

QTEST_GUILESS_MAIN(TestCapacityFinder)
#include "tst_capacity_finder.moc"
