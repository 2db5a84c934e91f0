#include "engine/base/name_journal.h"
#include "engine/base/private_directory.h"
#include "tests/support/lowered_limit.h"
#include "tests/support/run_test.h"

#include <QtTest>

#include <fcntl.h>
#include <mqueue.h>

using namespace ipclab;

/// What is said when a run cannot begin, and what an earlier one left.
class TestRunFailures final : public RunTest {
    Q_OBJECT

private slots:
    void whatCannotRunIsSaidInASentence_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("said");
        QTest::newRow("unknown mechanism") << "mechanism"
                                           << "pip"
                                           << "pipe";
        QTest::newRow("size 0") << "message.size"
                                << "0"
                                << "size";
        QTest::newRow("a year") << "duration"
                                << "8760 h"
                                << "duration";
    }
    void whatCannotRunIsSaidInASentence()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, said);
        Experiment experiment = shortExperiment("pipe");
        if (const auto problem = setKey(experiment, key.toStdString(), value.toStdString())) {
            QVERIFY(QString::fromStdString(problem->sentence).contains(said));
            return;
        }
        const FollowedRun run = follow(experiment);
        QVERIFY(run.failure);
        QVERIFY2(QString::fromStdString(run.failure->sentence()).contains(said),
                 run.failure->sentence().c_str());
    }

    void whatAnEarlierReaperCouldNotRemoveIsSweptAtTheStart()
    {
        const std::string queue = "/ipclab-999999-1";
        const mqd_t made = ::mq_open(queue.c_str(), O_CREAT | O_EXCL | O_RDWR, S_IRUSR | S_IWUSR, nullptr);
        QVERIFY(made != static_cast<mqd_t>(-1));
        ::mq_close(made);
        QFile journal(QString::fromStdString(privateDirectory()) + "/journal-999999-1");
        QVERIFY(journal.open(QIODevice::WriteOnly));
        journal.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        const std::string_view kind = word(NameKind::PosixQueue);
        journal.write(QByteArray("+ ") + QByteArray(kind.data(), static_cast<qsizetype>(kind.size())) + " " +
                      queue.c_str() + "\n");
        journal.close();

        follow(shortExperiment("pipe"));

        QVERIFY(!journal.exists());
        QCOMPARE(::mq_unlink(queue.c_str()), -1);
        QCOMPARE(errno, ENOENT);
    }

    void exhaustedQueueQuotaIsNamed()
    {
        const Experiment experiment = shortExperiment("posix_mq");
        const LoweredLimit limit(RLIMIT_MSGQUEUE, 100);
        const FollowedRun run = follow(experiment);
        QVERIFY(run.failure);
        QVERIFY2(run.failure->sentence().find("RLIMIT_MSGQUEUE") != std::string::npos,
                 run.failure->sentence().c_str());
    }

    void exhaustedDescriptorsAreNamed()
    {
#ifdef __SANITIZE_ADDRESS__
        QSKIP("The sanitizers' check of object types needs a descriptor itself (a pipe), and reports what is "
              "not.");
#endif
        const LoweredLimit limit(RLIMIT_NOFILE, before().descriptors.size() + 9);
        const FollowedRun run = follow(shortExperiment("unix_stream"));
        QVERIFY(run.failure);
        QVERIFY2(run.failure->sentence().find("RLIMIT_NOFILE") != std::string::npos,
                 run.failure->sentence().c_str());
    }

    void aMissingWorkerProgramIsNamed()
    {
        Run run(shortExperiment("pipe"), {.workerProgram = "/nowhere/ipclab-worker", .sampleEvery = {}});
        run.start();
        std::string sentence;
        for (const RunEvent& event : run.dispatch())
            if (const auto* failed = std::get_if<RunFailed>(&event))
                sentence = failed->failure.sentence();
        QVERIFY2(sentence.find("/nowhere/ipclab-worker") != std::string::npos, sentence.c_str());
        QVERIFY(run.isOver());
    }
};

QTEST_GUILESS_MAIN(TestRunFailures)
#include "tst_run_failures.moc"
