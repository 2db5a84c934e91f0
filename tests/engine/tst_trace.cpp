#include "engine/base/failure.h"
#include "engine/base/mapping.h"
#include "engine/profiles/load_profile.h"
#include "engine/profiles/trace_file.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cstdio>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

/// Of this process, in bytes; VmHWM of proc_pid_status(5).
std::int64_t mostMemoryEver()
{
    const std::string status = readSmallFile("/proc/self/status");
    long long kilobytes = 0;
    const std::size_t at = status.find("VmHWM:");
    if (at != std::string::npos)
        std::sscanf(status.c_str() + at, "VmHWM: %lld", &kilobytes);
    return kilobytes * 1024;
}

} // namespace

class TestTrace : public QObject {
    Q_OBJECT

private slots:
    void everyFormIsUnderstood_data();
    void everyFormIsUnderstood();
    void theSeriesOfARunIsSpreadOverItsIntervals();
    void whatIsNoTraceIsRefusedWithItsLine_data();
    void whatIsNoTraceIsRefusedWithItsLine();
    void sendersTakeTurnsAndTheTraceBeginsAgain();
    void withoutLoopingNothingMoreIsDue();
    void whatIsDueIsCounted();
    void tenMillionLinesAreStreamed();
    void aChangedFileIsReadAgain();

private:
    std::string write(const QByteArray& text);
    std::string refusalOf(const QByteArray& text);
    Options optionsFor(const std::string& path, const char* speed = "1", const char* loop = "on") const;

    QTemporaryDir m_directory;
    const LoadProfile& m_profile = *findLoadProfile("trace");
};

std::string TestTrace::write(const QByteArray& text)
{
    QFile file(m_directory.filePath("trace.csv"));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        qFatal("the trace cannot be written");
    return file.fileName().toStdString();
}

Options TestTrace::optionsFor(const std::string& path, const char* speed, const char* loop) const
{
    Options options;
    options.set("file", path);
    options.set("speed", speed);
    options.set("loop", loop);
    return withDefaults(m_profile.info().options, options);
}

void TestTrace::everyFormIsUnderstood_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<unsigned>("size");
    QTest::newRow("times") << QByteArray("0\n0.5\n0.5\n2\n") << 0U;
    QTest::newRow("times and sizes") << QByteArray("0,64\n0.5,64\n0.5, 64\n2e0,64") << 64U;
    QTest::newRow("header") << QByteArray(
                                   "size (B),host,time (s)\r\n64,a,0\r\n64,b,.5\r\n\r\n64,,0.5\r\n64,c,2\r\n")
                            << 64U;
}

void TestTrace::everyFormIsUnderstood()
{
    QFETCH(QByteArray, text);
    QFETCH(unsigned, size);
    TraceReader reader(write(text));
    for (const Nanoseconds due : {0ms, 500ms, 500ms, 2000ms}) {
        const std::optional<TraceMessage> message = reader.next();
        QVERIFY(message);
        QCOMPARE(message->due, due);
        QCOMPARE(message->size, size);
    }
    QVERIFY(!reader.next());
}

void TestTrace::theSeriesOfARunIsSpreadOverItsIntervals()
{
    TraceReader reader(write("time (s),interval (s),warm-up,sent (messages/s)\n"
                             "0.5,0.5,yes,4\n1,0.5,no,3\n1.5,0.5,no,0\n2,0.5,no,3\n"));
    std::vector<Nanoseconds> due;
    while (const std::optional<TraceMessage> message = reader.next())
        due.push_back(message->due);
    // Two; one and a half; none; one and a half, which with the half left over make two.
    QCOMPARE(due, (std::vector<Nanoseconds>{0ms, 250ms, 500ms, 1500ms, 1750ms}));
}

void TestTrace::whatIsNoTraceIsRefusedWithItsLine_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("reason");
    const auto row = [](const char* name, const char* text, const char* reason) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(reason);
    };
    row("empty", "", "it is empty");
    row("header only", "time (s)\n", "it has no messages");
    row("prose", "Dear reader\n",
        "its first line is neither a message like \"0.25,64\" nor a header with a column "
        "\"time (s)\": \"Dear reader\"");
    row("text", "0\n1\nsoon\n", "line 3 has \"soon\" where a number is needed");
    row("negative", "0\n-1\n", "line 2 has \"-1\", which is negative");
    row("unordered", "0\n2\n1\n", "line 3 is earlier than the line before it; sort the trace by time");
    row("too late", "0\n1e9\n", "line 2 has a time of \"1e9\" s; a trace may be 24 h long");
    row("no size", "0,64\n1,\n", "line 2 has \"\" where a number is needed");
    row("size 0", "0,64\n1,0\n",
        "line 2 has a size of \"0\"; it must be a whole number of bytes from 1 to 1 GiB");
    row("infinite", "0\ninf\n", "line 2 has \"inf\" where a number is needed");
}

