#include "engine/experiment/experiment_file.h"
#include "tests/support/problem_sentences.h"

#include <QtTest>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <random>

using namespace ipclab;

namespace {

QByteArray noise(int size)
{
    std::mt19937 random(3);
    QByteArray bytes(size, '\0');
    std::ranges::generate(bytes, [&] { return static_cast<char>(random()); });
    return bytes;
}

/// Makes permissions count where the tests are run by root.
class WithoutPrivileges final {
public:
    WithoutPrivileges()
    {
        if (m_before == 0 && ::seteuid(nobody) != 0)
            qFatal("seteuid failed");
    }
    WithoutPrivileges(const WithoutPrivileges&) = delete;
    WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;
    ~WithoutPrivileges()
    {
        if (::seteuid(m_before) != 0)
            qFatal("seteuid failed");
    }

private:
    static constexpr uid_t nobody = 65534;
    uid_t m_before = ::geteuid();
};

} // namespace

/// What is said of files that are no experiments, and in which line.
class TestExperimentFileProblems final : public QObject {
    Q_OBJECT

private slots:
    void namesTheLineOfWhatIsWrong_data();
    void namesTheLineOfWhatIsWrong();
    void namesTheLineOfWhatThisHostCannotDo();
    void refusesWhatIsNoExperiment_data();
    void refusesWhatIsNoExperiment();
    void refusesWhatIsNoFile_data();
    void refusesWhatIsNoFile();
    void survivesNoise();
};

void TestExperimentFileProblems::namesTheLineOfWhatIsWrong_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<unsigned>("line");
    QTest::addColumn<QByteArray>("sentence");
    const auto row = [](const char* name, const char* text, unsigned line, const char* sentence) {
        QTest::newRow(name) << QByteArray(text) << line << QByteArray(sentence);
    };
    row("unknown key", "\ndurration = 5\n", 2, "there is no key \"durration\"; did you mean \"duration\"?");
    row("unknown key in a table", "[message]\nsise = 5\n", 2,
        "there is no key \"message.sise\"; did you mean \"message.size\"?");
    row("unknown table", "[mesage]\n", 1, "there is no key \"mesage\"");
    row("text for a group", "message = 64\n", 1,
        "\"message\" is a group, not a key: write message.size or message.sizes");
    row("table for a key", "duration = {}\n", 1, "duration must be a text or a number");
    row("array", "\n\nduration = [1]\n", 3, "duration must be a text or a number");
    row("date", "duration = 2024-01-01\n", 1, "duration must be a text or a number");
    row("infinite", "duration = inf\n", 1,
        "duration must be a time from 1 ms to 24 h, written like 20 us or 2.5 s, not \"inf\"");
    row("negative", "message.size = -1\n", 1, "message.size must be at least 1 B, not -1");
    row("zero duration", "duration = 0\n", 1, "duration must be from 1 ms to 24 h, not 0");
    row("fault", "\n[[fault]]\nkind = 'stopp'\n", 3, "there is no fault \"stopp\"; did you mean \"stop\"?");
    row("fault without kind", "[[fault]]\ntarget = 'receiver'\n", 1, "a fault needs a kind");
    row("fault is no table", "\nfault = 'stop'\n", 2, "fault must be tables, each under a line [[fault]]");
    row("in a variant", "[[variant]]\n[[variant]]\nwait = 'sleep'\n", 3,
        "wait must be block, poll, spin or hybrid, not \"sleep\"");
    row("variant is no table", "\nvariant = 3\n", 2, "variant must be tables, each under a line [[variant]]");
    row("variant is one table", "[variant]\nwait = 'spin'\n", 1,
        "variant must be tables, each under a line [[variant]]");
    row("variant in a variant", "[[variant]]\n[[variant.variant]]\n", 2,
        "there is no key \"variant\"; there are title, summary");
}

void TestExperimentFileProblems::namesTheLineOfWhatIsWrong()
{
    QFETCH(QByteArray, text);
    QFETCH(unsigned, line);
    QFETCH(QByteArray, sentence);
    const ExperimentSet set = parseExperiments(text.toStdString());
    QVERIFY(set.experiments.empty());
    QCOMPARE(set.problems.size(), std::size_t{1});
    QCOMPARE(set.problems[0].line, line);
    QVERIFY2(set.problems[0].sentence.starts_with(sentence.toStdString()), sentencesOf(set.problems).c_str());
}

void TestExperimentFileProblems::namesTheLineOfWhatThisHostCannotDo()
{
    const ExperimentSet set = parseExperiments(R"(mechanism = "sysv_mq"
wait = "poll"
mechanism_options.capacity = "8 KiB"
[[variant]]
title = "a"
[[variant]]
title = "b"
measure.integrity = "full"
message.size = 8
)");
    QVERIFY2(set.problems.empty(), sentencesOf(set.problems).c_str());
    const std::vector<Problem> found = problems(set);
    QCOMPARE(found.size(), std::size_t{3});
    const auto lineOf = [&](const char* key) {
        const auto problem = std::ranges::find(found, key, &Problem::key);
        return problem == found.end() ? 0U : problem->line;
    };
    QCOMPARE(lineOf("wait"), 2U);
    QCOMPARE(lineOf("mechanism_options.capacity"), 3U);
    QCOMPARE(lineOf("measure.integrity"), 8U);
}

