#include "engine/base/relax_core.h"
#include "engine/mechanisms/locks/spin_lock.h"
#include "tests/support/few_cores.h"
#include "tests/support/test_process.h"

#include <QtTest>

#include <algorithm>
#include <memory>
#include <vector>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

constexpr auto generous = 30s;

void computeUntilTold(const Talk& talk)
{
    talk.tell(1);
    while (!talk.hear(Deadline::immediately()))
        for (int i = 0; i < 10'000; ++i)
            relaxCore();
}

} // namespace

/// The spin lock by itself, without a buffer.
class TestSpinLock final : public QObject {
    Q_OBJECT

private slots:
    /// Giving the core away costs a time slice of everybody else, each time.
    void aSpinnerKeepsItsDeadlineWhereOthersWantTheCore()
    {
        const FewCores ours(1);
        std::vector<std::unique_ptr<TestProcess>> rivals;
        for (int i = 0; i < 3; ++i)
            rivals.push_back(std::make_unique<TestProcess>(&computeUntilTold));
        for (const std::unique_ptr<TestProcess>& rival : rivals)
            QVERIFY(rival->talk().hear(Deadline::after(generous)));

        LockPlace place{};
        SlotLedger ledger{};
        TransferCounts counts;
        SpinLock holder({place, ledger, 1, counts});
        SpinLock waiter({place, ledger, 1, counts});
        QVERIFY(holder.acquire(Deadline::never()) == Outcome::Done);
        Nanoseconds shortest = Nanoseconds::max(); // what else goes on makes it longer, never shorter
        for (int i = 0; i < 5; ++i) {
            const Nanoseconds begin = now();
            QVERIFY(waiter.acquire(Deadline::after(5ms)) == Outcome::TimedOut);
            shortest = std::min(shortest, now() - begin);
            holder.release();
            QVERIFY(waiter.acquire(Deadline::never()) == Outcome::Done); // the count of rounds begins anew
        }
        for (const std::unique_ptr<TestProcess>& rival : rivals) {
            rival->talk().tell(0);
            QCOMPARE(QString::fromStdString(rival->finish()), QString());
        }
        QVERIFY2(shortest < 40ms, qPrintable(QString::number(shortest.count())));
    }
};

QTEST_GUILESS_MAIN(TestSpinLock)
#include "tst_spin_lock.moc"
