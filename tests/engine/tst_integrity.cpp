#include "engine/mechanisms/catalog.h"
#include "tests/support/integrity_run.h"
#include "tests/support/skip_unavailable.h"

#include <QtTest>

using namespace ipclab;

/// The short form; the target run_integrity sends ten million.
class TestIntegrity final : public QObject {
    Q_OBJECT

private slots:
    void init() { IPCLAB_SKIP_UNAVAILABLE_ROW(); }

    void everyMessageArrivesOnceInOrderAndWhole_data()
    {
        QTest::addColumn<QString>("mechanism");
        for (const Mechanism* mechanism : allMechanisms())
            if (losesNothing(*mechanism))
                QTest::newRow(mechanism->info().id.c_str()) << QString::fromStdString(mechanism->info().id);
    }

    void everyMessageArrivesOnceInOrderAndWhole()
    {
        QFETCH(QString, mechanism);
        const IntegrityRun run(*findMechanism(mechanism.toStdString()), 20'000);
        QVERIFY2(run.isIntact(), run.text().c_str());
    }
};

QTEST_GUILESS_MAIN(TestIntegrity)
#include "tst_integrity.moc"
