#include "engine/base/failure.h"
#include "engine/mechanisms/catalog.h"
#include "tests/support/both_ends.h"
#include "tests/support/case_rows.h"

#include <QTemporaryDir>
#include <QtTest>

#include <unistd.h>

#include <csignal>

using namespace ipclab;

/// What signals promise as messages, whoever else sends some. Each in a process of its own, which ends with
/// what is still pending.
class TestSignalChannel final : public QObject {
    Q_OBJECT

private slots:
    void init() { m_journal = std::make_unique<NameJournal>(m_directory.path().toStdString()); }
    void cleanup() { m_journal.reset(); }

    void signalsKeepTheirOrderAndTheirValues();
    void aStrangersSignalIsNoMessage();
    void othersSignalsDoNotTakeTheQueueForGood();
    void theChosenSignalIsSent();

private:
    QTemporaryDir m_directory;
    std::unique_ptr<NameJournal> m_journal;
};

void TestSignalChannel::signalsKeepTheirOrderAndTheirValues()
{
    const Case row = blockingCase("signal");
    TestProcess process([&](const Talk&) {
        BothEnds ends(row, 8, *m_journal);
        for (std::uint64_t number = 0; number < 100; ++number)
            sendNumbered(*ends.sender, Wait::Block, number * 0x0101'0101'0101, 1 + number % 8);
        for (std::uint64_t number = 0; number < 100; ++number)
            receiveNumbered(*ends.receiver, row, number * 0x0101'0101'0101, 1 + number % 8);
    });
    QCOMPARE(text(process.finish()), QString());
}

void TestSignalChannel::aStrangersSignalIsNoMessage()
{
    const Case row = blockingCase("signal");
    TestProcess process([&](const Talk&) {
        BothEnds ends(row, 8, *m_journal);
        check(::kill(::getpid(), SIGRTMIN), "kill");
        sendNumbered(*ends.sender, Wait::Block, 7, 8);
        check(::sigqueue(::getpid(), SIGRTMIN, {.sival_int = 9}), "sigqueue");
        receiveNumbered(*ends.receiver, row, 7, 8);
        require(ends.receiver->receive(Deadline::immediately()).outcome == Outcome::WouldBlock,
                "a stranger was heard");
    });
    QCOMPARE(text(process.finish()), QString());
}

void TestSignalChannel::othersSignalsDoNotTakeTheQueueForGood()
{
    const Case row = blockingCase("signal", {{"queue_length", "1"}});
    TestProcess process([&](const Talk&) {
        BothEnds ends(row, 8, *m_journal);
        sigset_t other;
        ::sigemptyset(&other);
        ::sigaddset(&other, SIGRTMIN + 9);
        check(::sigprocmask(SIG_BLOCK, &other, nullptr), "sigprocmask");
        check(::sigqueue(::getpid(), SIGRTMIN + 9, {.sival_int = 9}), "sigqueue");
        const Reservation place = ends.sender->reserve(8, Deadline::immediately());
        fillNumbered({place.place, 8}, 7);
        const Deadline patience = Deadline::after(std::chrono::seconds(10));
        while (ends.sender->commit(Deadline::immediately()) == Outcome::WouldBlock) {
            require(patience.remaining() > Nanoseconds::zero(), "there was never room again");
            require(ends.receiver->receive(Deadline::immediately()).outcome == Outcome::WouldBlock,
                    "the stranger was heard");
        }
        receiveNumbered(*ends.receiver, row, 7, 8);
    });
    QCOMPARE(text(process.finish()), QString());
}

void TestSignalChannel::theChosenSignalIsSent()
{
    const Case row = blockingCase("signal", {{"signal", "5"}});
    TestProcess process([&](const Talk&) {
        BothEnds ends(row, 8, *m_journal);
        sendNumbered(*ends.sender, Wait::Block, 7, 8);
        sigset_t pending;
        check(::sigpending(&pending), "sigpending");
        require(::sigismember(&pending, SIGRTMIN + 5) == 1, "another signal was sent");
        receiveNumbered(*ends.receiver, row, 7, 8);
    });
    QCOMPARE(text(process.finish()), QString());
}

QTEST_GUILESS_MAIN(TestSignalChannel)
#include "tst_signal_channel.moc"
