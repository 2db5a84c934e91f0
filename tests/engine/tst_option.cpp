#include "engine/base/option.h"
#include "engine/base/wording.h"

#include <QtTest>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

const OptionSpec capacity{.id = "capacity",
                          .label = "Capacity",
                          .help = "How much the channel holds.",
                          .kind = OptionKind::Size,
                          .initial = "64 KiB",
                          .least = 4096,
                          .most = 1048576};
const OptionSpec pause{.id = "pause",
                       .label = "Pause",
                       .help = "Time between two batches.",
                       .kind = OptionKind::Duration,
                       .initial = "1 ms",
                       .least = 1000,
                       .most = 3.6e12};
const OptionSpec rate{.id = "rate",
                      .label = "Rate",
                      .help = "Messages per second.",
                      .kind = OptionKind::Rate,
                      .initial = "10 k/s",
                      .least = 0.001,
                      .most = 1e9};
const OptionSpec depth{.id = "depth",
                       .label = "Depth",
                       .help = "Messages that wait.",
                       .kind = OptionKind::Count,
                       .initial = "10",
                       .least = 1};
const OptionSpec share{.id = "share",
                       .label = "Share",
                       .help = "Share of urgent messages.",
                       .kind = OptionKind::Ratio,
                       .initial = "20 %",
                       .least = 0,
                       .most = 1};
const OptionSpec packets{.id = "packets",
                         .label = "Packets",
                         .help = "Keep boundaries.",
                         .kind = OptionKind::Switch,
                         .initial = "off"};
const OptionSpec lock{.id = "lock",
                      .label = "Lock",
                      .help = "Who may write.",
                      .kind = OptionKind::Choice,
                      .initial = "mutex",
                      .choices = {{"none", "None", ""}, {"mutex", "Mutex", ""}, {"futex", "Futex", ""}}};
const OptionSpec name{
    .id = "name", .label = "Name", .help = "Shown.", .kind = OptionKind::Text, .initial = ""};

const OptionSpec colours{.id = "colours",
                         .label = "Colours",
                         .help = "In this order.",
                         .kind = OptionKind::Text,
                         .initial = "red, green",
                         .check = [](std::string_view text) {
                             return text.empty() ? std::optional<std::string>("must not be empty")
                                                 : std::nullopt;
                         }};

const std::vector<OptionSpec> allSpecs{capacity, pause, rate, depth, share, packets, lock, name};

} // namespace

class TestOption final : public QObject {
    Q_OBJECT

private slots:
    void explainsWhatIsNoValue_data();
    void explainsWhatIsNoValue();
    void acceptsWhatFits();
    void asksATextsOwnCheck();
    void namesTheNearestIdOfAnUnknownOne();
    void completesWithDefaultsInCanonicalForm();
    void findsTheWordThatWasMeant();
    void shortensForeignText();
    void aZeroThatIsNoAmountHasAMeaning();
};

void TestOption::explainsWhatIsNoValue_data()
{
    QTest::addColumn<int>("spec");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("sentence");
    const auto row = [](int spec, const char* text, const char* sentence) {
        QTest::addRow("%s = %s", allSpecs[static_cast<std::size_t>(spec)].id.c_str(), text)
            << spec << QByteArray(text) << QByteArray(sentence);
    };
    row(0, "12", "capacity must be from 4 KiB to 1 MiB, not 12");
    row(0, "2 MiB", "capacity must be from 4 KiB to 1 MiB, not 2 MiB");
    row(0, "-1 KiB", "capacity must be from 4 KiB to 1 MiB, not -1 KiB");
    row(0, "big", "capacity must be a size from 4 KiB to 1 MiB, written like 100 B or 64 KiB, not \"big\"");
    row(1, "10 ns", "pause must be from 1 us to 1 h, not 10 ns");
    row(1, "soon", "pause must be a time from 1 us to 1 h, written like 20 us or 2.5 s, not \"soon\"");
    row(2, "0", "rate must be from 0.001 /s to 1000 M/s, not 0");
    row(2, "-10 k/s", "rate must be from 0.001 /s to 1000 M/s, not -10 k/s");
    row(2, "fast",
        "rate must be a rate from 0.001 /s to 1000 M/s, written like 250 /s or 100 k/s, not \"fast\"");
    row(3, "0", "depth must be at least 1, not 0");
    row(3, "1.5", "depth must be a whole number of at least 1, written like 1000 or 10 k, not \"1.5\"");
    row(4, "120 %", "share must be from 0 % to 100 %, not 120 %");
    row(4, "half", "share must be a share from 0 % to 100 %, written like 0.2 or 20 %, not \"half\"");
    row(5, "maybe", "packets must be on or off, not \"maybe\"");
    row(6, "mutx", "lock must be none, mutex or futex, not \"mutx\"; did you mean \"mutex\"?");
    row(6, "semaphore", "lock must be none, mutex or futex, not \"semaphore\"");
}

