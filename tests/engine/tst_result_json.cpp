#include "engine/library/result_json.h"
#include "tests/engine/sample_result.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <limits>

using namespace ipclab;

namespace {

QJsonDocument parsed(const std::string& text)
{
    QJsonParseError error{};
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(text), &error);
    if (error.error != QJsonParseError::NoError)
        qWarning("%s at %d", qPrintable(error.errorString()), error.offset);
    return document;
}

QJsonObject sample()
{
    return parsed(toJson(sampleResult())).object();
}

QJsonValue at(QJsonValue value, const QString& path)
{
    for (const QString& step : path.split('.')) {
        bool isIndex = false;
        const int index = step.toInt(&isIndex);
        value = isIndex ? value.toArray().at(index) : value.toObject().value(step);
    }
    return value;
}

void collectPaths(const QJsonValue& value, const QString& path, QStringList& paths)
{
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (auto member = object.begin(); member != object.end(); ++member)
            collectPaths(member.value(), path.isEmpty() ? member.key() : path + '.' + member.key(), paths);
    } else if (value.isArray() && value.toArray().first().isObject()) {
        collectPaths(value.toArray().first(), path + ".0", paths);
    } else {
        paths << path;
    }
}

/// A member of the sample by its path, and what is there.
void row(const char* path, const QJsonValue& expected)
{
    QTest::newRow(path) << expected;
}

void addConditionRows()
{
    row("schema", "ipclab.run/1");
    row("started_at", "2026-01-02T03:04:05Z");
    row("experiment.mechanism", "pipe");
    row("experiment.mechanism_options.capacity", "64 KiB");
    row("experiment.load.rate", "10 k/s");
    row("experiment.seed", 7);
    row("host.cores", 2);
    row("effective.0.requested", "1000 B");
    row("effective.0.effective", "4 KiB");
    row("capacity.amount", 4096);
    row("capacity.unit", "bytes");
    row("objects.0.name", "pipe:[4711]");
    row("objects.0.inode", 4711);
    row("objects.0.owner", "somebody");
    row("objects.0.mode", "0600");
    row("objects.0.addresses.1.worker", "receiver");
    row("objects.0.addresses.1.address", "0x7f1100002000");
    row("objects.1.mode", QJsonValue::Null);
    row("objects.2.inode", QJsonValue::Null);
    row("objects.2.owner", QJsonValue::Null);
}

void addSummaryRows()
{
    row("summary.outcome", "finished");
    row("summary.seconds", 0.1);
    row("summary.messages_sent", 4);
    row("summary.messages_received", 3);
    row("summary.messages_queued", 1);
    row("summary.bytes_received", 192);
    row("summary.messages_per_second", 30);
    row("summary.bytes_per_second", 1920);
    row("summary.latency_every", 1);
    row("summary.response_ns.count", 3);
    row("summary.response_ns.min", 100);
    row("summary.response_ns.max", 1'000'000);
    row("summary.service_ns.mean", 996);
    row("summary.lateness_ns.count", 0);
    row("summary.integrity.lost", 1);
    row("summary.integrity.repeated", 2);
    row("summary.integrity.reordered", 3);
    row("summary.integrity.corrupt", 4);
    row("summary.integrity.truncated", 5);
    row("summary.integrity.torn_records", 6);
    row("summary.integrity.interleaved_records", 14);
    row("summary.integrity.foreign_pieces", 15);
    row("summary.integrity.lost_updates", 7);
    row("summary.integrity.stale_reads", 8);
    row("summary.cost_per_message.copies", 2);
    row("summary.cost_per_message.system_calls", 4.5);
    row("summary.cost_per_message.user_ns", 16);
    row("summary.cost_per_message.system_ns", 10);
    row("summary.cost_per_message.context_switches", 0.25);
    row("classes.0.title", "priority 0");
    row("classes.0.share", 0.75);
    row("classes.0.queued", 1);
    row("classes.1.overtaking", 1);
    row("classes.0.overtaken", 1);
    row("classes.0.response_ns.count", 3);
    row("deliveries.0.sequence", 2);
    row("deliveries.0.class", 1);
    row("summary.time_to_meet_ns", 1'234'000);
}

