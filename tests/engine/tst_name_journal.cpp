#include "engine/base/name_journal.h"

#include "engine/base/failure.h"
#include "tests/support/test_process.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fcntl.h>
#include <mqueue.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

constexpr auto generous = 30s;

void makePath(const std::string& path)
{
    const UniqueFd file(check(::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600), "open"));
}

bool exists(const std::string& path)
{
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

void makeQueue(const std::string& name)
{
    mq_attr attributes{};
    attributes.mq_maxmsg = 1;
    attributes.mq_msgsize = 8;
    const UniqueFd queue(
        check(::mq_open(name.c_str(), O_CREAT | O_EXCL | O_RDWR, 0600, &attributes), "mq_open"));
}

bool queueExists(const std::string& name)
{
    const UniqueFd queue(::mq_open(name.c_str(), O_RDONLY));
    return static_cast<bool>(queue);
}

void writeText(const std::string& path, const std::string& text)
{
    QFile file(QString::fromStdString(path));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(text));
}

QString describeAll(const std::vector<NamedObject>& objects)
{
    QStringList all;
    for (const NamedObject& object : objects)
        all << QString::fromStdString(describe(object));
    return all.join(", ");
}

} // namespace

class NameJournalTest : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void destructorRemovesWhatIsListedAndTheFile();
    void removedObjectsAreGoneAndStruckOut();
    void freshNamesAndKeysDiffer();
    void strangersNamesAreRefused_data();
    void strangersNamesAreRefused();
    void heldJournalIsNoLeftover();
    void killedSupervisorLeavesALeftoverThatCanBeRemoved();
    void reaperRemovesWhatAKilledSupervisorLeft();
    void reaperIsContentWithACleanEnd();
    void reaperIsContentWithAJournalThatIsGone();
    void signalDoesNotEndTheReaper();
    void garbageIsIgnoredAndStrangersAreSpared();
    void journalCutShortStillListsWhatIsWhole();
    void linkIsNoJournal();
    void newJournalSurvivesASweepAtTheSameTime();

private:
    /// A process that lists and makes a path and a queue, says so and waits to be killed.
    std::unique_ptr<TestProcess> startSupervisor(std::string& path, std::string& queue);
    std::string inDirectory(const std::string& name) const { return m_path + "/" + name; }

    std::unique_ptr<QTemporaryDir> m_directory;
    std::string m_path;
};

void NameJournalTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    QVERIFY2(m_directory->isValid(), qPrintable(m_directory->errorString()));
    m_path = m_directory->path().toStdString();
}

void NameJournalTest::cleanup()
{
    m_directory.reset();
}

std::unique_ptr<TestProcess> NameJournalTest::startSupervisor(std::string& path, std::string& queue)
{
    path = inDirectory("ipclab-left");
    queue = "/ipclab-test-" + std::to_string(::getpid());
    auto supervisor = std::make_unique<TestProcess>([&](const Talk& talk) {
        NameJournal journal(m_path);
        journal.add({NameKind::Path, path});
        makePath(path);
        journal.add({NameKind::PosixQueue, queue});
        makeQueue(queue);
        talk.tell(1);
        talk.hear(Deadline::after(generous));
    });
    return supervisor->talk().hear(Deadline::after(generous)) ? std::move(supervisor) : nullptr;
}

void NameJournalTest::destructorRemovesWhatIsListedAndTheFile()
{
    const std::string path = inDirectory("ipclab-fifo");
    const std::string memory = "/ipclab-test-memory-" + std::to_string(::getpid());
    {
        NameJournal journal(m_path);
        QVERIFY(exists(journal.path()));
        journal.add({NameKind::Path, path});
        makePath(path);
        journal.add({NameKind::PosixSharedMemory, memory});
        const UniqueFd file(check(::shm_open(memory.c_str(), O_CREAT | O_EXCL | O_RDWR, 0600), "shm_open"));
    }
    QVERIFY(QDir(m_directory->path()).isEmpty());
    QVERIFY(!UniqueFd(::shm_open(memory.c_str(), O_RDONLY, 0)));
}

void NameJournalTest::removedObjectsAreGoneAndStruckOut()
{
    NameJournal journal(m_path);
    const std::string key = journal.freshKey();
    const std::string path = inDirectory("ipclab-one");
    {
        const JournaledName queue(journal, {NameKind::SystemVQueue, key});
        check(::msgget(std::stoi(key), IPC_CREAT | IPC_EXCL | 0600), "msgget");
        JournaledName first(journal, {NameKind::Path, path});
        makePath(path);
        const JournaledName second = std::move(first);
        QCOMPARE(second.name(), path);
    }
    QVERIFY(!exists(path));
    QCOMPARE(::msgget(std::stoi(key), 0), -1);
    // Somebody else's now: it must not go with the journal.
    makePath(path);
    QVERIFY(exists(path));
}

