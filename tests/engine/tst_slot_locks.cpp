#include "engine/base/failure.h"
#include "engine/base/mapping.h"
#include "engine/mechanisms/catalog.h"
#include "tests/support/case_rows.h"
#include "tests/support/own_namespaces.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fmt/format.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <fstream>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t pageSize = 4096;
constexpr auto generous = 60s;
constexpr auto aMoment = 100ms;

const Mechanism& slotBuffer()
{
    return *findMechanism("shared_memory");
}

std::vector<std::string> locks(bool withNone)
{
    std::vector<std::string> ids;
    for (const OptionSpec& spec : slotBuffer().info().options)
        for (const OptionChoice& choice : spec.choices)
            if (spec.id == "lock" && (withNone || choice.id != "none"))
                ids.push_back(choice.id);
    return ids;
}

Case caseOf(const QString& lock, const QString& copy, Wait wait = Wait::Block)
{
    Options options = withDefaults(slotBuffer().info().options, {});
    options.set("lock", lock.toStdString());
    options.set("copy", copy.toStdString());
    return {&slotBuffer(), wait, options, {}};
}

void addRows()
{
    QTest::addColumn<QString>("lock");
    QTest::addColumn<QString>("copy");
    for (const std::string& lock : locks(false))
        for (const char* copy : {"inside", "outside"})
            QTest::addRow("%s, %s", lock.c_str(), copy) << QString::fromStdString(lock) << copy;
}

bool recovers(const QString& lock)
{
    return lock == "robust" || lock == "sysv_semaphore_undo";
}

void requireNoRaces(const Endpoint& endpoint)
{
    const TransferCounts& counts = endpoint.counts();
    require(
        counts.tornRecords == 0 && counts.lostUpdates == 0 && counts.staleReads == 0,
        fmt::format("{} torn, {} lost, {} stale", counts.tornRecords, counts.lostUpdates, counts.staleReads));
}

void dieAtOnce(int)
{
    ::kill(::getpid(), SIGKILL);
}

/// Takes a page away in the middle of the slot that message `number` (from 0) of 64 KiB takes: whoever copies
/// that message is killed while he does it.
void setTrapInSlot(std::size_t number)
{
    unsigned long start = 0;
    std::ifstream maps("/proc/self/maps");
    for (std::string line; start == 0 && std::getline(maps, line);)
        if (line.find("ipclab-slots") != std::string::npos)
            std::sscanf(line.c_str(), "%lx", &start);
    require(start != 0, "the slots are not mapped");
    constexpr std::size_t behindHead = 4 * pageSize;
    auto* page = reinterpret_cast<std::byte*>(start) + number * 16 * pageSize + behindHead;
    require(::mprotect(page, pageSize, PROT_NONE) == 0, "mprotect");
    struct sigaction action {};
    action.sa_handler = &dieAtOnce;
    ::sigaction(SIGSEGV, &action, nullptr);
}

/// A namespace of its own with room for one set of semaphores, which is taken.
bool leaveNoRoomForSemaphores()
{
    if (!standApart(CLONE_NEWIPC))
        return false;
    std::ofstream limits("/proc/sys/kernel/sem");
    limits << "32000 32000 500 1" << std::flush;
    return limits.good() && ::semget(IPC_PRIVATE, 1, 0600) >= 0;
}

/// As many messages as the test says, each time; until it says 0.
void sendAsTold(Endpoint& endpoint, Wait wait, std::size_t size, const Talk& talk)
{
    std::uint64_t number = 0;
    while (const auto count = talk.hear(Deadline::after(generous))) {
        if (*count == 0)
            return;
        for (std::uint64_t i = 0; i < *count; ++i)
            sendNumbered(endpoint, wait, number++, size);
        talk.tell(number);
    }
}

