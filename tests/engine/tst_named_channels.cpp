#include "engine/base/failure.h"
#include "engine/mechanisms/catalog.h"
#include "tests/support/case_rows.h"
#include "tests/support/failure_text.h"
#include "tests/support/lowered_limit.h"
#include "tests/support/own_namespaces.h"
#include "tests/support/stranger.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t smallSize = 64;
constexpr auto generous = 30s;

/// Whose workers are told no more than where to meet.
bool isMetByAddress(const Case& row)
{
    const bool isUnix = row.options.has("name");
    const bool isByName =
        isUnix ? row.options.text("name") != "pair" : row.traits().namedBy.front() == NamedBy::Port;
    return isByName && row.wait == Wait::Block;
}

/// Makes memory, says so, and looks whether it is still there once it is told to.
void openInPosixMemory(const Talk& talk, NameJournal& journal)
{
    const Mechanism& ring = *findMechanism("shm_ring");
    Options options = withDefaults(ring.info().options, {});
    options.set("memory", "posix");
    const auto channel = ring.open({options, smallSize, 1, 1, journal});
    talk.tell(1);
    talk.hear(Deadline::after(generous));
    const std::string name = channel->invite({ChannelEnd::Sender, 0}).address;
    require(UniqueFd(::shm_open(name.c_str(), O_RDWR, 0)).get() >= 0, "somebody has removed its memory");
}

} // namespace

/// What can happen where processes meet at a path, a name or a port that others can see too.
class NamedChannels : public QObject {
    Q_OBJECT

private slots:
    void init() { m_journal = std::make_unique<NameJournal>(m_directory.path().toStdString()); }
    void cleanup()
    {
        m_journal.reset();
        QVERIFY(QDir(m_directory.path()).isEmpty());
    }

    void strangersAreTurnedAway_data()
    {
        QTest::addColumn<Case>("row");
        for (const Case& row : allCases())
            if (isMetByAddress(row))
                QTest::newRow(row.name.c_str()) << row;
    }
    void strangersAreTurnedAway();
    void pathsAreForThisUserOnly();
    void aPathTooLongForASocketIsNamed();
    void programsOfOnePidInTwoContainersKeepTheirOwn();
    void aFifoThatWasReplacedIsRefused();
    void whoHasNoDescriptorLeftForAQueueIsToldSo();
    void aQueueThatSomebodyRemovedIsAPeerThatIsGone();

private:
    QTemporaryDir m_directory;
    std::unique_ptr<NameJournal> m_journal;
};

/// One who knows the address but not the token comes first, and is not heard.
void NamedChannels::strangersAreTurnedAway()
{
    QFETCH(Case, row);
    ChannelFixture channel(row, smallSize, *m_journal);
    const Stranger stranger(channel.invitation(ChannelEnd::Sender).address, row.mechanism->info().id);
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk&) {
        sendNumbered(endpoint, row.wait, 0, smallSize);
    });
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk& talk) {
        receiveNumbered(endpoint, row, 0, smallSize);
        talk.tell(1);
    });
    channel.bothStarted();
    QVERIFY(receiver->talk().hear(Deadline::after(generous)));
    QVERIFY(stranger.wasTurnedAway());
    QCOMPARE(text(sender->finish()), QString());
    QCOMPARE(text(receiver->finish()), QString());
}

void NamedChannels::pathsAreForThisUserOnly()
{
    for (const auto& [id, name] : {std::pair{"fifo", ""}, std::pair{"unix_stream", "path"}}) {
        const Mechanism& mechanism = *findMechanism(id);
        Options options = withDefaults(mechanism.info().options, {});
        if (*name != '\0')
            options.set("name", name);
        const auto channel = mechanism.open({options, smallSize, 1, 1, *m_journal});
        const std::string address = channel->invite({ChannelEnd::Sender, 0}).address;
        struct stat status {};
        QCOMPARE(::stat(address.c_str() + address.find('/'), &status), 0);
        QCOMPARE(status.st_mode & 0777U, static_cast<mode_t>(S_IRUSR | S_IWUSR));
    }
}

void NamedChannels::aPathTooLongForASocketIsNamed()
{
    const QString directory = m_directory.filePath(QString(100, 'x'));
    QVERIFY(QDir().mkpath(directory));
    {
        NameJournal journal(directory.toStdString());
        const Mechanism& mechanism = *findMechanism("unix_stream");
        Options options = withDefaults(mechanism.info().options, {});
        options.set("name", "path");
        const QString said = text(failureOf([&] { mechanism.open({options, smallSize, 1, 1, journal}); }));
        QVERIFY2(said.contains(directory) && said.contains("107 B"), qPrintable(said));
    }
    QVERIFY(QDir().rmdir(directory));
}

