#include "gui/models/event_model.h"
#include "gui/models/process_model.h"
#include "gui/state_colour.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QIcon>
#include <QSignalSpy>
#include <QTest>

using namespace ipclab;

namespace {

WorkerStatus statusOf(const std::string& role, WorkerState state)
{
    WorkerStatus status;
    status.role = role;
    status.pid = 4127;
    status.phase = "measuring";
    status.state = state;
    status.inState = std::chrono::milliseconds(2500);
    status.waitsIn = "anon_pipe_write";
    status.sent = 8'904'112;
    status.cpuShare = 0.38;
    status.blockedShare = 0.62;
    return status;
}

QString textAt(const QAbstractItemModel& model, int row, int column)
{
    return model.index(row, column).data().toString();
}

qint64 swatchKey(const ProcessModel& model, int row)
{
    return model.index(row, ProcessModel::State).data(Qt::DecorationRole).value<QIcon>().cacheKey();
}

} // namespace

class TestProcessModel : public QObject {
    Q_OBJECT

private slots:
    void showsOneRowPerWorker();
    void keepsItsRowsWhileValuesChange();
    void showsThePhaseOfAWorkerThatIsNotAtWork();
    void whoWaitsBusilyIsShownAsRunning();
    void aSwatchHasTheColourOfTheLegendAlsoInAChosenRow();
    void aColourHasOneSwatch();
    void eventsAreAppendedWithTheirTimes();
};

void TestProcessModel::showsOneRowPerWorker()
{
    ProcessModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.show({statusOf("sender", WorkerState::BlockedSending), statusOf("receiver", WorkerState::Running)});
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(textAt(model, 0, ProcessModel::Role), QString("Sender"));
    QCOMPARE(textAt(model, 0, ProcessModel::Pid), QString("4127"));
    QCOMPARE(textAt(model, 0, ProcessModel::State), QString("blocked sending for 2.5 s"));
    QCOMPARE(textAt(model, 0, ProcessModel::WaitsIn), QString("anon_pipe_write"));
    QCOMPARE(textAt(model, 0, ProcessModel::Cpu), QString("38 %"));
    QCOMPARE(textAt(model, 0, ProcessModel::Blocked), QString("62 %"));
    QVERIFY(model.index(0, ProcessModel::State).data(Qt::DecorationRole).isValid());
    model.show({});
    QCOMPARE(model.rowCount(), 0);
}

void TestProcessModel::keepsItsRowsWhileValuesChange()
{
    ProcessModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.show({statusOf("sender", WorkerState::Running)});
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.show({statusOf("sender", WorkerState::Pacing)});
    QCOMPARE(changed.count(), 1);
    QCOMPARE(reset.count(), 0);
    QVERIFY(textAt(model, 0, ProcessModel::State).startsWith("pacing"));
}

void TestProcessModel::showsThePhaseOfAWorkerThatIsNotAtWork()
{
    ProcessModel model;
    WorkerStatus gone = statusOf("sender", WorkerState::Running);
    gone.phase = "killed by SIGKILL";
    model.show({gone});
    QCOMPARE(textAt(model, 0, ProcessModel::State), QString("killed by SIGKILL"));
    QVERIFY(!model.index(0, ProcessModel::State).data(Qt::DecorationRole).isValid());
}

/// The charts count it so, and a worker that paces by spinning is no exception.
void TestProcessModel::whoWaitsBusilyIsShownAsRunning()
{
    ProcessModel model;
    WorkerStatus spinner = statusOf("sender", WorkerState::Pacing);
    spinner.busyWaiting = true;
    model.show({spinner, statusOf("receiver", WorkerState::Running)});
    QCOMPARE(textAt(model, 0, ProcessModel::State), QString("busy-waiting"));
    QCOMPARE(swatchKey(model, 0), swatchKey(model, 1));
}

void TestProcessModel::aSwatchHasTheColourOfTheLegendAlsoInAChosenRow()
{
    ProcessModel model;
    WorkerStatus stopped = statusOf("receiver", WorkerState::Running);
    stopped.phase = "stopped";
    model.show({statusOf("sender", WorkerState::BlockedSending), stopped});
    const Theme theme = Theme::fromPalette(QApplication::palette());
    for (const auto& [row, state] : {std::pair(0, WorkerState::BlockedSending), {1, WorkerState::Stopped}}) {
        const auto icon = model.index(row, ProcessModel::State).data(Qt::DecorationRole).value<QIcon>();
        for (const QIcon::Mode mode : {QIcon::Normal, QIcon::Selected})
            QCOMPARE(icon.pixmap(10, mode).toImage().pixelColor(5, 5), theme.colour(colourRoleOf(state)));
    }
}

/// A new one at every look would fill the cache of pictures.
void TestProcessModel::aColourHasOneSwatch()
{
    ProcessModel model;
    model.show({statusOf("sender", WorkerState::Running)});
    const qint64 first = swatchKey(model, 0);
    model.show({statusOf("sender", WorkerState::Pacing)});
    QVERIFY(swatchKey(model, 0) != first);
    model.show({statusOf("sender", WorkerState::Running)});
    QCOMPARE(swatchKey(model, 0), first);
}

void TestProcessModel::eventsAreAppendedWithTheirTimes()
{
    EventModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.add({std::chrono::milliseconds(-14), EventKind::Started, "sender", "started as process 12"});
    model.add({std::chrono::milliseconds(1250), EventKind::Finished, "", "run finished"});
    model.add({std::chrono::seconds(2), EventKind::Fault, "receiver", "The receiver is stopped"});
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(textAt(model, 0, EventModel::Time), QString("-0.014 s"));
    QCOMPARE(textAt(model, 0, EventModel::Text), QString("sender: started as process 12"));
    QCOMPARE(textAt(model, 1, EventModel::Text), QString("run finished"));
    QCOMPARE(textAt(model, 2, EventModel::Text), QString("The receiver is stopped")); // it says who
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

QTEST_MAIN(TestProcessModel)
#include "tst_process_model.moc"