std::string TestTrace::refusalOf(const QByteArray& text)
{
    try {
        summaryOfTrace(write(text));
    } catch (const FailureError& error) {
        return error.failure().reason;
    }
    return {};
}

void TestTrace::whatIsNoTraceIsRefusedWithItsLine()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, reason);
    QCOMPARE(QByteArray::fromStdString(refusalOf(text)), reason);
    const std::vector<OptionProblem> problems = m_profile.problems(optionsFor(write(text)));
    QCOMPARE(problems.size(), std::size_t(1));
    QCOMPARE(QByteArray::fromStdString(problems.front().sentence), "file names no trace: " + reason);
}

void TestTrace::sendersTakeTurnsAndTheTraceBeginsAgain()
{
    const Options options = optionsFor(write("0,1\n1,2\n2,3\n"), "2");
    const auto first = m_profile.schedule({.options = options, .seed = 1, .sender = 0, .senders = 2});
    const auto second = m_profile.schedule({.options = options, .seed = 1, .sender = 1, .senders = 2});
    // Due at 0, 1, 2 and again at 3, 4, 5 of the trace's time, which passes twice as fast.
    for (const auto& [due, size] : {std::pair(0ms, 1U), std::pair(1000ms, 3U), std::pair(2000ms, 2U)}) {
        QCOMPARE(first->next(), Nanoseconds(due));
        QCOMPARE(first->size(), std::size_t(size));
    }
    for (const auto& [due, size] : {std::pair(500ms, 2U), std::pair(1500ms, 1U), std::pair(2500ms, 3U)}) {
        QCOMPARE(second->next(), Nanoseconds(due));
        QCOMPARE(second->size(), std::size_t(size));
    }
}

void TestTrace::withoutLoopingNothingMoreIsDue()
{
    const Options options = optionsFor(write("0\n1\n"), "1", "off");
    const auto schedule = m_profile.schedule({.options = options});
    QCOMPARE(schedule->next(), Nanoseconds(0s));
    QCOMPARE(schedule->next(), Nanoseconds(1s));
    QCOMPARE(schedule->next(), neverDue);
    QCOMPARE(m_profile.dueBefore(options, 1h), 2.0);
}

void TestTrace::whatIsDueIsCounted()
{
    QByteArray text;
    constexpr int messages = 50'000; // more than are marked
    for (int message = 0; message < messages; ++message)
        text += QByteArray::number(message * 1e-4, 'f', 4) + '\n';
    const Options options = optionsFor(write(text));
    for (const Nanoseconds time : {0ms, 1ms, 777ms, 4999ms, 5000ms, 12'345ms})
        QVERIFY(std::abs(m_profile.dueBefore(options, time) - static_cast<double>(time.count()) / 1e5) <= 1);
    QVERIFY(std::abs(m_profile.rateAt(options, 2s).value() / 10'000 - 1) < 0.01);
}

void TestTrace::tenMillionLinesAreStreamed()
{
    constexpr int lines = 10'000'000;
    const QString path = m_directory.filePath("long.csv");
    std::FILE* file = std::fopen(path.toUtf8().constData(), "w");
    QVERIFY(file);
    for (int line = 0; line < lines; ++line)
        std::fprintf(file, "%d.%06d,64\n", line / 1'000'000, line % 1'000'000);
    QCOMPARE(std::fclose(file), 0);
    const std::int64_t before = mostMemoryEver();
    const auto summary = summaryOfTrace(path.toStdString());
    QCOMPARE(summary->messages, std::uint64_t(lines));
    QVERIFY(std::abs(summary->dueBefore(5s) - 5e6) <= 2.0);
    constexpr std::int64_t most = 8 << 20;
    QVERIFY2(mostMemoryEver() - before < most, "it was slurped");
    QFile::remove(path);
}

void TestTrace::aChangedFileIsReadAgain()
{
    QCOMPARE(summaryOfTrace(write("0\n1\n"))->messages, std::uint64_t(2));
    QCOMPARE(summaryOfTrace(write("0\n1\n2\n"))->messages, std::uint64_t(3));
}

QTEST_GUILESS_MAIN(TestTrace)
#include "tst_trace.moc"
