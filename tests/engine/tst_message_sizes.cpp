#include "engine/profiles/message_sizes.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <map>

using namespace ipclab;

namespace {

using Settings = std::map<QString, QString>;

constexpr std::size_t oneRound = 1 << 14; ///< after so many messages the same sizes come again

Options chosen(const SizeDistribution& distribution, const Settings& settings)
{
    Options options;
    for (const auto& [id, text] : settings)
        options.set(id.toStdString(), text.toStdString());
    return withDefaults(distribution.options, options);
}

std::vector<std::size_t> drawn(const char* id, const Settings& settings, std::uint64_t seed = 1,
                               unsigned sender = 0)
{
    const SizeDistribution& distribution = *findSizeDistribution(id);
    SizeSequence sequence(distribution, chosen(distribution, settings), seed, sender);
    std::vector<std::size_t> sizes;
    for (std::size_t message = 0; message < oneRound; ++message)
        sizes.push_back(sequence.next());
    return sizes;
}

double shareOf(const std::vector<std::size_t>& sizes, std::size_t largest)
{
    const auto below = std::ranges::count_if(sizes, [=](std::size_t size) { return size <= largest; });
    return static_cast<double>(below) / static_cast<double>(sizes.size());
}

} // namespace

class TestMessageSizes : public QObject {
    Q_OBJECT

private slots:
    void everySizeIsInItsRange_data();
    void everySizeIsInItsRange();
    void sharesAreThoseOfTheDistribution();
    void theSameSeedGivesTheSameSizes();
    void sendersDrawTheSameSizesInAnotherOrder();
    void whatCannotBeIsRefusedWithASentence_data();
    void whatCannotBeIsRefusedWithASentence();
};

void TestMessageSizes::everySizeIsInItsRange_data()
{
    QTest::addColumn<QString>("id");
    for (const SizeDistribution& distribution : allSizeDistributions())
        if (distribution.quantile)
            QTest::newRow(distribution.id.c_str()) << QString::fromStdString(distribution.id);
}

void TestMessageSizes::everySizeIsInItsRange()
{
    QFETCH(QString, id);
    const SizeDistribution& distribution = *findSizeDistribution(id.toStdString());
    const Options options = chosen(distribution, {});
    QVERIFY(problemsOf(distribution.options, options).empty());
    const SizeRange range = rangeOf(distribution, options);
    std::size_t smallest = SIZE_MAX;
    std::size_t largest = 0;
    double sum = 0;
    for (const std::size_t size : drawn(id.toUtf8().constData(), {})) {
        smallest = std::min(smallest, size);
        largest = std::max(largest, size);
        sum += static_cast<double>(size);
    }
    QCOMPARE(smallest, range.smallest);
    QCOMPARE(largest, range.largest);
    QVERIFY(std::abs(sum / oneRound - range.mean) < 0.001);
    if (options.has("largest"))
        QVERIFY(largest <= options.size("largest"));
}

void TestMessageSizes::sharesAreThoseOfTheDistribution()
{
    constexpr double exact = 2.0 / oneRound;
    const auto two = drawn("two", {{"small", "100 B"}, {"large", "1000 B"}, {"large_share", "25 %"}});
    QVERIFY(std::abs(shareOf(two, 100) - 0.75) < exact);
    const auto uniform = drawn("uniform", {{"smallest", "1 B"}, {"largest", "1000 B"}});
    QVERIFY(std::abs(shareOf(uniform, 250) - 0.25) < exact);
    const auto list = drawn("list", {{"list", "3 B: 2, 1 B: 1, 2 B: 1"}});
    QVERIFY(std::abs(shareOf(list, 1) - 0.25) < exact);
    QVERIFY(std::abs(shareOf(list, 2) - 0.5) < exact);
    // Pareto: P(X ≤ x) = (1 − (L/x)^a) / (1 − (L/H)^a).
    const auto pareto = drawn("pareto", {{"smallest", "100 B"}, {"exponent", "2"}, {"largest", "1000 B"}});
    QVERIFY(std::abs(shareOf(pareto, 200) - 0.75 / 0.99) < 0.01);
    const auto logNormal =
        drawn("log_normal", {{"median", "1000 B"}, {"spread", "0.5"}, {"largest", "1 MiB"}});
    QVERIFY(std::abs(shareOf(logNormal, 1000) - 0.5) < 0.01);
    QVERIFY(std::abs(shareOf(logNormal, 1649) - 0.841) < 0.01); // one standard deviation above
}

void TestMessageSizes::theSameSeedGivesTheSameSizes()
{
    QCOMPARE(drawn("pareto", {}, 7), drawn("pareto", {}, 7));
    QVERIFY(drawn("pareto", {}, 7) != drawn("pareto", {}, 8));
}

void TestMessageSizes::sendersDrawTheSameSizesInAnotherOrder()
{
    auto first = drawn("uniform", {}, 7, 0);
    auto second = drawn("uniform", {}, 7, 1);
    QVERIFY(first != second);
    std::ranges::sort(first);
    std::ranges::sort(second);
    QCOMPARE(first, second);
}

void TestMessageSizes::whatCannotBeIsRefusedWithASentence_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("option");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("crossed") << "uniform"
                             << "smallest"
                             << "8 KiB"
                             << "smallest must be at most largest, which is 4 KiB; not 8 KiB";
    QTest::newRow("share") << "two"
                           << "large_share"
                           << "120 %"
                           << "large_share must be from 0 % to 100 %, not 120 %";
    QTest::newRow("no spread") << "log_normal"
                               << "spread"
                               << "0"
                               << "spread must be from 0.01 to 5, not 0";
    QTest::newRow("no list")
        << "list"
        << "list"
        << "64 B"
        << "list must be sizes with their shares like \"64 B: 60 %, 4 KiB: 40 %\", from 1 B to "
           "1 GiB and above 0 %; \"64 B\" is none";
    QTest::newRow("no weight")
        << "list"
        << "list"
        << "64 B: 1, 1 B: 0"
        << "list must be sizes with their shares like \"64 B: 60 %, 4 KiB: 40 %\", from 1 B to "
           "1 GiB and above 0 %; \"1 B: 0\" is none";
}

void TestMessageSizes::whatCannotBeIsRefusedWithASentence()
{
    QFETCH(QString, id);
    QFETCH(QString, option);
    QFETCH(QString, text);
    QFETCH(QString, sentence);
    const SizeDistribution& distribution = *findSizeDistribution(id.toStdString());
    Options options;
    options.set(option.toStdString(), text.toStdString());
    std::vector<OptionProblem> problems = problemsOf(distribution.options, options);
    if (problems.empty())
        problems = distribution.problems(withDefaults(distribution.options, options));
    QCOMPARE(problems.size(), std::size_t(1));
    QCOMPARE(QString::fromStdString(problems.front().sentence), sentence);
}

QTEST_GUILESS_MAIN(TestMessageSizes)
#include "tst_message_sizes.moc"
