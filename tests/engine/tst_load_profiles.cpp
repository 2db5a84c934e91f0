#include "engine/profiles/load_profile.h"

#include <QtTest>

#include <set>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

Options optionsWithRate(const char* rate)
{
    Options options;
    options.set("rate", rate);
    return options;
}

/// The k-th due time of a constant rate that is a whole number, in integers: k seconds / rate, rounded to
/// nearest.
Nanoseconds exactDueTime(std::uint64_t k, std::uint64_t rate)
{
    const std::uint64_t seconds = k / rate;
    const std::uint64_t rest = k % rate;
    return std::chrono::seconds(seconds) + Nanoseconds((rest * 2'000'000'000 + rate) / (2 * rate));
}

} // namespace

class TestLoadProfiles final : public QObject {
    Q_OBJECT

private slots:
    void everyProfileIsDescribedAndFound();
    void everyDefaultIsAValue();
    void everyOpenProfileIsDueInOrder();
    void closedLoopHasNoSchedule();
    void constantRateStaysExactForHours_data();
    void constantRateStaysExactForHours();
    void sendersTakeTurns();
    void constantRateOffersWhatItSays();
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
    for (const LoadProfile* profile : allLoadProfiles())
        for (const OptionSpec& spec : profile->info().options) {
            const std::optional<std::string> problem = problemOf(spec, spec.initial);
            QVERIFY2(!problem, problem.value_or("").c_str());
            QVERIFY2(!spec.label.empty() && !spec.help.empty(), spec.id.c_str());
        }
}

void TestLoadProfiles::everyOpenProfileIsDueInOrder()
{
    for (const LoadProfile* profile : allLoadProfiles()) {
        const Options options = withDefaults(profile->info().options, {});
        const std::unique_ptr<Schedule> schedule = profile->schedule({.options = options});
        QCOMPARE(schedule == nullptr, profile->info().loop == Loop::Closed);
        if (!schedule)
            continue;
        Nanoseconds previous = schedule->next();
        QVERIFY(previous >= 0ns);
        for (int i = 0; i < 10'000; ++i) {
            const Nanoseconds due = schedule->next();
            QVERIFY2(due >= previous, profile->info().id.c_str());
            previous = due;
        }
    }
}

void TestLoadProfiles::closedLoopHasNoSchedule()
{
    const LoadProfile& profile = *findLoadProfile("closed_loop");
    const Options none;
    QCOMPARE(profile.info().loop, Loop::Closed);
    QVERIFY(!profile.schedule({.options = none}));
    QVERIFY(!profile.rateAt(none, 1s));
}

void TestLoadProfiles::constantRateStaysExactForHours_data()
{
    QTest::addColumn<QByteArray>("rate");
    QTest::addColumn<quint64>("perSecond");
    for (const quint64 rate :
         {1ULL, 3ULL, 7ULL, 60ULL, 1000ULL, 9973ULL, 10'000ULL, 333'333ULL, 999'999'937ULL})
        QTest::addRow("%llu /s", rate) << QByteArray::number(rate) << rate;
}

void TestLoadProfiles::constantRateStaysExactForHours()
{
    QFETCH(QByteArray, rate);
    QFETCH(quint64, perSecond);
    const Options options = optionsWithRate(rate);
    constexpr unsigned strides = 1000;
    // A sender that has only every n-th turn gets through 24 hours in a thousand steps.
    const auto turns = static_cast<unsigned>(std::min<quint64>(perSecond * 86'400 / strides, ~0U));
    const std::unique_ptr<Schedule> schedule =
        findLoadProfile("constant")->schedule({.options = options, .sender = 0, .senders = turns});
    for (std::uint64_t i = 0; i <= strides; ++i)
        QCOMPARE(schedule->next(), exactDueTime(i * turns, perSecond));
}

void TestLoadProfiles::sendersTakeTurns()
{
    const Options options = optionsWithRate("1 k/s");
    const LoadProfile& profile = *findLoadProfile("constant");
    for (unsigned sender = 0; sender < 3; ++sender) {
        const std::unique_ptr<Schedule> schedule =
            profile.schedule({.options = options, .sender = sender, .senders = 3});
        for (unsigned turn = 0; turn < 100; ++turn)
            QCOMPARE(schedule->next(), Nanoseconds(std::chrono::milliseconds(sender + 3 * turn)));
    }
}

void TestLoadProfiles::constantRateOffersWhatItSays()
{
    const Options options = optionsWithRate("2.5 k/s");
    const LoadProfile& profile = *findLoadProfile("constant");
    QCOMPARE(profile.rateAt(options, 3s), std::optional(2500.0));
    QCOMPARE(profile.dueBefore(options, 3s), 7500.0);
    QCOMPARE(profile.dueBefore(options, 0s), 0.0);
}

QTEST_APPLESS_MAIN(TestLoadProfiles)
#include "tst_load_profiles.moc"