void TestExperimentFileProblems::refusesWhatIsNoExperiment_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<unsigned>("line");
    QTest::addColumn<QByteArray>("sentence");
    QTest::newRow("prose") << QByteArray("title = 'x'\nThis is a letter.\n") << 2U
                           << QByteArray("this is not TOML: ");
    QTest::newRow("cut off") << QByteArray("title = \"x") << 1U << QByteArray("this is not TOML: ");
    QTest::newRow("key twice") << QByteArray("seed = 1\nseed = 2\n") << 2U
                               << QByteArray("this is not TOML: ");
    QTest::newRow("zero bytes") << QByteArray(1000, '\0') << 1U << QByteArray("this is not TOML: ");
    QTest::newRow("no UTF-8") << QByteArray("seed = 1\ntitle = \"\xff\"\n") << 2U
                              << QByteArray("this is not text in UTF-8, as an experiment must be");
    QTest::newRow("too large") << QByteArray(1024 * 1024 + 1, ' ') << 0U
                               << QByteArray("this is larger than 1 MiB, which no experiment is");
    QTest::newRow("deep dotted key") << QByteArray("a.").repeated(500'000) + "a = 1" << 0U
                                     << QByteArray("this has more than 5000 dots, which no experiment has");
    QTest::newRow("deep arrays") << QByteArray("a = ") + QByteArray("[").repeated(500'000) << 1U
                                 << QByteArray("this is not TOML: ");
    QTest::newRow("many variants") << QByteArray("[[variant]]\n").repeated(1001) << 1U
                                   << QByteArray("there may be at most 1000 variants");
}

void TestExperimentFileProblems::refusesWhatIsNoExperiment()
{
    QFETCH(QByteArray, text);
    QFETCH(unsigned, line);
    QFETCH(QByteArray, sentence);
    const ExperimentSet set = parseExperiments(text.toStdString());
    QVERIFY(set.experiments.empty());
    QCOMPARE(set.problems.size(), std::size_t{1});
    QVERIFY2(set.problems[0].sentence.starts_with(sentence.toStdString()), sentencesOf(set.problems).c_str());
    QCOMPARE(set.problems[0].line, line);
    QVERIFY(set.problems[0].sentence.find('\n') == std::string::npos);
}

void TestExperimentFileProblems::refusesWhatIsNoFile_data()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QByteArray>("sentence");
    QTest::newRow("missing") << QByteArray("missing") << QByteArray("there is no such file");
    QTest::newRow("below a file") << QByteArray("file/below") << QByteArray("there is no such file");
    QTest::newRow("directory") << QByteArray("directory")
                               << QByteArray("this is a directory, not an experiment file");
    QTest::newRow("fifo") << QByteArray("fifo") << QByteArray("this is a FIFO, not a file;");
    QTest::newRow("device") << QByteArray("/dev/zero") << QByteArray("this is a device, not a file");
    QTest::newRow("unreadable") << QByteArray("unreadable")
                                << QByteArray("you have no permission to read this file");
    QTest::newRow("10 MB of noise") << QByteArray("noise")
                                    << QByteArray("this is larger than 1 MiB, which no experiment is");
}

void TestExperimentFileProblems::refusesWhatIsNoFile()
{
    QFETCH(QByteArray, kind);
    QFETCH(QByteArray, sentence);
    QTemporaryDir directory;
    const auto path = [&](const QByteArray& name) {
        return name.startsWith('/') ? name.toStdString() : directory.filePath(name).toStdString();
    };
    const auto write = [&](const QByteArray& name, const QByteArray& content) {
        QFile file(QString::fromStdString(path(name)));
        return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
    };
    QVERIFY(write("file", "") && write("unreadable", ""));
    QVERIFY(kind != "noise" || write("noise", noise(10'000'000)));
    QCOMPARE(::mkdir(path("directory").c_str(), 0755), 0);
    QCOMPARE(::mkfifo(path("fifo").c_str(), 0644), 0);
    QCOMPARE(::chmod(path("unreadable").c_str(), 0), 0);
    QCOMPARE(::chmod(directory.path().toStdString().c_str(), 0755), 0);

    const WithoutPrivileges withoutPrivileges;
    const ExperimentSet set = readExperiments(path(kind));
    QVERIFY(set.experiments.empty());
    QCOMPARE(set.problems.size(), std::size_t{1});
    QVERIFY2(set.problems[0].sentence.starts_with(sentence.toStdString()), sentencesOf(set.problems).c_str());
}

void TestExperimentFileProblems::survivesNoise()
{
    std::mt19937 random(4);
    const QByteArray valid = "title = \"x\"\nmessage.size = \"64 B\"\n[[variant]]\nwait = 'spin'\n";
    for (int i = 0; i < 20'000; ++i) {
        QByteArray text = valid;
        for (std::uint32_t change = 1 + random() % 4; change > 0; --change)
            text[static_cast<int>(random() % static_cast<std::uint32_t>(text.size()))] =
                static_cast<char>(random());
        const ExperimentSet set = parseExperiments(text.toStdString());
        QVERIFY(set.experiments.empty() == !set.problems.empty());
    }
}

QTEST_APPLESS_MAIN(TestExperimentFileProblems)
#include "tst_experiment_file_problems.moc"