/// Tells, when it is asked, how many races it has seen; until it is told 0.
void receiveAndTellRaces(Endpoint& endpoint, const Talk& talk)
{
    while (true) {
        const Outcome outcome = endpoint.receive(Deadline::after(aMoment / 20)).outcome;
        require(outcome == Outcome::Done || outcome == Outcome::TimedOut || outcome == Outcome::PeerClosed,
                "receive ended otherwise");
        if (const auto asked = talk.hear(Deadline::immediately())) {
            if (*asked == 0)
                return;
            const TransferCounts& counts = endpoint.counts();
            talk.tell(counts.tornRecords + counts.lostUpdates + counts.staleReads);
        }
    }
}

} // namespace

/// Every lock of the slot buffer: that it keeps the other side out, and what becomes of it when its holder
/// dies.
class SlotLocks : public QObject {
    Q_OBJECT

private slots:
    void init() { m_journal = std::make_unique<NameJournal>(m_directory.path().toStdString()); }
    void cleanup()
    {
        m_journal.reset();
        QCOMPARE(::waitpid(-1, nullptr, WNOHANG), -1);
        QVERIFY(QDir(m_directory.path()).isEmpty());
    }

    void nothingRacesWithALock_data() { addRows(); }
    void nothingRacesWithALock();
    void largeAndSmallMessagesStayWhole_data() { addRows(); }
    void largeAndSmallMessagesStayWhole();
    void lockOfADeadHolderIsTakenOverOrStuck_data();
    void lockOfADeadHolderIsTakenOverOrStuck();
    void lockThatADeathSetsFreeIsNotCalledLost_data();
    void lockThatADeathSetsFreeIsNotCalledLost();
    void lockIsSwitchedWhileMessagesFlow_data() { addRows(); }
    void lockIsSwitchedWhileMessagesFlow();
    void aWaitWithoutEndIsLookedUpFrom_data() { addRows(); }
    void aWaitWithoutEndIsLookedUpFrom();
    void exhaustedSemaphoresAreNamed();
    void aSuccessorIsRefusedWhereItsSlotWouldStayTaken_data() { addRows(); }
    void aSuccessorIsRefusedWhereItsSlotWouldStayTaken();

private:
    QTemporaryDir m_directory;
    std::unique_ptr<NameJournal> m_journal;
};

void SlotLocks::nothingRacesWithALock()
{
    QFETCH(QString, lock);
    QFETCH(QString, copy);
    const Case row = caseOf(lock, copy);
    // Where every message asks the kernel a million would take ten seconds and more.
    const bool asksTheKernel = lock.startsWith("sysv") || lock == "eventfd";
    const std::uint64_t most = asksTheKernel ? 300'000 : 1'000'000;
    const std::uint64_t many = copy == "inside" ? most : 100'000;
    constexpr std::size_t size = 64;
    ChannelFixture channel(row, size, *m_journal);
    const auto sender = channel.start(
        ChannelEnd::Sender,
        [&](Endpoint& endpoint, const Talk&) {
            for (std::uint64_t number = 0; number < many; ++number)
                sendNumbered(endpoint, row.wait, number, size);
        },
        generous);
    const auto receiver = channel.start(
        ChannelEnd::Receiver,
        [&](Endpoint& endpoint, const Talk&) {
            for (std::uint64_t number = 0; number < many; ++number)
                receiveNumbered(endpoint, row, number, size);
            requireNoRaces(endpoint);
        },
        generous);
    channel.bothStarted();
    QCOMPARE(text(sender->finish(Deadline::after(generous))), QString());
    QCOMPARE(text(receiver->finish(Deadline::after(generous))), QString());
    QCOMPARE(channel.channel().remarks().size(), std::size_t{0});
}

void SlotLocks::largeAndSmallMessagesStayWhole()
{
    QFETCH(QString, lock);
    QFETCH(QString, copy);
    const Case row = caseOf(lock, copy);
    constexpr std::uint64_t many = 2000;
    constexpr std::size_t largest = 20'000;
    const auto sizeOf = [](std::uint64_t number) { return std::size_t{1} + number * 7919 % largest; };
    ChannelFixture channel(row, largest, *m_journal);
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk&) {
        for (std::uint64_t number = 0; number < many; ++number)
            sendNumbered(endpoint, row.wait, number, sizeOf(number));
    });
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk&) {
        for (std::uint64_t number = 0; number < many; ++number)
            receiveNumbered(endpoint, row, number, sizeOf(number));
        requireNoRaces(endpoint);
    });
    channel.bothStarted();
    QCOMPARE(text(sender->finish()), QString());
    QCOMPARE(text(receiver->finish()), QString());
}