void NameJournalTest::freshNamesAndKeysDiffer()
{
    NameJournal one(m_path);
    NameJournal other(m_path);
    QVERIFY(one.path() != other.path());
    QSet<QString> all;
    for (int i = 0; i < 100; ++i)
        for (NameJournal* journal : {&one, &other})
            all << QString::fromStdString(journal->freshName())
                << QString::fromStdString(journal->freshKey());
    QCOMPARE(all.size(), 400);
    QVERIFY(isOurs({NameKind::PosixQueue, "/" + one.freshName()}, m_path));
    QVERIFY(isOurs({NameKind::SystemVSemaphore, one.freshKey()}, m_path));
}

void NameJournalTest::strangersNamesAreRefused_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("name");
    const auto row = [](NameKind kind, const char* name) {
        QTest::newRow(name) << static_cast<int>(kind) << name;
    };
    row(NameKind::Path, "/etc/passwd");
    row(NameKind::Path, "%1/precious");
    row(NameKind::Path, "%1/ipclab-");
    row(NameKind::Path, "%1/sub/ipclab-1");
    row(NameKind::Path, "%1/../ipclab-1");
    row(NameKind::Path, "%1/ipclab-1/../../precious");
    row(NameKind::Path, "ipclab-1");
    row(NameKind::Path, "/var/tmp/precious");
    row(NameKind::Path, "/var/tmp/sub/ipclab-1");
    row(NameKind::Path, "/tmp/ipclab-1");
    row(NameKind::PosixQueue, "/precious");
    row(NameKind::PosixQueue, "ipclab-1");
    row(NameKind::PosixSharedMemory, "/ipclab-1/../precious");
    row(NameKind::PosixSemaphore, "/ipclab-1\n+ path /etc/passwd");
    row(NameKind::SystemVQueue, "0");
    row(NameKind::SystemVQueue, "4711");
    row(NameKind::SystemVQueue, "465567744x");
    row(NameKind::SystemVSharedMemory, "");
}

void NameJournalTest::strangersNamesAreRefused()
{
    QFETCH(int, kind);
    QFETCH(QString, name);
    const NamedObject object{static_cast<NameKind>(kind),
                             name.replace("%1", m_directory->path()).toStdString()};
    NameJournal journal(m_path);
    QVERIFY(!isOurs(object, m_path));
    QVERIFY_EXCEPTION_THROWN(journal.add(object), FailureError);
}

void NameJournalTest::heldJournalIsNoLeftover()
{
    NameJournal journal(m_path);
    journal.add({NameKind::Path, inDirectory("ipclab-held")});
    makePath(inDirectory("ipclab-held"));
    QVERIFY(findLeftovers(m_path).empty());
    removeLeftover({journal.path(), {}});
    QVERIFY(exists(journal.path()));
    QVERIFY(exists(inDirectory("ipclab-held")));
}

void NameJournalTest::killedSupervisorLeavesALeftoverThatCanBeRemoved()
{
    std::string path;
    std::string queue;
    const auto supervisor = startSupervisor(path, queue);
    QVERIFY(supervisor);
    supervisor->kill();
    QVERIFY(exists(path) && queueExists(queue));

    const std::vector<Leftover> leftovers = findLeftovers(m_path);
    QCOMPARE(leftovers.size(), 1U);
    QCOMPARE(describeAll(leftovers.front().objects),
             QString::fromStdString(path + ", POSIX message queue " + queue));
    removeLeftover(leftovers.front());
    QVERIFY(!exists(path) && !queueExists(queue));
    QVERIFY(QDir(m_directory->path()).isEmpty());
    removeLeftover(leftovers.front());
}

void NameJournalTest::reaperRemovesWhatAKilledSupervisorLeft()
{
    std::string path;
    std::string queue;
    const auto supervisor = startSupervisor(path, queue);
    QVERIFY(supervisor);
    const QStringList journals = QDir(m_directory->path()).entryList({"journal-*"});
    QCOMPARE(journals.size(), 1);
    TestProcess reaper([&](const Talk&) { reapWhenAbandoned(inDirectory(journals.front().toStdString())); });
    QCOMPARE(reaper.finish(Deadline::after(50ms)), std::string("still running"));
    QVERIFY(exists(path));
    supervisor->kill();
    QCOMPARE(reaper.finish(Deadline::after(generous)), std::string());
    QVERIFY(!exists(path) && !queueExists(queue));
    QVERIFY(QDir(m_directory->path()).isEmpty());
}

