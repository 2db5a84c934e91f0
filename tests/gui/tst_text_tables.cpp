#include "engine/mechanisms/catalog.h"
#include "gui/charts/number_text.h"
#include "gui/models/inspection_tables.h"
#include "gui/models/lane_history.h"
#include "gui/models/mechanism_tables.h"
#include "gui/models/result_tables.h"
#include "gui/models/text_table.h"
#include "gui/source_highlighter.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextLayout>

using namespace ipclab;

namespace {

QString textAt(const TextTable& table, std::size_t row, std::size_t column)
{
    return table.rows.at(row).at(column).text;
}

/// The text beside a fact.
QString valueOf(const TextTable& table, const QString& fact)
{
    for (const TableRow& row : table.rows)
        if (row.front().text == fact)
            return row.at(1).text;
    return {};
}

/// Every row has a cell for every column: what TextTable promises.
bool isRegular(const TextTable& table)
{
    return std::ranges::all_of(table.rows, [&table](const TableRow& row) {
        return row.size() == static_cast<std::size_t>(table.columns.size());
    });
}

RunResult sampleResult()
{
    RunResult result;
    result.effective = {{"capacity", "Capacity", "64 KiB", "64 KiB"},
                        {"send_buffer", "Send buffer", "8 KiB", "16 KiB"},
                        {"slots", "Slots", "default", "512"},
                        {"huge_pages", "Huge pages", "off", "off, pages of 4 KiB"}};
    KernelObject object{.kind = "memory file", .name = "/memfd:ring (deleted)"};
    object.inode = 2268;
    object.owner = "student";
    object.mode = 0600;
    object.addresses = {{"sender", 0x7f00}, {"receiver", 0x7e00}};
    result.objects = {object};
    result.checks = {{"a", true, "1 = 1"}, {"b", false, "1 ≠ 2"}};
    result.deadlocks = {{.graph = {.workers = {"receiver", "sender"},
                                   .edges = {{"receiver", "sender", "the lock of channel 1", true}}},
                         .at = std::chrono::seconds(1)}};
    result.summary.messagesSent = 8'904'112;
    result.summary.response.count = 3;
    result.summary.response.p50 = std::chrono::microseconds(12);
    result.workers = {{.role = "sender", .pid = 4127, .exit = "finished"}};
    result.workers.front().systemCalls = 1'000'000;
    result.workers.front().errors = {{"EAGAIN", 7}};
    result.workers.front().standardError = "nice(1): not permitted\n";
    return result;
}

Inspection sampleInspection()
{
    Inspection inspection{.pid = 4127, .isGone = false, .activity = {}, .belongings = {}, .waitSentence = {}};
    inspection.activity.state = 'S';
    inspection.activity.place = {"anon_pipe_write", "write", 7};
    inspection.activity.core = 1;
    inspection.activity.allowedCores = "0-1";
    inspection.activity.policy = "normal";
    inspection.waitSentence = "waiting for room in the pipe";
    inspection.belongings.descriptors = {{7, "pipe:[165031]", "write", true, "pipe:[165031]", {"receiver"}},
                                         {9, "/tmp/x", "read", false, "/tmp/x", {}}};
    inspection.belongings.mappings = {{0x1000, 4096, "r-xp", "/bin/worker", 12, {}},
                                      {0x2000, 8192, "rw-s", "/memfd:ring (deleted)", 13, {"receiver"}}};
    return inspection;
}

/// Of a process that had ended before anybody looked.
Inspection goneInspection()
{
    Inspection inspection = {};
    inspection.pid = 4127;
    inspection.isGone = true;
    return inspection;
}

} // namespace

class TestTextTables : public QObject {
    Q_OBJECT

private slots:
    void theModelKeepsItsContract();
    void valuesChangeWithoutAReset();
    void copiesAsASpreadsheetTakesIt();
    void settingsThatDifferHaveABadge();
    void kernelObjectsShowAllThatIsKnown();
    void resultsBecomeTables();
    void inspectionsBecomeTables();
    void everyMechanismBecomesTables();
    void coloursSource();
    void lanesKeepWhatTimeWentTo();
};

void TestTextTables::theModelKeepsItsContract()
{
    TextTableModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.show(settingsTable(sampleResult().effective));
    QCOMPARE(model.rowCount(), 4);
    model.show(workersTable(sampleResult().workers));
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.index(0, 0).data().toString(), QString("sender"));
    QCOMPARE(model.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(), QString("PID"));
    model.show({});
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(model.columnCount(), 0);
}