void SlotLocks::lockOfADeadHolderIsTakenOverOrStuck_data()
{
    QTest::addColumn<QString>("lock");
    for (const std::string& lock : locks(false))
        QTest::addRow("%s", lock.c_str()) << QString::fromStdString(lock);
}

void SlotLocks::lockOfADeadHolderIsTakenOverOrStuck()
{
    QFETCH(QString, lock);
    const Case row = caseOf(lock, "inside");
    constexpr std::size_t size = 16 * pageSize;
    constexpr std::uint64_t before = 3;
    ChannelFixture channel(row, size, *m_journal);
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk& talk) {
        talk.hear(Deadline::after(generous));
        for (std::uint64_t number = 0; recovers(lock) && number < before; ++number)
            receiveNumbered(endpoint, row, number, size);
        require(endpoint.receive(Deadline::immediately()).outcome == Outcome::WouldBlock,
                "something came out of the buffer");
        const Nanoseconds begin = now();
        require(endpoint.receive(Deadline::after(aMoment)).outcome == Outcome::TimedOut,
                "the deadline was not kept");
        require(now() - begin >= aMoment, "it came early");
        talk.tell(1);
        require(endpoint.receive(Deadline::never()).outcome == Outcome::Interrupted,
                "a signal does not get through to who waits for a dead holder");
    });
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk&) {
        setTrapInSlot(before);
        for (std::uint64_t number = 0; number <= before; ++number)
            sendNumbered(endpoint, row.wait, number, size);
    });
    channel.bothStarted();
    QVERIFY(!sender->finish().empty()); // it was killed
    receiver->talk().tell(1);
    QVERIFY(receiver->talk().hear(Deadline::after(generous)));
    QCOMPARE(text(receiver->finishSignalled(SIGUSR1)), QString());

    const std::vector<std::string> remarks = channel.channel().remarks();
    QCOMPARE(remarks.size(), std::size_t{1});
    const QString expected =
        recovers(lock) ? "the other one was given it" : "the sender died while it held the lock";
    QVERIFY2(text(remarks.front()).contains(expected), remarks.front().c_str());
    if (!recovers(lock))
        QVERIFY2(text(remarks.front()).contains("3 messages stayed"), remarks.front().c_str());
}

void SlotLocks::lockThatADeathSetsFreeIsNotCalledLost_data()
{
    lockOfADeadHolderIsTakenOverOrStuck_data();
}

/// Nobody comes to take it over.
void SlotLocks::lockThatADeathSetsFreeIsNotCalledLost()
{
    QFETCH(QString, lock);
    ChannelFixture channel(caseOf(lock, "inside"), pageSize, *m_journal);
    const auto sender = channel.start(ChannelEnd::Sender, [](Endpoint& endpoint, const Talk&) {
        require(endpoint.takeLock(Deadline::after(generous)) == Outcome::Done, "there is no lock");
        dieAtOnce(0);
    });
    QVERIFY(!sender->finish().empty()); // it was killed
    const std::vector<std::string> remarks = channel.channel().remarks();
    QCOMPARE(remarks.size(), std::size_t{1});
    QVERIFY2(text(remarks.front()).contains("nobody can release") != recovers(lock), remarks.front().c_str());
    QVERIFY2(text(remarks.front()).contains("set free") == recovers(lock), remarks.front().c_str());
}

