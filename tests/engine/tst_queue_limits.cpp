#include "engine/base/failure.h"
#include "engine/mechanisms/catalog.h"
#include "tests/support/own_namespaces.h"
#include "tests/support/test_process.h"

#include <QTemporaryDir>
#include <QtTest>

#include <sched.h>
#include <unistd.h>

#include <fstream>
#include <functional>

using namespace ipclab;

namespace {

/// The System V queues of this process are its own from now on, and the system allows so many of them.
void allowQueues(unsigned count)
{
    require(standApart(CLONE_NEWIPC), noOwnNamespaces);
    std::ofstream file("/proc/sys/kernel/msgmni");
    file << count << std::flush;
    require(file.good(), "kernel.msgmni cannot be lowered");
}

void dropPrivileges()
{
    constexpr uid_t nobody = 65534;
    if (::geteuid() == 0)
        require(::setresuid(nobody, nobody, nobody) == 0, "setresuid");
}

} // namespace

/// What is said when the kernel refuses a queue. Each in a process of its own, which takes its limits with
/// it.
class TestQueueLimits final : public QObject {
    Q_OBJECT

private slots:
    void usedUpIdsAreNamed();
    void bytesAboveTheLimitNeedPrivileges();

private:
    /// The sentence with which a process fails that opens so many queues of this size.
    QString refusal(const std::function<void()>& prepare, const std::string& bytes, int queues);

    QTemporaryDir m_directory;
};

QString TestQueueLimits::refusal(const std::function<void()>& prepare, const std::string& bytes, int queues)
{
    QFile::setPermissions(m_directory.path(), QFile::Permissions(0x7777));
    TestProcess process([&](const Talk&) {
        prepare();
        const Mechanism& mechanism = *findMechanism("sysv_mq");
        Options options = withDefaults(mechanism.info().options, {});
        options.set("queue_bytes", bytes);
        NameJournal journal(m_directory.path().toStdString());
        std::vector<std::unique_ptr<Channel>> channels;
        for (int queue = 0; queue < queues; ++queue)
            channels.push_back(
                mechanism.open({.options = options, .largestMessage = 64, .journal = journal}));
    });
    return QString::fromStdString(process.finish());
}

void TestQueueLimits::usedUpIdsAreNamed()
{
    const QString sentence = refusal([] { allowQueues(2); }, "16 KiB", 3);
    if (sentence == noOwnNamespaces)
        QSKIP(noOwnNamespaces);
    QVERIFY2(sentence.contains("kernel.msgmni") && sentence.contains("ENOSPC"), qPrintable(sentence));
    QVERIFY2(QDir(m_directory.path()).isEmpty(), "a journal is left");
}

void TestQueueLimits::bytesAboveTheLimitNeedPrivileges()
{
    const QString sentence = refusal(dropPrivileges, "128 MiB", 1);
    QVERIFY2(sentence.contains("make a System V message queue for 128 MiB"), qPrintable(sentence));
    QVERIFY2(sentence.contains("kernel.msgmnb") && sentence.contains("EPERM"), qPrintable(sentence));
    QVERIFY2(QDir(m_directory.path()).isEmpty(), "a journal is left");
}

QTEST_GUILESS_MAIN(TestQueueLimits)
#include "tst_queue_limits.moc"
