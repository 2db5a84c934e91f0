#include "engine/base/steered_rate.h"
#include "tests/support/chosen_load.h"

#include <QtTest>

#include <algorithm>
#include <array>
#include <cmath>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

/// The due times before `end`, in order, of one of several senders.
std::vector<Nanoseconds> dueTimes(Schedule& schedule, Nanoseconds end)
{
    std::vector<Nanoseconds> times;
    for (Nanoseconds due = schedule.next(); due < end; due = schedule.next())
        times.push_back(due);
    return times;
}

/// How far a count may be from its mean: rounding where times are exact, five sigma where they are random.
double allowance(const Load& load, double mean)
{
    return load.profile->info().id == "poisson" ? 5 * std::sqrt(mean) + 1 : 1;
}

/// The integral of rateAt by the midpoint rule.
double integral(const Load& load, Nanoseconds end)
{
    constexpr int parts = 20'011; // no multiple of any period
    double sum = 0;
    for (int i = 0; i < parts; ++i)
        sum += load.profile->rateAt(load.options, end * (2 * i + 1) / (2 * parts)).value();
    return sum * std::chrono::duration<double>(end).count() / parts;
}

/// The k-th due time of a constant rate that is a whole number, in integers: k seconds / rate, rounded to
/// nearest.
Nanoseconds exactDueTime(std::uint64_t k, std::uint64_t rate)
{
    const std::uint64_t seconds = k / rate;
    const std::uint64_t rest = k % rate;
    return std::chrono::seconds(seconds) + Nanoseconds((rest * 2'000'000'000 + rate) / (2 * rate));
}

/// Every open profile with its defaults, and cases that are hard on each. But for the trace, which follows a
/// file and no curve: see tst_trace.
void addLoads()
{
    QTest::addColumn<QString>("profile");
    QTest::addColumn<Settings>("settings");
    const auto row = [](const char* name, const char* profile, const Settings& settings) {
        QTest::addRow("%s", name) << QString(profile) << settings;
    };
    for (const LoadProfile* profile : allLoadProfiles())
        if (profile->info().loop == Loop::Open && profile->info().id != "trace" && !profile->info().isSteered)
            row(profile->info().id.c_str(), profile->info().id.c_str(), {});
    row("ramp from 0", "ramp", {{"from", "0 /s"}, {"to", "5 k/s"}, {"over", "7 s"}});
    row("ramp down to 0", "ramp", {{"from", "9 k/s"}, {"to", "0 /s"}, {"over", "4 s"}});
    row("ramp that is level", "ramp", {{"from", "777 /s"}, {"to", "777 /s"}, {"over", "3 s"}});
    row("ramp at once", "ramp", {{"from", "1 k/s"}, {"to", "3 k/s"}, {"over", "1 us"}});
    row("burst into silence", "burst",
        {{"base_rate", "0 /s"}, {"burst_rate", "3 k/s"}, {"period", "700 ms"}, {"burst_length", "33 ms"}});
    row("burst without end", "burst", {{"period", "1 s"}, {"burst_length", "1 s"}});
    row("less than one message a burst", "burst",
        {{"base_rate", "0 /s"}, {"burst_rate", "300 /s"}, {"period", "3 ms"}, {"burst_length", "1 ms"}});
    row("spike out of silence", "spike",
        {{"base_rate", "0 /s"}, {"spike_rate", "10 k/s"}, {"at", "1 s"}, {"length", "2 s"}});
    row("spike at once", "spike", {{"at", "0 s"}, {"length", "10 ms"}});
    row("steps with silence first", "step", {{"steps", "0 /s for 100 ms, 2.5 k/s for 300 ms,0 for 1 s"}});
    row("steps of no whole messages", "step", {{"steps", "333.3 /s for 0.1 s, 77.7 /s for 30 ms"}});
    row("sine down to 0", "sine", {{"amplitude", "100 %"}, {"mean_rate", "3 k/s"}, {"period", "333 ms"}});
    row("sine without amplitude", "sine", {{"amplitude", "0 %"}, {"mean_rate", "3 k/s"}});
    row("sine faster than its messages", "sine", {{"mean_rate", "500 /s"}, {"period", "700 us"}});
    row("saturate that nobody steers", "saturate",
        {{"start_rate", "300 /s"}, {"step_time", "700 ms"}, {"growth", "1.3"}, {"limit", "1 ms"}});
    row("slow poisson", "poisson", {{"rate", "50 /s"}});
}

} // namespace

/// When messages are due, and how exactly.
class TestSchedules final : public QObject {
    Q_OBJECT

private slots:
    void messagesAreDueInOrderAndAsManyAsTheRateSays_data() { addLoads(); }
    void messagesAreDueInOrderAndAsManyAsTheRateSays();
    void whatIsDueIsTheIntegralOfTheRate_data() { addLoads(); }
    void whatIsDueIsTheIntegralOfTheRate();
    void aMessageIsDueWhenTheIntegralGetsThere_data() { addLoads(); }
    void aMessageIsDueWhenTheIntegralGetsThere();
    void sendersShareTheLoad_data() { addLoads(); }
    void sendersShareTheLoad();
    void theSeedDecidesTheSchedule_data() { addLoads(); }
    void theSeedDecidesTheSchedule();
    void schedulesStayExactForHours_data();
    void schedulesStayExactForHours();
    void constantRateStaysExactForHours_data();
    void constantRateStaysExactForHours();
    void poissonGapsAreExponential();
    void silenceHoldsMessagesBackUntilItsEnd();
    void aLoadThatHasEndedIsNeverDueAgain();
    void aSteeredLoadBeginsAnewWithEveryChange();
};

void TestSchedules::messagesAreDueInOrderAndAsManyAsTheRateSays()
{
    QFETCH(QString, profile);
    QFETCH(Settings, settings);
    const Load load = loadOf(profile, settings);
    const std::unique_ptr<Schedule> schedule = load.schedule();
    const std::vector<Nanoseconds> times = dueTimes(*schedule, 10s);
    QVERIFY(times.empty() || times.front() >= 0ns);
    QVERIFY(std::ranges::is_sorted(times));
    for (Nanoseconds time = 0ns; time <= 10s; time += 12'345'678ns) {
        const auto due = static_cast<double>(std::ranges::lower_bound(times, time) - times.begin());
        const double expected = load.profile->dueBefore(load.options, time);
        QVERIFY2(std::abs(due - expected) <= allowance(load, expected) + 1e-6,
                 qPrintable(
                     QString("%1 due instead of %2 before %3 ns").arg(due).arg(expected).arg(time.count())));
    }
}

void TestSchedules::whatIsDueIsTheIntegralOfTheRate()
{
    QFETCH(QString, profile);
    QFETCH(Settings, settings);
    const Load load = loadOf(profile, settings);
    for (const Nanoseconds end : {Nanoseconds(100ms), Nanoseconds(2500ms), Nanoseconds(10s)}) {
        const double due = load.profile->dueBefore(load.options, end);
        QVERIFY2(std::abs(due - integral(load, end)) <= 0.001 * due + 0.01,
                 qPrintable(QString("%1 against %2").arg(due).arg(integral(load, end))));
    }
    QCOMPARE(load.profile->dueBefore(load.options, 0s), 0.0);
}

void TestSchedules::aMessageIsDueWhenTheIntegralGetsThere()
{
    QFETCH(QString, profile);
    QFETCH(Settings, settings);
    const Load load = loadOf(profile, settings);
    if (profile == "poisson")
        return; // due by chance
    const std::unique_ptr<Schedule> schedule = load.schedule();
    const std::vector<Nanoseconds> times = dueTimes(*schedule, 10s);
    const std::size_t stride = times.size() / 2000 + 1;
    for (std::size_t number = 0; number < times.size(); number += stride) {
        const Nanoseconds due = times[number];
        // Half a nanosecond of rounding, at the rate there.
        const double rounding = 1e-9 * load.profile->rateAt(load.options, due).value() + 1e-7;
        const double reached = load.profile->dueBefore(load.options, due);
        QVERIFY2(std::abs(reached - static_cast<double>(number)) <= rounding,
                 qPrintable(QString("message %1 is due at %2").arg(number).arg(reached, 0, 'g', 15)));
    }
}

void TestSchedules::sendersShareTheLoad()
{
    QFETCH(QString, profile);
    QFETCH(Settings, settings);
    const Load load = loadOf(profile, settings);
    constexpr unsigned senders = 3;
    std::vector<Nanoseconds> together;
    for (unsigned sender = 0; sender < senders; ++sender) {
        const std::unique_ptr<Schedule> share = load.schedule(1, sender, senders);
        const std::vector<Nanoseconds> times = dueTimes(*share, 5s);
        const double mean = load.profile->dueBefore(load.options, 5s) / senders;
        QVERIFY(std::abs(static_cast<double>(times.size()) - mean) <= allowance(load, mean));
        together.insert(together.end(), times.begin(), times.end());
    }
    std::ranges::sort(together);
    if (profile == "poisson") { // streams of their own
        QVERIFY(std::ranges::adjacent_find(together) == together.end());
        return;
    }
    const std::vector<Nanoseconds> alone = dueTimes(*load.schedule(), 5s);
    const auto isSame = [](Nanoseconds one, Nanoseconds other) {
        return std::chrono::abs(one - other) <= 1ns;
    };
    QVERIFY(std::ranges::equal(together, alone, isSame));
}

void TestSchedules::theSeedDecidesTheSchedule()
{
    QFETCH(QString, profile);
    QFETCH(Settings, settings);
    const Load load = loadOf(profile, settings);
    const std::vector<Nanoseconds> times = dueTimes(*load.schedule(7), 3s);
    QCOMPARE(dueTimes(*load.schedule(7), 3s), times);
    QCOMPARE(dueTimes(*load.schedule(8), 3s) == times, profile != "poisson");
}

void TestSchedules::schedulesStayExactForHours_data()
{
    QTest::addColumn<QString>("profile");
    QTest::addColumn<Settings>("settings");
    QTest::addRow("step") << "step" << Settings{{"steps", "3 /s for 7 s, 100 k/s for 13 s, 0 /s for 1 s"}};
    QTest::addRow("burst") << "burst" << Settings{{"base_rate", "1 /s"}, {"period", "1.1 s"}};
    QTest::addRow("sine") << "sine" << Settings{{"mean_rate", "1 M/s"}, {"period", "1 h"}};
    QTest::addRow("ramp") << "ramp" << Settings{{"to", "1 M/s"}, {"over", "24 h"}};
    QTest::addRow("spike") << "spike" << Settings{{"at", "12 h"}, {"length", "1 h"}};
}

void TestSchedules::schedulesStayExactForHours()
{
    QFETCH(QString, profile);
    QFETCH(Settings, settings);
    const Load load = loadOf(profile, settings);
    constexpr unsigned turns = 10'000;
    const double all = load.profile->dueBefore(load.options, 24h);
    const auto senders = static_cast<unsigned>(all / turns);
    const std::unique_ptr<Schedule> schedule = load.schedule(1, 0, senders);
    for (std::uint64_t turn = 0; turn < turns; ++turn) {
        const Nanoseconds due = schedule->next();
        const double reached = load.profile->dueBefore(load.options, due);
        const double rounding = 1e-9 * load.profile->rateAt(load.options, due).value() + 1e-15 * all;
        QVERIFY2(std::abs(reached - static_cast<double>(turn * senders)) <= rounding,
                 qPrintable(QString("%1 instead of %2").arg(reached, 0, 'f', 6).arg(turn * senders)));
    }
}

void TestSchedules::constantRateStaysExactForHours_data()
{
    QTest::addColumn<QString>("rate");
    QTest::addColumn<quint64>("perSecond");
    for (const quint64 rate :
         {1ULL, 3ULL, 7ULL, 60ULL, 1000ULL, 9973ULL, 10'000ULL, 333'333ULL, 999'999'937ULL})
        QTest::addRow("%llu /s", rate) << QString::number(rate) << rate;
}

void TestSchedules::constantRateStaysExactForHours()
{
    QFETCH(QString, rate);
    QFETCH(quint64, perSecond);
    constexpr unsigned strides = 1000;
    // A sender that has only every n-th turn gets through 24 hours in a thousand steps.
    const auto turns = static_cast<unsigned>(std::min<quint64>(perSecond * 86'400 / strides, ~0U));
    const std::unique_ptr<Schedule> schedule = loadOf("constant", {{"rate", rate}}).schedule(1, 0, turns);
    for (std::uint64_t i = 0; i <= strides; ++i)
        QCOMPARE(schedule->next(), exactDueTime(i * turns, perSecond));
}

void TestSchedules::poissonGapsAreExponential()
{
    const std::unique_ptr<Schedule> schedule = loadOf("poisson", {{"rate", "1 k/s"}}).schedule();
    constexpr int messages = 200'000;
    std::array<int, 4> longer{}; // gaps longer than 1, 2, 3 and 4 times the mean
    Nanoseconds previous{};
    for (int i = 0; i < messages; ++i) {
        const Nanoseconds due = schedule->next();
        for (std::size_t times = 0; times < longer.size(); ++times)
            longer[times] += due - previous > static_cast<int>(times + 1) * Nanoseconds(1ms);
        previous = due;
    }
    for (std::size_t times = 0; times < longer.size(); ++times) {
        const double share = std::exp(-static_cast<double>(times + 1));
        QVERIFY(std::abs(longer[times] - messages * share) < 5 * std::sqrt(messages * share * (1 - share)));
    }
}

void TestSchedules::silenceHoldsMessagesBackUntilItsEnd()
{
    const Load load = loadOf(
        "burst",
        {{"base_rate", "0 /s"}, {"burst_rate", "0.1 k/s"}, {"period", "1 s"}, {"burst_length", "100 ms"}});
    const std::unique_ptr<Schedule> schedule = load.schedule();
    for (int number = 0; number < 1000; ++number)
        QCOMPARE(schedule->next(), Nanoseconds(number / 10 * 1s + number % 10 * 10ms));
}

void TestSchedules::aLoadThatHasEndedIsNeverDueAgain()
{
    const std::unique_ptr<Schedule> schedule =
        loadOf("ramp", {{"from", "10 /s"}, {"to", "0 /s"}, {"over", "2 s"}}).schedule();
    QCOMPARE(dueTimes(*schedule, 24h).size(), std::size_t{10});
    QCOMPARE(schedule->next(), neverDue);
}

void TestSchedules::aSteeredLoadBeginsAnewWithEveryChange()
{
    SteeredRate rate{};
    const Load load = loadOf("saturate", {});
    const std::unique_ptr<Schedule> schedule = load.profile->schedule(
        {.options = load.options, .seed = 1, .sender = 1, .senders = 2, .steering = &rate});
    QCOMPARE(schedule->next(), neverDue);
    rate.set(1000, 5ms);
    QVERIFY(schedule->isOutdated());
    QCOMPARE(schedule->next(), 6ms); // the second of two senders
    QVERIFY(!schedule->isOutdated());
    QCOMPARE(schedule->next(), 8ms);
    rate.set(0, 9ms);
    QCOMPARE(schedule->next(), neverDue); // what was due at 10 ms is due no more
    rate.set(4000, 20ms);
    QCOMPARE(schedule->next(), 20'250us);
}

QTEST_APPLESS_MAIN(TestSchedules)
#include "tst_schedules.moc"
