#include "tests/support/fault_storm.h"

#include <QtTest>

using namespace ipclab;

/// The short form; the target run_storm has the long one.
class TestStorm final : public QObject {
    Q_OBJECT

private slots:
    void sixtyKilledWorkersLeaveNothing()
    {
        const StormResult result = stormOfKilledWorkers(60, 1);
        QVERIFY2(result.isClean(), result.text().c_str());
    }

    void everyFaultOverEveryMechanismComesToWhatItSays()
    {
        const StormResult result = stormOfFaults(1, 1);
        QVERIFY2(result.isClean(), result.text().c_str());
    }

    void twentyKilledSupervisorsLeaveNothing()
    {
        const StormResult result = stormOfKilledSupervisors(20, 1);
        QVERIFY2(result.isClean(), result.text().c_str());
    }
};

QTEST_GUILESS_MAIN(TestStorm)
#include "tst_storm.moc"