void TestTextTables::valuesChangeWithoutAReset()
{
    TextTableModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.show({{"A"}, {{{.text = "1"}}}});
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.show({{"A"}, {{{.text = "2"}}}});
    QCOMPARE(reset.count(), 0);
    QCOMPARE(changed.count(), 1);
    model.show({{"A"}, {{{.text = "2"}}}});
    QCOMPARE(changed.count(), 1); // nothing new
    model.show({{"A"}, {{{.text = "2"}}, {{.text = "3"}}}});
    QCOMPARE(reset.count(), 1);
}

void TestTextTables::copiesAsASpreadsheetTakesIt()
{
    const TextTable table{{"A", "B"}, {{{.text = "1"}, {.text = "2"}}}};
    QCOMPARE(table.plainText(), QString("A\tB\n1\t2\n"));
}

void TestTextTables::settingsThatDifferHaveABadge()
{
    const TextTable table = settingsTable(sampleResult().effective);
    QVERIFY(isRegular(table));
    QCOMPARE(textAt(table, 0, 3), QString());
    QCOMPARE(textAt(table, 1, 3), QString("differs"));
    QCOMPARE(textAt(table, 1, 2), QString("16 KiB"));
    QCOMPARE(textAt(table, 2, 3), QString()); // the kernel was left the choice
    QCOMPARE(textAt(table, 3, 3), QString()); // it only says more
}

void TestTextTables::kernelObjectsShowAllThatIsKnown()
{
    const TextTable table = objectsTable(sampleResult().objects);
    QVERIFY(isRegular(table));
    QCOMPARE(textAt(table, 0, 0), QString("memory file"));
    QCOMPARE(textAt(table, 0, 2), QString("2268"));
    QCOMPARE(textAt(table, 0, 3), QString("student"));
    QCOMPARE(textAt(table, 0, 4), QString("0600"));
    QCOMPARE(textAt(table, 0, 5), QString("sender: 0x7f00\nreceiver: 0x7e00"));
}

void TestTextTables::resultsBecomeTables()
{
    const RunResult result = sampleResult();
    for (const TextTable& table :
         {checksTable(result.checks), deadlocksTable(result.deadlocks), summaryTable(result),
          latencyTable(result.summary), workersTable(result.workers), standardErrorTable(result.workers),
          hostTable(readHost()), limitsTable(readHost().limits)}) {
        QVERIFY(isRegular(table));
        QVERIFY(!table.rows.empty());
    }
    QCOMPARE(valueOf(summaryTable(result), "Messages sent"), groupedText(8'904'112));
    QCOMPARE(checksTable(result.checks).rows[1][0].tone, CellTone::Bad);
    QCOMPARE(textAt(deadlocksTable(result.deadlocks), 0, 3), QString("sender (dead)"));
    QCOMPARE(textAt(latencyTable(result.summary), 0, 1), QString("12.0 µs"));
    QCOMPARE(textAt(latencyTable(result.summary), 1, 1), QString("—"));
    QCOMPARE(textAt(workersTable(result.workers), 0, 5), groupedText(1'000'000));
    QCOMPARE(workersTable(result.workers).rows[0].back().text, QString("7 × EAGAIN"));
    QCOMPARE(textAt(standardErrorTable(result.workers), 0, 1), QString("nice(1): not permitted"));
}

void TestTextTables::inspectionsBecomeTables()
{
    WorkerStatus status;
    status.role = "sender";
    status.pid = 4127;
    status.state = WorkerState::BlockedSending;
    status.inState = std::chrono::milliseconds(2500);
    Inspection inspection = sampleInspection();
    const TextTable activity = activityTable(status, inspection);
    QVERIFY(isRegular(activity));
    QCOMPARE(valueOf(activity, "State"), QString("blocked sending for 2.5 s"));
    QCOMPARE(valueOf(activity, "Waits"), QString("waiting for room in the pipe · anon_pipe_write"));
    QCOMPARE(valueOf(activity, "Core"), QString("1 of 0-1"));
    inspection.isGone = true;
    status.phase = "killed by SIGKILL";
    QCOMPARE(valueOf(activityTable(status, inspection), "State"), QString("killed by SIGKILL"));

    const TextTable unseen = activityTable(status, goneInspection());
    QCOMPARE(unseen.rows.size(), std::size_t{1}); // that it has gone is all there is to say

    const TextTable descriptors = descriptorsTable(inspection.belongings.descriptors);
    QVERIFY(isRegular(descriptors));
    QCOMPARE(textAt(descriptors, 0, 1), QString("pipe"));
    QCOMPARE(textAt(descriptors, 0, 3), QString("write, never blocks"));
    QCOMPARE(textAt(descriptors, 0, 2), QString("receiver"));
    QCOMPARE(textAt(descriptors, 1, 1), QString("/tmp/x"));

    const TextTable mappings = mappingsTable(inspection.belongings.mappings);
    QVERIFY(isRegular(mappings));
    QCOMPARE(textAt(mappings, 0, 4), QString("/memfd:ring (deleted)")); // shared first
    QCOMPARE(textAt(mappings, 0, 3), QString("receiver"));
}