void addWorkerRows()
{
    row("workers.0.role", "sender");
    row("workers.1.pid", 12);
    row("workers.0.exit", "finished");
    row("workers.0.restarts", 1);
    row("workers.0.sent", 4);
    row("workers.1.received", 3);
    row("workers.0.joined_after_ns", 3'000'000);
    row("workers.0.wall_ns", 100);
    row("workers.0.time_ns.running", 40);
    row("workers.0.time_ns.ready", 5);
    row("workers.0.time_ns.blocked_sending", 30);
    row("workers.0.time_ns.blocked_receiving", 15);
    row("workers.0.time_ns.pacing", 10);
    row("workers.0.blocks_ns.sending.count", 2);
    row("workers.0.blocks_ns.sending.max", 2'000'000);
    row("workers.0.blocks_ns.sending.histogram.0.0", 1000);
    row("workers.0.blocks_ns.sending.histogram.0.2", 1);
    row("workers.0.blocks_ns.receiving.count", 0);
    row("workers.0.would_block", 2);
    row("workers.0.system_calls", 7);
    row("workers.0.user_ns", 25);
    row("workers.0.system_ns", 15);
    row("workers.0.voluntary_switches", 6);
    row("workers.0.involuntary_switches", 1);
    row("workers.0.errors.EAGAIN", 2);
}

void addSeriesRows()
{
    row("series.0.warm_up", true);
    row("series.1.at_ns", 200'000'000);
    row("series.1.blocks_ns.sending.max", 500);
    row("series.1.blocks_ns.open_receiving", 70'000'000);
    row("series.1.torn_records", 9);
    row("series.1.interleaved_records", 12);
    row("series.1.foreign_pieces", 13);
    row("series.1.lost_updates", 10);
    row("series.1.stale_reads", 11);
    row("series.1.workers.1.busy_waiting", true);
    row("series.1.classes.0.received", 2);
    row("series.1.classes.0.overtaken", 1);
    row("series.1.classes.1.overtaking", 1);
    row("histograms.read_bytes.0.0", 192);
    row("histograms.read_bytes.0.2", 1);
}

void addEventRows()
{
    row("events.0.at_ns", -2'000'000);
    row("events.1.text", "a \"quoted\" text");
    row("saturation.sentence", "keeps p99 under 1 ms up to 1 k/s; at 2 k/s it was 4.2 ms");
    row("saturation.limit_ns", 1'000'000);
    row("saturation.complete", true);
    row("saturation.kept.asked_per_second", 1000);
    row("saturation.steps.1.reached_per_second", 1990);
    row("saturation.steps.1.response_ns", 4'200'000);
    row("saturation.steps.1.verdict", "too_slow");
    row("faults.0.fault", "stop receiver at 100 ms for 20 ms");
    row("faults.0.at_ns", 101'000'000);
    row("faults.0.outcome", "peer_blocks");
    row("faults.0.sentence", "The sender blocks.");
    row("deadlocks.0.at_ns", 1'500'000'000);
    row("deadlocks.0.nodes.1", "sender");
    row("deadlocks.0.edges.0.waiter", "receiver");
    row("deadlocks.0.edges.0.awaited", "sender");
    row("deadlocks.0.edges.0.what", "the lock of channel 1");
    row("deadlocks.0.edges.0.awaited_is_dead", true);
    row("deadlocks.0.sentence",
        "The receiver waits for the lock of channel 1, which the sender held when it died. "
        "It will never go on.");
    row("checks.0.holds", true);
    row("trace.keep", "last");
    row("trace.room", 10);
    row("trace.workers.0.recorded", 12);
    row("trace.workers.0.kept", 1);
    row("trace.workers.0.event_cost_ns", 60);
}

} // namespace

class TestResultJson final : public QObject {
    Q_OBJECT

private slots:
    void hasEveryMemberOfTheSchema_data();
    void hasEveryMemberOfTheSchema();
    void everyMemberIsInTheManualPage();
    void experimentCanBeFedBack();
    void histogramHoldsEveryLatency();
    void numbersAreAlwaysFinite();
    void foreignBytesBecomeUtf8();
    void severalRunsAreAList();
    void oneIntervalIsOneLine();
};