void NameJournalTest::reaperIsContentWithACleanEnd()
{
    std::unique_ptr<TestProcess> reaper;
    const std::string path = inDirectory("ipclab-next");
    {
        NameJournal journal(m_path);
        journal.add({NameKind::Path, path});
        reaper = std::make_unique<TestProcess>([&](const Talk&) {
            // A forked reaper would hold the lock itself; the real one is a program of its own.
            ::close_range(3, ~0U, 0);
            reapWhenAbandoned(journal.path());
        });
        QCOMPARE(reaper->finish(Deadline::after(20ms)), std::string("still running"));
    }
    makePath(path);
    QCOMPARE(reaper->finish(Deadline::after(generous)), std::string());
    QVERIFY2(exists(path), "the reaper removed an object that was no longer listed");
}

void NameJournalTest::reaperIsContentWithAJournalThatIsGone()
{
    reapWhenAbandoned(inDirectory("journal-1-1"));
}

void NameJournalTest::signalDoesNotEndTheReaper()
{
    std::string path;
    std::string queue;
    const auto supervisor = startSupervisor(path, queue);
    QVERIFY(supervisor);
    const std::string journal =
        inDirectory(QDir(m_directory->path()).entryList({"journal-*"}).front().toStdString());
    TestProcess reaper([&](const Talk& talk) {
        talk.tell(static_cast<std::uint64_t>(::getpid()));
        reapWhenAbandoned(journal);
    });
    const auto pid = static_cast<pid_t>(reaper.talk().hear(Deadline::after(generous)).value());
    for (int i = 0; i < 10; ++i) {
        ::kill(pid, SIGUSR1);
        QCOMPARE(reaper.finish(Deadline::after(2ms)), std::string("still running"));
    }
    supervisor->kill();
    QCOMPARE(reaper.finish(Deadline::after(generous)), std::string());
    QVERIFY(!exists(path));
}

void NameJournalTest::garbageIsIgnoredAndStrangersAreSpared()
{
    const std::string precious = inDirectory("precious");
    const std::string ours = inDirectory("ipclab-ours");
    const std::string struck = inDirectory("ipclab-struck");
    for (const std::string& path : {precious, ours, struck})
        makePath(path);
    const std::string journal = inDirectory("journal-1-1");
    writeText(journal, "\n\n+\n+ \n+ path\n+ path \n+ path " + precious +
                           "\n\xff\xfe\x01garbage\n+ moon /ipclab-1\n+ path " + ours + "\n+ path " + struck +
                           "\n- path " + struck + "\n+ path " + m_path + "/../ipclab-x\n* path " + struck +
                           "\n");
    const std::vector<Leftover> leftovers = findLeftovers(m_path);
    QCOMPARE(leftovers.size(), 1U);
    QCOMPARE(leftovers.front().objects, (std::vector<NamedObject>{{NameKind::Path, ours}}));
    removeLeftover(leftovers.front());
    QVERIFY(exists(precious) && exists(struck) && !exists(ours) && !exists(journal));
}

void NameJournalTest::journalCutShortStillListsWhatIsWhole()
{
    const std::string ours = inDirectory("ipclab-ours");
    makePath(ours);
    writeText(inDirectory("journal-1-1"), "\n+ path " + ours + "\n\n+ path " + m_path + "/ipclab-cut");
    QCOMPARE(findLeftovers(m_path).front().objects, (std::vector<NamedObject>{{NameKind::Path, ours}}));
}

void NameJournalTest::linkIsNoJournal()
{
    const std::string ours = inDirectory("ipclab-ours");
    makePath(ours);
    writeText(inDirectory("elsewhere"), "+ path " + ours + "\n");
    check(::symlink(inDirectory("elsewhere").c_str(), inDirectory("journal-1-1").c_str()), "symlink");
    check(::mkfifo(inDirectory("journal-1-2").c_str(), 0600), "mkfifo");
    writeText(inDirectory("journal-1-3"), "+ path " + ours + "\n");
    check(::chmod(inDirectory("journal-1-3").c_str(), 0666), "chmod");
    QVERIFY(findLeftovers(m_path).empty());
    reapWhenAbandoned(inDirectory("journal-1-1"));
    reapWhenAbandoned(inDirectory("journal-1-3"));
    QVERIFY(exists(ours));
}

void NameJournalTest::newJournalSurvivesASweepAtTheSameTime()
{
    const TestProcess sweeper([&](const Talk& talk) {
        talk.tell(1);
        while (true)
            for (const Leftover& leftover : findLeftovers(m_path))
                removeLeftover(leftover);
    });
    QVERIFY(sweeper.talk().hear(Deadline::after(generous)));
    for (int i = 0; i < 2000; ++i) {
        NameJournal journal(m_path);
        const std::string path = inDirectory("ipclab-" + std::to_string(i));
        journal.add({NameKind::Path, path});
        makePath(path);
        QVERIFY(exists(journal.path()));
        QVERIFY(exists(path));
    }
}

QTEST_GUILESS_MAIN(NameJournalTest)
#include "tst_name_journal.moc"
