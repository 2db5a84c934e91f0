#include "engine/experiment/experiment_file.h"
#include "engine/mechanisms/catalog.h"
#include "engine/profiles/load_profile.h"
#include "tests/support/problem_sentences.h"

#include <QtTest>

#include <random>
#include <set>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

/// Makes experiments that are valid but for what this host can do.
class AnyExperiment final {
public:
    explicit AnyExperiment(std::uint64_t seed) : m_random(seed) {}

    Experiment make()
    {
        Experiment experiment;
        experiment.title = text();
        experiment.summary = text();
        const Mechanism& mechanism = *allMechanisms()[below(allMechanisms().size())];
        experiment.mechanism = mechanism.info().id;
        addOptions(experiment.mechanismOptions, mechanism.info().options);
        const LoadProfile& profile = *allLoadProfiles()[below(allLoadProfiles().size())];
        experiment.load.profile = profile.info().id;
        addOptions(experiment.load.options, profile.info().options);
        experiment.exchange = one<Exchange>(2);
        experiment.questionsAhead = 1 + below(1'000'000);
        experiment.wait = one<Wait>(4);
        experiment.load.pacing = one<Pacing>(2);
        experiment.cores = one<CorePlacement>(4);
        for (std::uint64_t cores = below(4); experiment.cores == CorePlacement::Listed && cores <= 3; ++cores)
            experiment.coreList.push_back(static_cast<int>(below(256)));
        experiment.nice = static_cast<int>(below(40)) - 20;
        experiment.policy = one<SchedulingPolicy>(2);
        experiment.priority = 1 + static_cast<unsigned>(below(99));
        experiment.measure.integrity = one<Integrity>(3);
        experiment.shape.senders = 1 + static_cast<unsigned>(below(64));
        experiment.messageSize = 1 + (m_random() >> below(64)) / 2;
        experiment.receiverWork = upTo(10s);
        experiment.reads = one<ReadOrder>(2);
        experiment.restart = {one<RestartPolicy>(2), 1ms + upTo(59s), 1 + below(10), 1 + below(100)};
        experiment.receiverTouch = below(1 << 30);
        experiment.receiverSleep = upTo(10s);
        experiment.duration = 1ms + upTo(1h);
        experiment.warmUp = upTo(1h);
        experiment.messages = below(2) ? 0 : below(1'000'000'000'000);
        experiment.seed = m_random() >> below(64);
        if (below(2))
            experiment.measure.latencyEvery = 1 + below(100'000);
        experiment.measure.interval = 5ms + upTo(9s);
        for (std::uint64_t faults = below(3); faults > 0; --faults)
            experiment.faults.push_back(fault());
        return experiment;
    }

private:
    std::uint64_t below(std::uint64_t bound) { return m_random() % bound; }

    template <typename Enum>
    Enum one(int count)
    {
        return static_cast<Enum>(below(static_cast<std::uint64_t>(count)));
    }

    Nanoseconds upTo(Nanoseconds most)
    {
        const Nanoseconds units[]{1ns, 1us, 1ms, 1s};
        const Nanoseconds unit = units[below(4)];
        return unit * static_cast<Nanoseconds::rep>(below(static_cast<std::uint64_t>(most / unit) + 1));
    }

    Fault fault()
    {
        const FaultKindInfo& info = allFaultKinds()[below(allFaultKinds().size())];
        Fault made{.kind = info.kind, .target = below(2) ? "receiver" : "sender 2", .at = upTo(1h)};
        if (!info.hasTarget)
            made.target.clear();
        made.length = info.hasLength ? upTo(1h) : 0s;
        made.workPerMessage = info.hasWork ? upTo(9s) + 1ns : 0s;
        return made;
    }

    std::string text()
    {
        static const std::vector<std::string> pieces{"a",  "Pipe ", "\"",     "\\",     "\n",    "\r",
                                                     "\t", "\x01",  "\x7f",   "\\u",    "=",     "#",
                                                     "[[", "'''",   "\"\"\"", "\u00fc", "\u2028"};
        std::string result;
        for (std::uint64_t i = below(12); i > 0; --i)
            result += pieces[below(pieces.size())];
        return result;
    }

    void addOptions(Options& options, const std::vector<OptionSpec>& specs)
    {
        for (const OptionSpec& spec : specs)
            if (below(2))
                options.set(spec.id, below(2) ? spec.initial : std::to_string(1 + below(100'000)));
    }

    std::mt19937_64 m_random;
};

} // namespace

class TestExperimentFile final : public QObject {
    Q_OBJECT

private slots:
    void readsBackWhatItWrites();
    void readsBackVariantsThatItWrites();
    void writesADozenReadableLines();
    void takesNumbersAndQuantities();
    void takesTablesAndDottedKeys();
    void variantsOverrideWhatStandsAboveThem();
    void everyPresetCanRunAndReadsBack();
    void presetsStandGroupByGroup();
    void theFirstPresetIsTheDefaultExperiment();
};

void TestExperimentFile::readsBackWhatItWrites()
{
    AnyExperiment any(1);
    for (int i = 0; i < 2000; ++i) {
        const Experiment experiment = any.make();
        const std::string text = toText(experiment);
        const ExperimentSet set = parseExperiments(text);
        QVERIFY2(set.problems.empty(), sentencesOf(set.problems).c_str());
        QVERIFY2(set.experiments == std::vector{experiment}, text.c_str());
        QCOMPARE(set.title, experiment.title);
    }
}

void TestExperimentFile::readsBackVariantsThatItWrites()
{
    AnyExperiment any(2);
    for (int i = 0; i < 500; ++i) {
        ExperimentSet set;
        set.title = any.make().title;
        set.summary = any.make().summary;
        for (int variant = 0; variant <= i % 5; ++variant)
            set.experiments.push_back(any.make());
        const std::string text = toText(set);
        const ExperimentSet again = parseExperiments(text);
        QVERIFY2(again.problems.empty(), sentencesOf(again.problems).c_str());
        QVERIFY2(again.experiments == set.experiments, text.c_str());
        QCOMPARE(again.title, set.title);
        QCOMPARE(again.summary, set.summary);
    }
}

void TestExperimentFile::writesADozenReadableLines()
{
    Experiment experiment;
    experiment.title = "A \"slow\" receiver";
    experiment.mechanismOptions.set("capacity", "64 KiB");
    experiment.load.profile = "constant";
    experiment.load.options.set("rate", "12 k/s");
    experiment.receiverWork = 100us;
    experiment.measure.latencyEvery = 1;
    QCOMPARE(toText(experiment), R"(title = "A \"slow\" receiver"

mechanism = "pipe"
mechanism_options.capacity = "64 KiB"
exchange = "one-way"
message.size = "64 B"

load.profile = "constant"
load.rate = "12 k/s"
receiver.work = "100 us"

duration = "10 s"
measure.latency_every = 1
)");
}

void TestExperimentFile::takesNumbersAndQuantities()
{
    const ExperimentSet set = parseExperiments(R"(
message.size = 4096
duration = 2.5
warm_up = "20 ms"
messages = 1_000_000
load.profile = "constant"
load.rate = 1e4
mechanism_options.capacity = 65536
measure.latency_every = "16"
)");
    QVERIFY2(set.problems.empty(), sentencesOf(set.problems).c_str());
    const Experiment experiment = completed(set.experiments.at(0));
    QCOMPARE(experiment.messageSize, 4096U);
    QCOMPARE(experiment.duration, Nanoseconds(2500ms));
    QCOMPARE(experiment.warmUp, Nanoseconds(20ms));
    QCOMPARE(experiment.messages, 1'000'000U);
    QCOMPARE(experiment.load.options.text("rate"), "10 k/s");
    QCOMPARE(experiment.mechanismOptions.text("capacity"), "64 KiB");
    QCOMPARE(experiment.measure.latencyEvery, std::optional<std::uint64_t>(16));
}

void TestExperimentFile::takesTablesAndDottedKeys()
{
    const ExperimentSet dotted =
        parseExperiments("load.profile = 'constant'\nload.rate = 5\nmessage.size = 100\n");
    const ExperimentSet tables = parseExperiments(
        "[message]\r\nsize = 100\r\n[load]\r\nprofile = 'constant'\r\nrate = 5\r\n[measure]\r\n");
    const ExperimentSet inlined =
        parseExperiments("load = { rate = 5, profile = 'constant' }\nmessage = { size = 100 }");
    QVERIFY2(tables.problems.empty(), sentencesOf(tables.problems).c_str());
    QCOMPARE(dotted.experiments.size(), std::size_t{1});
    QCOMPARE(dotted.experiments, tables.experiments);
    QCOMPARE(dotted.experiments, inlined.experiments);
}

void TestExperimentFile::variantsOverrideWhatStandsAboveThem()
{
    const ExperimentSet set = parseExperiments(R"(
title = "All"
duration = "5 s"
wait = "block"
[[variant]]
title = "First"
[[variant]]
wait = "spin"
message.size = "4 KiB"
mechanism_options.capacity = "8 KiB"
)");
    QVERIFY2(set.problems.empty(), sentencesOf(set.problems).c_str());
    QCOMPARE(set.title, "All");
    QCOMPARE(set.experiments.size(), std::size_t{2});
    QCOMPARE(set.experiments[0].title, "First");
    QCOMPARE(set.experiments[0].duration, Nanoseconds(5s));
    QCOMPARE(set.experiments[1].title, "Spin, Message size: 4 KiB, Capacity: 8 KiB");
    QCOMPARE(set.experiments[1].duration, Nanoseconds(5s));
    QCOMPARE(set.experiments[1].wait, Wait::Spin);
}

void TestExperimentFile::everyPresetCanRunAndReadsBack()
{
    const std::vector<Preset> presets = allPresets();
    const QDir files(QStringLiteral(IPCLAB_SOURCE_DIR "/resources/presets"), QStringLiteral("*.toml"));
    QCOMPARE(presets.size(), static_cast<std::size_t>(files.count()));
    QVERIFY(presets.size() >= 7);
    std::set<std::string> ids;
    for (const Preset& preset : presets) {
        QVERIFY2(ids.insert(preset.id).second, preset.id.c_str());
        QVERIFY2(!preset.title.empty() && !preset.summary.empty(), preset.id.c_str());
        QVERIFY2(preset.summary.find('\n') == std::string::npos, preset.id.c_str());
        QVERIFY2(preset.group != "Other", preset.id.c_str());
        const ExperimentSet set = readExperiments(preset.path);
        for (const Problem& problem : problems(set))
            if (problem.key != "placement.cores" || QThread::idealThreadCount() > 1)
                QFAIL(problem.sentence.c_str());
        const ExperimentSet again = parseExperiments(toText(set));
        QCOMPARE(again.experiments, set.experiments);
        QCOMPARE(again.title, set.title);
        QCOMPARE(again.group, set.group);
        for (const Experiment& experiment : set.experiments)
            QVERIFY(experiment.duration >= 5s && experiment.duration <= 10s);
    }
}

void TestExperimentFile::presetsStandGroupByGroup()
{
    std::vector<std::string> groups;
    for (const Preset& preset : allPresets())
        if (groups.empty() || groups.back() != preset.group)
            groups.push_back(preset.group);
    QCOMPARE(std::set<std::string>(groups.begin(), groups.end()).size(), groups.size());
    QVERIFY(groups.size() > 3);
    QCOMPARE(parseExperiments("group = 3").problems.at(0).sentence, std::string("group must be a text"));
}

void TestExperimentFile::theFirstPresetIsTheDefaultExperiment()
{
    const Preset first = allPresets().at(0);
    QCOMPARE(first.id, "pipe-as-fast-as-possible");
    Experiment experiment = readExperiments(first.path).experiments.at(0);
    experiment.title.clear();
    experiment.summary.clear();
    QCOMPARE(experiment, Experiment());
}

QTEST_APPLESS_MAIN(TestExperimentFile)
#include "tst_experiment_file.moc"
