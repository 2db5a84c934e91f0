#include "engine/experiment/experiment_file.h"

#include <QtTest>

using namespace ipclab;

class TestFault final : public QObject {
    Q_OBJECT

private slots:
    void readsFaultsAsPeopleWriteThem_data();
    void readsFaultsAsPeopleWriteThem();
    void refusesFaultsInASentence_data();
    void refusesFaultsInASentence();
    void faultsOfAVariantReplaceThoseAboveIt();
};

void TestFault::readsFaultsAsPeopleWriteThem_data()
{
    QTest::addColumn<QString>("canonical");
    QTest::newRow("stop receiver") << "stop receiver at 0 s";
    QTest::newRow("stop  receiver for 500ms at 2") << "stop receiver at 2 s for 500 ms";
    QTest::newRow("kill sender 2 at 1.5 s") << "kill sender 2 at 1500 ms";
    QTest::newRow("slow receiver at 1 s for 2 s by 20 us") << "slow receiver at 1 s for 2 s by 20 us";
    QTest::newRow("slow receiver") << "slow receiver at 0 s by 1 ms";
    QTest::newRow(" hold lock  sender at 1 for 500ms") << "hold lock sender at 1 s for 500 ms";
    QTest::newRow("kill in lock receiver") << "kill in lock receiver at 0 s";
    QTest::newRow("lock both peer 1 at 1 s") << "lock both peer 1 at 1 s";
    QTest::newRow("remove lock at 1 s for 2 s") << "remove lock at 1 s for 2 s";
    QTest::newRow("restore lock") << "restore lock at 0 s";
}

void TestFault::readsFaultsAsPeopleWriteThem()
{
    QFETCH(QString, canonical);
    Fault fault;
    const std::optional<std::string> sentence = readFault(fault, QTest::currentDataTag());
    QVERIFY2(!sentence, sentence.value_or("").c_str());
    QCOMPARE(QString::fromStdString(toText(fault)), canonical);
    Fault again;
    QVERIFY(!readFault(again, toText(fault)));
    QVERIFY(again == fault);
}

void TestFault::refusesFaultsInASentence_data()
{
    QTest::addColumn<QString>("said");
    QTest::newRow(" ") << "there is no fault \"\"";
    QTest::newRow("stopp receiver") << "did you mean \"stop\"?";
    QTest::newRow("stop at 1 s") << "needs a target";
    QTest::newRow("stop receiver at noon") << "at of a fault must be a time";
    QTest::newRow("kill receiver for 1 s") << "has no length";
    QTest::newRow("stop receiver by 1 ms") << "takes no work";
    QTest::newRow("slow receiver by 0 s") << "needs the work per message";
    QTest::newRow("hold lock at 1 s") << "needs a target";
    QTest::newRow("hold locks sender") << "there is no fault \"hold\"";
    QTest::newRow("remove lock sender") << "takes no target, not \"sender\"";
    QTest::newRow("kill in lock sender for 1 s") << "has no length";
}

void TestFault::refusesFaultsInASentence()
{
    QFETCH(QString, said);
    Fault fault;
    const std::optional<std::string> sentence = readFault(fault, QTest::currentDataTag());
    QVERIFY(sentence);
    QVERIFY2(QString::fromStdString(*sentence).contains(said), sentence->c_str());
    QVERIFY(fault == Fault());
}

void TestFault::faultsOfAVariantReplaceThoseAboveIt()
{
    const ExperimentSet set = parseExperiments(R"(
[[fault]]
kind = "stop"
target = "receiver"
at = "1 s"

[[variant]]
title = "as above"

[[variant]]
title = "its own"
[[variant.fault]]
kind = "kill"
target = "sender"
)");
    QVERIFY(set.problems.empty());
    QCOMPARE(toText(set.experiments[0].faults.at(0)), std::string("stop receiver at 1 s"));
    QCOMPARE(set.experiments[1].faults.size(), std::size_t{1});
    QCOMPARE(toText(set.experiments[1].faults[0]), std::string("kill sender at 0 s"));
}

QTEST_GUILESS_MAIN(TestFault)
#include "tst_fault.moc"