void TestTextTables::everyMechanismBecomesTables()
{
    for (const Mechanism* mechanism : allMechanisms()) {
        const MechanismInfo& info = mechanism->info();
        const TextTable options = optionsTable(info);
        QVERIFY(isRegular(options));
        QCOMPARE(options.rows.size(), info.options.size());
        QVERIFY(isRegular(hostLimitsTable(*mechanism)));
        const QString largest = valueOf(hostLimitsTable(*mechanism), "Largest message");
        QCOMPARE(largest.contains(", because "), !mechanism->unavailable().has_value());
        const TextTable effort = complexityTable(info);
        QVERIFY(isRegular(effort));
        QVERIFY2(valueOf(effort, "Lines of code").contains("of its own"), info.id.c_str());
    }
}

void TestTextTables::coloursSource()
{
    QTextDocument document("/* a\nb */ return 5; // c\n#include <x>\ncheck(::pipe2(\"//\"), std::min(1));");
    const Theme theme(Brightness::Light);
    SourceHighlighter highlighter(&document, theme);
    highlighter.rehighlight();
    const auto colourAt = [&document](int line, int column) {
        for (const QTextLayout::FormatRange& range : document.findBlockByNumber(line).layout()->formats())
            if (column >= range.start && column < range.start + range.length)
                return range.format.foreground().color();
        return QColor();
    };
    QCOMPARE(colourAt(0, 3), theme.colour(ColourRole::MutedText));
    QCOMPARE(colourAt(1, 0), theme.colour(ColourRole::MutedText));
    QCOMPARE(colourAt(1, 5), theme.colour(ColourRole::Selection)); // return
    QCOMPARE(colourAt(1, 12), theme.colour(ColourRole::Capacity)); // 5
    QCOMPARE(colourAt(1, 16), theme.colour(ColourRole::MutedText));
    QCOMPARE(colourAt(2, 0), theme.colour(ColourRole::Event));
    QCOMPARE(colourAt(3, 8), theme.colour(ColourRole::Capacity)); // pipe2
    QCOMPARE(colourAt(3, 15), theme.colour(ColourRole::Percentile90));
    QVERIFY(!colourAt(3, 27).isValid()); // min
}

void TestTextTables::lanesKeepWhatTimeWentTo()
{
    LaneHistory history;
    history.begin(1);
    const auto append = [&history](int from, int to, WorkerState state) {
        SeriesPoint point{.at = std::chrono::milliseconds(to),
                          .length = std::chrono::milliseconds(to - from)};
        point.workers.resize(1);
        point.workers.front().time[state] = std::chrono::milliseconds(to - from);
        history.append(point);
    };
    append(0, 100, WorkerState::Running);
    append(100, 300, WorkerState::BlockedSending);
    QCOMPARE(history.end(), 0.3);
    const auto share = [](const StateShares& shares, WorkerState state) {
        return shares[static_cast<std::size_t>(state)];
    };
    const std::vector<StateShares> columns = history.columns(0, 0, 0.4, 2);
    QVERIFY(qAbs(share(columns[0], WorkerState::Running) - 0.5) < 1e-9);
    QVERIFY(qAbs(share(columns[0], WorkerState::BlockedSending) - 0.5) < 1e-9);
    QVERIFY(qAbs(share(columns[1], WorkerState::BlockedSending) - 0.5) <
            1e-9); // nothing is known after 0.3 s
    QCOMPARE(share(history.sharesAt(0, 0.05), WorkerState::Running), 1.0);
    QCOMPARE(share(history.sharesAt(0, 0.5), WorkerState::Running), 0.0);
}

QTEST_MAIN(TestTextTables)
#include "tst_text_tables.moc"