/// /dev/shm is often the same in several containers, in each of which a first process has the pid 1.
void NamedChannels::programsOfOnePidInTwoContainersKeepTheirOwn()
{
    const auto container = [this](const Talk& talk) {
        require(standApart(CLONE_NEWPID), noOwnNamespaces);
        TestProcess program([&](const Talk&) {
            require(::getpid() == 1, "it is not the first one");
            openInPosixMemory(talk, *m_journal);
        });
        const std::string error = program.finish();
        require(error.empty(), error);
    };
    TestProcess one(container);
    TestProcess other(container);
    for (const TestProcess* each : {&one, &other})
        each->talk().hear(Deadline::after(generous));
    for (TestProcess* each : {&one, &other}) {
        each->talk().tell(1);
        const QString error = text(each->finish());
        if (error.contains(noOwnNamespaces))
            QSKIP(noOwnNamespaces);
        QCOMPARE(error, QString());
    }
}

void NamedChannels::aFifoThatWasReplacedIsRefused()
{
    const Mechanism& fifo = *findMechanism("fifo");
    const Options options = withDefaults(fifo.info().options, {});
    const auto channel = fifo.open({options, smallSize, 1, 1, *m_journal});
    Invitation invitation = channel->invite({ChannelEnd::Receiver, 0});
    const QString path = text(invitation.address);
    QVERIFY(QFile::remove(path) && QFile(path).open(QIODevice::WriteOnly));
    QVERIFY_EXCEPTION_THROWN(
        fifo.join({ChannelEnd::Receiver, 0}, std::move(invitation), {options, smallSize}), FailureError);
}

/// The limit on the bytes of queues, for which mq_open(3) gives the same error, binds only who makes one.
void NamedChannels::whoHasNoDescriptorLeftForAQueueIsToldSo()
{
#ifdef __SANITIZE_ADDRESS__
    QSKIP("the sanitizers' own look at an exception's type takes descriptors");
#endif
    const Mechanism& queue = *findMechanism("posix_mq");
    const Options options = withDefaults(queue.info().options, {});
    const auto channel = queue.open({options, smallSize, 1, 1, *m_journal, Wait::Block, Rendezvous::ByName});
    Invitation invitation = channel->invite({ChannelEnd::Receiver, 0});
    const LoweredLimit tight(RLIMIT_NOFILE, 3);
    try {
        queue.open({options, smallSize, 1, 1, *m_journal});
        QFAIL("there was a descriptor left");
    } catch (const FailureError& error) {
        const QString said = text(error.failure().sentence());
        QVERIFY2(said.contains("RLIMIT_NOFILE"), qPrintable(said));
    }
    try {
        queue.join({ChannelEnd::Receiver, 0}, std::move(invitation), {options, smallSize});
        QFAIL("there was a descriptor left");
    } catch (const std::system_error& error) {
        const QString said = text(explain(error, "join the queue").sentence());
        QVERIFY2(said.contains("RLIMIT_NOFILE"), qPrintable(said));
    }
}

/// By ipcrm(1), between two calls.
void NamedChannels::aQueueThatSomebodyRemovedIsAPeerThatIsGone()
{
    const Mechanism& queue = *findMechanism("sysv_mq");
    const Options options = withDefaults(queue.info().options, {});
    const auto channel = queue.open({options, smallSize, 1, 1, *m_journal});
    const auto joinAs = [&](ChannelEnd end) {
        return queue.join({end, 0}, channel->invite({end, 0}), {options, smallSize});
    };
    const auto sender = joinAs(ChannelEnd::Sender);
    const auto receiver = joinAs(ChannelEnd::Receiver);
    const std::string key = channel->invite({ChannelEnd::Sender, 0}).address;
    QVERIFY(removeNamedObject({NameKind::SystemVQueue, key}));
    sender->reserve(smallSize, Deadline::never());
    QCOMPARE(sender->commit(Deadline::never()), Outcome::PeerClosed);
    QCOMPARE(receiver->receive(Deadline::never()).outcome, Outcome::PeerClosed);
}

QTEST_GUILESS_MAIN(NamedChannels)
#include "tst_named_channels.moc"
