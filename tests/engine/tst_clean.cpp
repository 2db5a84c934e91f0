#include "engine/base/name_journal.h"
#include "tests/support/cli_program.h"
#include "tests/support/test_process.h"

#include <QtTest>

#include <fcntl.h>
#include <fmt/format.h>
#include <mqueue.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <csignal>
#include <fstream>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

key_t keyOf(const NamedObject& object)
{
    return static_cast<key_t>(std::stol(object.name));
}

/// Whether the kernel still knows it.
bool exists(const NamedObject& object)
{
    struct stat status {};
    switch (object.kind) {
    case NameKind::Path:
        return ::lstat(object.name.c_str(), &status) == 0;
    case NameKind::PosixQueue:
        return static_cast<bool>(UniqueFd(::mq_open(object.name.c_str(), O_RDONLY)));
    case NameKind::PosixSharedMemory:
        return static_cast<bool>(UniqueFd(::shm_open(object.name.c_str(), O_RDONLY, 0)));
    case NameKind::PosixSemaphore: {
        sem_t* const semaphore = ::sem_open(object.name.c_str(), 0);
        return semaphore != SEM_FAILED && ::sem_close(semaphore) == 0;
    }
    case NameKind::SystemVQueue:
        return ::msgget(keyOf(object), 0) >= 0;
    case NameKind::SystemVSharedMemory:
        return ::shmget(keyOf(object), 0, 0) >= 0;
    case NameKind::SystemVSemaphore:
        return ::semget(keyOf(object), 0, 0) >= 0;
    }
    return false;
}

void makeSocket(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    require(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "bind");
}

void make(const NamedObject& object)
{
    constexpr int flags = O_CREAT | O_EXCL | O_RDWR;
    switch (object.kind) {
    case NameKind::Path:
        if (object.name.ends_with("socket"))
            return makeSocket(object.name);
        return require(::mkfifo(object.name.c_str(), 0600) == 0, "mkfifo");
    case NameKind::PosixQueue: {
        mq_attr attributes{};
        attributes.mq_maxmsg = 1;
        attributes.mq_msgsize = 8;
        return require(::mq_open(object.name.c_str(), flags, 0600, &attributes) >= 0, "mq_open");
    }
    case NameKind::PosixSharedMemory:
        return require(::shm_open(object.name.c_str(), flags, 0600) >= 0, "shm_open");
    case NameKind::PosixSemaphore:
        return require(::sem_open(object.name.c_str(), flags, 0600, 0) != SEM_FAILED, "sem_open");
    case NameKind::SystemVQueue:
        return require(::msgget(keyOf(object), IPC_CREAT | IPC_EXCL | 0600) >= 0, "msgget");
    case NameKind::SystemVSharedMemory:
        return require(::shmget(keyOf(object), 4096, IPC_CREAT | IPC_EXCL | 0600) >= 0, "shmget");
    case NameKind::SystemVSemaphore:
        return require(::semget(keyOf(object), 1, IPC_CREAT | IPC_EXCL | 0600) >= 0, "semget");
    }
}

/// What the one journal lists by its lines "+ KIND NAME"; struck out lines do not occur here.
std::vector<NamedObject> listedObjects(const QString& directory)
{
    std::vector<NamedObject> objects;
    for (const QString& journal : QDir(directory).entryList({"journal-*"}, QDir::Files)) {
        std::ifstream file((directory + "/" + journal).toStdString());
        std::string sign;
        std::string kind;
        std::string name;
        while (file >> sign >> kind >> name)
            for (const NameKind each :
                 {NameKind::Path, NameKind::PosixQueue, NameKind::PosixSharedMemory, NameKind::PosixSemaphore,
                  NameKind::SystemVQueue, NameKind::SystemVSharedMemory, NameKind::SystemVSemaphore})
                if (sign == "+" && word(each) == kind)
                    objects.push_back({each, name});
    }
    return objects;
}

/// The supervisor's child that would clean up after it.
int reaperOf(qint64 supervisor)
{
    std::ifstream file(fmt::format("/proc/{}/task/{}/children", supervisor, supervisor));
    for (int child = 0; file >> child;) {
        std::ifstream commandLine(fmt::format("/proc/{}/cmdline", child));
        const std::string words{std::istreambuf_iterator<char>(commandLine), {}};
        if (words.find(std::string("\0reap\0", 6)) != std::string::npos)
            return child;
    }
    return -1;
}

} // namespace

