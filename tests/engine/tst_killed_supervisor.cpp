#include <QtTest>

#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <memory>
#include <vector>

namespace {

using namespace std::chrono_literals;

/// A process of which only the pid is known: its descriptor becomes readable when it has ended.
class WatchedProcess final {
public:
    explicit WatchedProcess(int pid) : m_descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
    WatchedProcess(const WatchedProcess&) = delete;
    WatchedProcess& operator=(const WatchedProcess&) = delete;
    ~WatchedProcess() { ::close(m_descriptor); }

    bool endsWithin(std::chrono::milliseconds patience) const
    {
        pollfd request{m_descriptor, POLLIN, 0};
        return ::poll(&request, 1, static_cast<int>(patience.count())) == 1;
    }

private:
    int m_descriptor;
};

/// All children of all threads of a process: workers and the reaper.
std::vector<int> childrenOf(qint64 pid)
{
    std::vector<int> children;
    const QString tasks = QString("/proc/%1/task").arg(pid);
    for (const QString& task : QDir(tasks).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        std::ifstream file((tasks + "/" + task + "/children").toStdString());
        for (int child = 0; file >> child;)
            children.push_back(child);
    }
    return children;
}

QStringList journals(const QString& runtimeDirectory)
{
    return QDir(runtimeDirectory + "/ipclab").entryList({"journal-*"}, QDir::Files);
}

/// The POSIX queues that the journals list: "+ POSIX-queue /ipclab-…".
QStringList listedQueues(const QString& runtimeDirectory)
{
    QStringList names;
    for (const QString& journal : journals(runtimeDirectory)) {
        QFile file(runtimeDirectory + "/ipclab/" + journal);
        if (!file.open(QIODevice::ReadOnly))
            continue;
        for (const QByteArray& line : file.readAll().split('\n'))
            if (line.startsWith('+') && line.contains(" /ipclab-"))
                names.append(QString::fromUtf8(line.mid(line.lastIndexOf(" /") + 1)));
    }
    return names;
}

/// A program that runs a long experiment without a window, in a runtime directory of its own.
class LongRun final {
public:
    LongRun(const QString& program, const QString& mechanism, const QString& directory)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("XDG_RUNTIME_DIR", directory);
        environment.insert("QT_QPA_PLATFORM", "offscreen");
        m_process.setProcessEnvironment(environment);
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        QStringList arguments{"--set", "mechanism=" + mechanism, "--set", "duration=1 min"};
        if (program == "ipclab")
            arguments = QStringList{"--run", "default", "--export", directory + "/results"} + arguments;
        else
            arguments.prepend("run");
        m_process.start(QString(IPCLAB_BIN_DIR "/") + program, arguments);
    }

    qint64 pid() const { return m_process.processId(); }

    /// Waits until it tells of its progress: the workers are at work then.
    bool isUnderWay()
    {
        QByteArray said;
        while (!said.contains("left")) {
            if (!m_process.waitForReadyRead(10'000) && m_process.state() != QProcess::Running)
                return false;
            said += m_process.readAllStandardOutput();
        }
        return true;
    }

    void kill()
    {
        m_process.kill();
        m_process.waitForFinished();
    }

private:
    QProcess m_process;
};

} // namespace

class TestKilledSupervisor final : public QObject {
    Q_OBJECT

private slots:
    void leavesNothing_data()
    {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QString>("mechanism");
        QTest::newRow("command line, pipe") << "ipclab-cli"
                                            << "pipe";
        QTest::newRow("command line, named queue") << "ipclab-cli"
                                                   << "posix_mq";
        QTest::newRow("window, pipe") << "ipclab"
                                      << "pipe";
        QTest::newRow("window, named queue") << "ipclab"
                                             << "posix_mq";
    }

    void leavesNothing()
    {
        QFETCH(QString, program);
        QFETCH(QString, mechanism);
        QTemporaryDir directory;
        LongRun run(program, mechanism, directory.path());
        QVERIFY(run.isUnderWay());
        const std::vector<int> children = childrenOf(run.pid());
        QCOMPARE(children.size(), std::size_t{3}); // two workers and the reaper
        std::vector<std::unique_ptr<WatchedProcess>> watched;
        for (const int child : children)
            watched.push_back(std::make_unique<WatchedProcess>(child));
        const QStringList queues = listedQueues(directory.path());
        QCOMPARE(queues.size(), mechanism == "posix_mq" ? 1 : 0);

        run.kill();

        QElapsedTimer sinceKill;
        sinceKill.start();
        for (const auto& process : watched)
            QVERIFY2(process->endsWithin(2s - std::chrono::milliseconds(sinceKill.elapsed())),
                     "a process lives on");
        QCOMPARE(journals(directory.path()), QStringList());
        for (const QString& queue : queues) {
            const mqd_t opened = ::mq_open(queue.toUtf8().constData(), O_RDONLY);
            QVERIFY2(opened == static_cast<mqd_t>(-1) && errno == ENOENT, "the queue is still there");
        }
    }
};

QTEST_GUILESS_MAIN(TestKilledSupervisor)
#include "tst_killed_supervisor.moc"