void TestOption::explainsWhatIsNoValue()
{
    QFETCH(int, spec);
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, sentence);
    QCOMPARE(problemOf(allSpecs[static_cast<std::size_t>(spec)], text.toStdString()),
             std::optional(sentence.toStdString()));
}

void TestOption::acceptsWhatFits()
{
    for (const OptionSpec& spec : allSpecs)
        QVERIFY2(!problemOf(spec, spec.initial), spec.id.c_str());
    for (const char* text : {"on", "off", "true", "false"})
        QVERIFY2(!problemOf(packets, text), text);
    QVERIFY(!problemOf(capacity, "4 KiB"));
    QVERIFY(!problemOf(capacity, "1 MiB"));
}

void TestOption::asksATextsOwnCheck()
{
    QVERIFY(!problemOf(colours, "blue"));
    QCOMPARE(problemOf(colours, "").value(), "colours must not be empty");
}

void TestOption::namesTheNearestIdOfAnUnknownOne()
{
    Options chosen;
    chosen.set("capcity", "8 KiB");
    chosen.set("pause", "10 ns");
    chosen.set("zzz", "1");
    const std::vector<OptionProblem> problems = problemsOf(allSpecs, chosen);
    QCOMPARE(problems.size(), std::size_t{3});
    QCOMPARE(problems[0].sentence, "there is no option \"capcity\"; did you mean \"capacity\"?");
    QCOMPARE(problems[1].id, "pause");
    QCOMPARE(problems[2].sentence,
             "there is no option \"zzz\"; there are capacity, pause, rate, depth, share, "
             "packets, lock and name");
}

void TestOption::completesWithDefaultsInCanonicalForm()
{
    Options chosen;
    chosen.set("capacity", "65536");
    chosen.set("rate", "2500");
    chosen.set("packets", "true");
    const Options complete = withDefaults(allSpecs, chosen);
    QCOMPARE(complete.text("capacity"), "64 KiB");
    QCOMPARE(complete.size("capacity"), 65536U);
    QCOMPARE(complete.text("rate"), "2.5 k/s");
    QCOMPARE(complete.rate("rate"), 2500.0);
    QCOMPARE(complete.text("packets"), "on");
    QVERIFY(complete.isOn("packets"));
    QCOMPARE(complete.duration("pause"), Nanoseconds(1ms));
    QCOMPARE(complete.count("depth"), 10U);
    QCOMPARE(complete.ratio("share"), 0.2);
    QCOMPARE(complete.text("lock"), "mutex");
    QCOMPARE(complete.all().size(), allSpecs.size());
    QCOMPARE(withDefaults(allSpecs, complete), complete);
}

void TestOption::findsTheWordThatWasMeant()
{
    const std::vector<std::string> mechanisms{"pipe", "unix_stream", "posix_mq", "shm_ring", "null"};
    QCOMPARE(nearestWord("pip", mechanisms), std::optional<std::string>("pipe"));
    QCOMPARE(nearestWord("pipes", mechanisms), std::optional<std::string>("pipe"));
    QCOMPARE(nearestWord("ppie", mechanisms), std::optional<std::string>("pipe"));
    QCOMPARE(nearestWord("unix-stream", mechanisms), std::optional<std::string>("unix_stream"));
    QCOMPARE(nearestWord("shmring", mechanisms), std::optional<std::string>("shm_ring"));
    QCOMPARE(nearestWord("carrier_pigeon", mechanisms), std::nullopt);
    QCOMPARE(nearestWord("", mechanisms), std::nullopt);
    QCOMPARE(nearestWord(std::string(100'000, 'a'), mechanisms), std::nullopt);
}

void TestOption::shortensForeignText()
{
    QCOMPARE(quoted("plain"), "\"plain\"");
    QCOMPARE(excerpt("two\nlines\x1b[31m"), "two?lines?[31m");
    QCOMPARE(excerpt("broken \xff\xc3"), "broken ??");
    QCOMPARE(excerpt("\u00fcber"), "\u00fcber");
    QCOMPARE(excerpt(std::string(41, 'a')), std::string(40, 'a') + "\u2026");
}

void TestOption::aZeroThatIsNoAmountHasAMeaning()
{
    OptionSpec limited = share;
    QVERIFY(meaningOf(limited, "0 %").empty());
    QCOMPARE(explanationOf(limited), limited.help);
    limited.zero = "nobody";
    QVERIFY(meaningOf(limited, "0 %") == "nobody" && meaningOf(limited, "0") == "nobody");
    QVERIFY(meaningOf(limited, "1 %").empty() && meaningOf(limited, "none").empty());
    QCOMPARE(explanationOf(limited), std::string("Share of urgent messages. 0: nobody."));
}

QTEST_APPLESS_MAIN(TestOption)
#include "tst_option.moc"