/// `ipclab-cli clean` against what is left when a supervisor is killed and nobody cleans up after it.
class TestClean final : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        QVERIFY(QDir(m_directory->path()).mkdir("ipclab"));
        QVERIFY(
            QFile::setPermissions(privateFiles(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    }

    void everyKindIsListedAndRemoved();
    void killedRunLeavesWhatCleanRemoves_data();
    void killedRunLeavesWhatCleanRemoves();
    void runningSupervisorIsSpared();

private:
    QString privateFiles() const { return m_directory->path() + "/ipclab"; }
    QString clean(const QStringList& flags) const;
    void verifyCleaning(const std::vector<NamedObject>& objects) const;
    std::unique_ptr<TestProcess> startSupervisor();

    std::unique_ptr<QTemporaryDir> m_directory;
};

QString TestClean::clean(const QStringList& flags) const
{
    QProcess process;
    setRuntimeDirectory(process, m_directory->path());
    process.start(cliProgram(), QStringList{"clean"} + flags);
    const Ended ended = collect(process);
    return ended.status == 0 ? ended.output : QString();
}

void TestClean::verifyCleaning(const std::vector<NamedObject>& objects) const
{
    const QString wouldRemove = clean({"--dry-run"});
    for (const NamedObject& object : objects) {
        const QString described = QString::fromStdString(describe(object));
        QVERIFY2(wouldRemove.contains("Would remove " + described + ".\n"), qPrintable(wouldRemove));
        QVERIFY2(exists(object), "a dry run has removed something");
    }
    const QString removed = clean({});
    for (const NamedObject& object : objects) {
        const QString described = QString::fromStdString(describe(object));
        QVERIFY2(removed.contains("Removed " + described + ".\n"), qPrintable(removed));
        QVERIFY2(!exists(object), qPrintable(described + " is still there"));
    }
    QVERIFY(QDir(privateFiles()).isEmpty());
    QCOMPARE(clean({}), QString("Nothing is left of earlier runs.\n"));
}

/// A process that makes an object of each kind, says so and waits to be killed.
std::unique_ptr<TestProcess> TestClean::startSupervisor()
{
    auto process = std::make_unique<TestProcess>([this](const Talk& talk) {
        const std::string directory = privateFiles().toStdString();
        NameJournal journal(directory);
        const std::vector<NamedObject> objects{{NameKind::Path, directory + "/ipclab-fifo"},
                                               {NameKind::Path, directory + "/ipclab-socket"},
                                               {NameKind::PosixQueue, "/" + journal.freshName()},
                                               {NameKind::PosixSharedMemory, "/" + journal.freshName()},
                                               {NameKind::PosixSemaphore, "/" + journal.freshName()},
                                               {NameKind::SystemVQueue, journal.freshKey()},
                                               {NameKind::SystemVSharedMemory, journal.freshKey()},
                                               {NameKind::SystemVSemaphore, journal.freshKey()}};
        for (const NamedObject& object : objects) {
            journal.add(object);
            make(object);
        }
        talk.tell(1);
        talk.hear(Deadline::after(30s));
    });
    return process->talk().hear(Deadline::after(30s)) ? std::move(process) : nullptr;
}

void TestClean::everyKindIsListedAndRemoved()
{
    const auto supervisor = startSupervisor();
    QVERIFY(supervisor);
    supervisor->kill();
    const std::vector<NamedObject> objects = listedObjects(privateFiles());
    QCOMPARE(objects.size(), std::size_t{8});
    verifyCleaning(objects);
}

void TestClean::killedRunLeavesWhatCleanRemoves_data()
{
    QTest::addColumn<QString>("mechanism");
    for (const char* mechanism : {"fifo", "posix_mq", "sysv_mq"})
        QTest::newRow(mechanism) << mechanism;
}

/// A real run, of which first the reaper is killed and then the supervisor. The workers die with it.
void TestClean::killedRunLeavesWhatCleanRemoves()
{
    QFETCH(QString, mechanism);
    QProcess run;
    setRuntimeDirectory(run, m_directory->path());
    run.setProcessChannelMode(QProcess::MergedChannels);
    run.start(cliProgram(), {"run", "--set", "mechanism=" + mechanism, "--set", "duration=1 min"});
    QByteArray said;
    while (!said.contains("left")) { // it tells of its progress: the workers are at work
        QVERIFY(run.waitForReadyRead(30'000));
        said += run.readAll();
    }
    const int reaper = reaperOf(run.processId());
    QVERIFY(reaper > 0);
    ::kill(reaper, SIGKILL);
    run.kill();
    QVERIFY(run.waitForFinished());
    const std::vector<NamedObject> objects = listedObjects(privateFiles());
    QCOMPARE(objects.size(), std::size_t{1});
    verifyCleaning(objects);
}

void TestClean::runningSupervisorIsSpared()
{
    const auto supervisor = startSupervisor();
    QVERIFY(supervisor);
    QCOMPARE(clean({}), QString("Nothing is left of earlier runs.\n"));
    const std::vector<NamedObject> objects = listedObjects(privateFiles());
    for (const NamedObject& object : objects)
        QVERIFY(exists(object));
    supervisor->kill();
    verifyCleaning(objects);
}

QTEST_GUILESS_MAIN(TestClean)
#include "tst_clean.moc"