/// Off and on again many times: what is sent comes out whole or is missed, and once the lock is on nothing
/// more goes wrong.
void SlotLocks::lockIsSwitchedWhileMessagesFlow()
{
    QFETCH(QString, lock);
    QFETCH(QString, copy);
    Case row = caseOf(lock, copy);
    row.options.set("slots", "8"); // often full and often empty
    constexpr int switches = 20;
    constexpr std::size_t size = 256;
    const std::unique_ptr<Channel> channel =
        row.mechanism->open({.options = row.options, .largestMessage = size, .journal = *m_journal});
    std::vector<Invitation> invitations;
    for (const ChannelEnd end : {ChannelEnd::Sender, ChannelEnd::Receiver})
        invitations.push_back(channel->invite({end, 0}));
    const auto joinAs = [&](ChannelEnd end) {
        return row.mechanism->join({end, 0}, std::move(invitations[end == ChannelEnd::Sender ? 0 : 1]),
                                   {row.options, size, row.wait});
    };
    TestProcess sender(
        [&](const Talk& talk) { sendAsTold(*joinAs(ChannelEnd::Sender), row.wait, size, talk); });
    TestProcess receiver([&](const Talk& talk) { receiveAndTellRaces(*joinAs(ChannelEnd::Receiver), talk); });
    const auto send = [&](std::uint64_t count) {
        sender.talk().tell(count);
        return sender.talk().hear(Deadline::after(generous)).has_value();
    };
    const auto races = [&] {
        receiver.talk().tell(1);
        return receiver.talk().hear(Deadline::after(generous));
    };
    for (int i = 0; i < switches; ++i) {
        channel->setLocking(Locking::Off);
        QCOMPARE(channel->locking(), Locking::Off);
        QVERIFY(send(500));
        channel->setLocking(Locking::On);
        QVERIFY(send(50)); // both go by the new mode before these have all gone through
        const std::optional<std::uint64_t> before = races();
        QVERIFY(send(500));
        QVERIFY(before);
        QCOMPARE(races(), before);
    }
    sender.talk().tell(0);
    receiver.talk().tell(0);
    QCOMPARE(text(sender.finish()), QString());
    QCOMPARE(text(receiver.finish()), QString());
}

/// Nobody sends, and no signal comes: it returns all the same, for one may have been missed.
void SlotLocks::aWaitWithoutEndIsLookedUpFrom()
{
    QFETCH(QString, lock);
    QFETCH(QString, copy);
    ChannelFixture channel(caseOf(lock, copy), pageSize, *m_journal);
    const auto receiver = channel.start(ChannelEnd::Receiver, [](Endpoint& endpoint, const Talk&) {
        for (int i = 0; i < 3; ++i)
            require(endpoint.receive(Deadline::never()).outcome == Outcome::Interrupted,
                    "it ended otherwise");
    });
    channel.bothStarted();
    QCOMPARE(text(receiver->finish()), QString());
}

void SlotLocks::exhaustedSemaphoresAreNamed()
{
    const Case row = caseOf("sysv_semaphore", "inside");
    const std::string directory = m_directory.path().toStdString();
    TestProcess process([&](const Talk& talk) {
        if (!leaveNoRoomForSemaphores())
            return talk.tell(0);
        NameJournal journal(directory);
        try {
            row.mechanism->open({.options = row.options, .largestMessage = pageSize, .journal = journal});
        } catch (const FailureError& error) {
            const std::string sentence = error.failure().sentence();
            require(sentence.find("System V semaphores") != std::string::npos &&
                        sentence.find("kernel.sem") != std::string::npos,
                    sentence);
            return talk.tell(1);
        }
        require(false, "there was room");
    });
    const std::optional<std::uint64_t> heard = process.talk().hear(Deadline::after(generous));
    QCOMPARE(text(process.finish()), QString());
    QVERIFY(heard);
    if (*heard == 0)
        QSKIP(noOwnNamespaces);
}

void SlotLocks::aSuccessorIsRefusedWhereItsSlotWouldStayTaken()
{
    QFETCH(QString, lock);
    QFETCH(QString, copy);
    const bool isSemaphore = lock.contains("semaphore") || lock == "eventfd";
    const auto reason = slotBuffer().whyNotRejoin(caseOf(lock, copy).options);
    QCOMPARE(reason.has_value(), isSemaphore && copy == "outside");
    if (reason)
        QVERIFY2(text(*reason).contains("copy to inside"), reason->c_str());
}

QTEST_GUILESS_MAIN(SlotLocks)
#include "tst_slot_locks.moc"
