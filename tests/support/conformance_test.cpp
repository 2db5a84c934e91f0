#include "tests/support/conformance_test.h"

#include "tests/support/skip_unavailable.h"

#include <QDir>

#include <fcntl.h>
#include <mqueue.h>
#include <sys/msg.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace ipclab {

namespace {

/// The descriptors of this process, as "3 → pipe:[123]".
QStringList openDescriptors()
{
    QStringList all;
    const QDir directory("/proc/self/fd");
    for (const QFileInfo& entry :
         directory.entryInfoList(QDir::System | QDir::Files | QDir::NoDotAndDotDot | QDir::Dirs))
        if (const QString target = entry.symLinkTarget(); !target.contains("/proc/"))
            all << entry.fileName() + " → " + target;
    return all;
}

} // namespace

void ConformanceTest::init()
{
    IPCLAB_SKIP_UNAVAILABLE_ROW();
    m_descriptors = openDescriptors();
    m_journal = std::make_unique<NameJournal>(m_directory.path().toStdString());
}

void ConformanceTest::cleanup()
{
    m_journal.reset();
    QCOMPARE(::waitpid(-1, nullptr, WNOHANG), -1);
    QCOMPARE(errno, ECHILD);
    QCOMPARE(openDescriptors(), m_descriptors);
    for (const std::string& name : std::exchange(m_queues, {}))
        QVERIFY2(::mq_open(name.c_str(), O_RDONLY) == -1, name.c_str());
    for (const int id : std::exchange(m_systemVQueues, {}))
        QVERIFY2(::msgctl(id, IPC_STAT, nullptr) == -1 && errno == EINVAL, "a System V queue is left");
    QVERIFY(QDir(m_directory.path()).isEmpty());
}

void ConformanceTest::rememberQueues(const Channel& channel)
{
    for (const KernelObject& object : channel.objects()) {
        if (object.kind == "POSIX message queue")
            m_queues.push_back(object.name);
        if (object.kind == "System V message queue") // "key 0x…, id 7"
            m_systemVQueues.push_back(std::stoi(object.name.substr(object.name.rfind(' '))));
    }
}

std::size_t smallSizeOf(const Case& row)
{
    constexpr std::size_t smallSize = 64;
    return std::min(smallSize, row.largestMessage());
}

void standBy(Endpoint&, const Talk& talk)
{
    talk.hear(Deadline::after(generous));
}

} // namespace ipclab
