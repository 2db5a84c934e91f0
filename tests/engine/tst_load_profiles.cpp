#include "tests/support/chosen_load.h"

#include <QtTest>

#include <set>

using namespace ipclab;
using namespace std::chrono_literals;

/// What every load profile says of itself, and what it refuses.
class TestLoadProfiles final : public QObject {
    Q_OBJECT

private slots:
    void everyProfileIsDescribedAndFound();
    void everyDefaultIsAValue();
    void closedLoopHasNoScheduleButTimeToThink();
    void whatCannotBeIsRefusedWithASentence_data();
    void whatCannotBeIsRefusedWithASentence();
};

void TestLoadProfiles::everyProfileIsDescribedAndFound()
{
    std::set<std::string> ids;
    for (const LoadProfile* profile : allLoadProfiles()) {
        const LoadProfileInfo& info = profile->info();
        QVERIFY(!info.title.empty() && !info.summary.empty());
        QVERIFY2(ids.insert(info.id).second, info.id.c_str());
        QCOMPARE(findLoadProfile(info.id), profile);
    }
    QVERIFY(ids.contains("closed_loop") && ids.contains("constant"));
    QCOMPARE(findLoadProfile("constantly"), nullptr);
}

void TestLoadProfiles::everyDefaultIsAValue()
{
    for (const LoadProfile* profile : allLoadProfiles()) {
        for (const OptionSpec& spec : profile->info().options) {
            const std::optional<std::string> problem = problemOf(spec, spec.initial);
            QVERIFY2(!problem, problem.value_or("").c_str());
            QVERIFY2(!spec.label.empty() && !spec.help.empty(), spec.id.c_str());
        }
        QVERIFY(profile->problems(withDefaults(profile->info().options, {})).empty());
    }
}

void TestLoadProfiles::closedLoopHasNoScheduleButTimeToThink()
{
    const Load load = loadOf("closed_loop", {{"think_time", "20 us"}});
    QCOMPARE(load.profile->info().loop, Loop::Closed);
    QVERIFY(!load.schedule());
    QVERIFY(!load.profile->rateAt(load.options, 1s));
    QCOMPARE(load.profile->thinkTime(load.options), 20us);
    const Load hasty = loadOf("closed_loop", {});
    QCOMPARE(hasty.profile->thinkTime(hasty.options), 0ns);
}

void TestLoadProfiles::whatCannotBeIsRefusedWithASentence_data()
{
    QTest::addColumn<QString>("profile");
    QTest::addColumn<Settings>("settings");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, const char* profile, const Settings& settings,
                        const char* sentence) {
        QTest::addRow("%s", name) << QString(profile) << settings << QString(sentence);
    };
    row("no rate", "constant", {{"rate", "0 /s"}}, "rate must be from 0.001 /s to 1000 M/s, not 0 /s");
    row("too high a rate", "poisson", {{"rate", "1e12 /s"}},
        "rate must be from 0.001 /s to 1000 M/s, not 1e12 /s");
    row("ramp below 0", "ramp", {{"to", "-5 /s"}}, "to must be from 0 /s to 1000 M/s, not -5 /s");
    row("ramp at 0", "ramp", {{"from", "0"}, {"to", "0"}},
        "to must be above 0 /s where from is 0 /s: nothing would ever be due");
    row("ramp in no time", "ramp", {{"over", "0 s"}}, "over must be from 1 us to 24 h, not 0 s");
    row("burst longer than its period", "burst", {{"period", "1 s"}, {"burst_length", "2 s"}},
        "burst_length must be at most the period, 1 s, not 2 s");
    row("sine below 0", "sine", {{"amplitude", "150 %"}}, "amplitude must be from 0 % to 100 %, not 150 %");
    row("negative pause", "closed_loop", {{"think_time", "-1 s"}},
        "think_time must be from 0 s to 24 h, not -1 s");
    const auto steps = [&row](const char* text, const char* sentence) {
        row(text, "step", {{"steps", text}}, sentence);
    };
    constexpr const char* form =
        "steps must be rates and times like \"1 k/s for 2 s, 10 k/s for 1 s\"; \"%1\" is no such step";
    for (const char* nonsense :
         {"", "fast", "1 k/s", "1 k/s for", "for 2 s", "2 s for 1 k/s", "1 k/s for ever"})
        steps(nonsense, qPrintable(QString(form).arg(nonsense)));
    steps("1 k/s for 2 s, ", qPrintable(QString(form).arg("")));
    steps("-1 k/s for 2 s", "steps has a rate of -1 k/s in \"-1 k/s for 2 s\"; a rate must be 0 /s or from "
                            "0.001 /s to 1000 M/s");
    steps("1e12 for 2 s", "steps has a rate of 1000000 M/s in \"1e12 for 2 s\"; a rate must be 0 /s or from "
                          "0.001 /s to 1000 M/s");
    steps("5 /s for 0 s", "steps has a time of 0 s in \"5 /s for 0 s\"; a time must be from 1 us to 24 h");
    steps("0 /s for 1 s,0 for 2 s", "steps must have a step above 0 /s: nothing would ever be due");
    row("many steps", "step", {{"steps", QString("1 /s for 1 s,").repeated(100) + "1 /s for 1 s"}},
        "steps must be at most 100 steps, not 101");
}

void TestLoadProfiles::whatCannotBeIsRefusedWithASentence()
{
    QFETCH(QString, profile);
    QFETCH(Settings, settings);
    QFETCH(QString, sentence);
    const LoadProfile& refusing = *findLoadProfile(profile.toStdString());
    std::vector<OptionProblem> problems = problemsOf(refusing.info().options, chosen(settings));
    if (problems.empty())
        problems = refusing.problems(withDefaults(refusing.info().options, chosen(settings)));
    QCOMPARE(problems.size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(problems.front().sentence), sentence);
}

QTEST_APPLESS_MAIN(TestLoadProfiles)
#include "tst_load_profiles.moc"