void TestResultJson::hasEveryMemberOfTheSchema_data()
{
    QTest::addColumn<QJsonValue>("expected");
    addConditionRows();
    addSummaryRows();
    addWorkerRows();
    addSeriesRows();
    addEventRows();
}

void TestResultJson::hasEveryMemberOfTheSchema()
{
    QFETCH(QJsonValue, expected);
    QCOMPARE(at(sample(), QTest::currentDataTag()), expected);
}

void TestResultJson::everyMemberIsInTheManualPage()
{
    QFile page(IPCLAB_SOURCE_DIR "/resources/man/ipclab-run.5");
    QVERIFY(page.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(page.readAll());
    QJsonObject result = sample();
    result.remove("experiment"); // has a page of its own
    QStringList paths;
    collectPaths(result, {}, paths);
    const QStringList namedByOthers{"EAGAIN", "EINTR", "size"};
    for (const QString& path : std::as_const(paths)) {
        const QString member = path.section('.', -1);
        if (!namedByOthers.contains(member) && !path.startsWith("host.limits"))
            QVERIFY2(QRegularExpression("\\b" + member + "\\b").match(text).hasMatch(), qPrintable(path));
    }
}

void TestResultJson::experimentCanBeFedBack()
{
    const RunResult result = sampleResult();
    const QJsonObject json = sample()["experiment"].toObject();
    Experiment again;
    for (const OptionSpec& spec : experimentKeys()) {
        const QVariant value = at(json, QString::fromStdString(spec.id)).toVariant();
        QVERIFY2(value.isValid(), spec.id.c_str());
        QVERIFY2(!setKey(again, spec.id, value.toString().toStdString()), spec.id.c_str());
    }
    again.mechanismOptions = result.experiment.mechanismOptions;
    again.load.options = result.experiment.load.options;
    QVERIFY(again == result.experiment);
}

void TestResultJson::histogramHoldsEveryLatency()
{
    const QJsonArray buckets = at(sample(), "histograms.response_ns").toArray();
    QCOMPARE(buckets.size(), 3);
    const QList<int> recorded{100, 1000, 1'000'000};
    for (int index = 0; index < 3; ++index) {
        const QJsonArray bucket = buckets[index].toArray();
        QVERIFY(bucket[0].toInt() <= recorded[index] && recorded[index] < bucket[1].toInt());
        QCOMPARE(bucket[2].toInt(), 1);
    }
}

void TestResultJson::numbersAreAlwaysFinite()
{
    RunResult result = sampleResult();
    result.summary.messagesPerSecond = std::numeric_limits<double>::infinity();
    result.summary.seconds = std::numeric_limits<double>::quiet_NaN();
    result.host.load = -std::numeric_limits<double>::infinity();
    const QJsonObject json = parsed(toJson(result)).object();
    QCOMPARE(at(json, "summary.messages_per_second"), QJsonValue(0));
    QCOMPARE(at(json, "summary.seconds"), QJsonValue(0));
    QCOMPARE(at(json, "host.load"), QJsonValue(0));
}

void TestResultJson::foreignBytesBecomeUtf8()
{
    const QString text = at(sample(), "workers.0.standard_error").toString();
    QVERIFY(text.startsWith("first line\nsecond, with a comma\n"));
    QVERIFY(text.endsWith(QChar::ReplacementCharacter));
}

void TestResultJson::severalRunsAreAList()
{
    const QJsonArray list = parsed(toJson(std::vector{sampleResult(), sampleResult()})).array();
    QCOMPARE(list.size(), 2);
    QCOMPARE(list[1].toObject(), sample());
    QVERIFY(parsed(toJson(std::vector<RunResult>{})).isArray());
}

void TestResultJson::oneIntervalIsOneLine()
{
    const std::string text = toJson(sampleResult());
    const std::size_t start = text.find("\"at_ns\":200000000");
    QVERIFY(start != std::string::npos);
    QVERIFY(text.find("\"busy_waiting\"", start) < text.find('\n', start));
    QVERIFY(text.ends_with("}\n"));
}

QTEST_APPLESS_MAIN(TestResultJson)
#include "tst_result_json.moc"
