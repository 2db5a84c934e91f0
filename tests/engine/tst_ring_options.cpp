#include "engine/mechanisms/catalog.h"
#include "engine/mechanisms/memory/shared_ring.h"
#include "tests/support/case_rows.h"
#include "tests/support/run_fixture.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fmt/format.h>

#include <algorithm>

using namespace ipclab;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(ipclab::Exchange)

namespace {

constexpr std::size_t smallSize = 64;
constexpr auto generous = 30s;

struct Choice {
    std::string id;
    std::string text;
};

Case caseOf(const char* id, Wait wait, const std::vector<Choice>& choices)
{
    const Mechanism* mechanism = findMechanism(id);
    Case row{mechanism, wait, withDefaults(mechanism->info().options, {}),
             fmt::format("{}, {}", id, word(wait))};
    for (const Choice& choice : choices) {
        row.options.set(choice.id, choice.text);
        row.name += ", " + choice.id + " " + choice.text;
    }
    return row;
}

Case ringWith(Wait wait, const std::vector<Choice>& choices)
{
    return caseOf("shm_ring", wait, choices);
}

const EffectiveSetting& setting(const std::vector<EffectiveSetting>& settings, const std::string& id)
{
    return *std::ranges::find(settings, id, &EffectiveSetting::id);
}

/// Qt has a macro of the member's name.
quint64 slotsOf(const RingGeometry& geometry)
{
    return (geometry.bytes() - geometry.offsetOfSlots()) / geometry.stride;
}

Experiment batchedExperiment(Exchange exchange)
{
    Experiment experiment = shortExperiment("shm_ring", exchange);
    experiment.wait = Wait::Block;
    experiment.mechanismOptions.set("batch", "64");
    return experiment;
}

} // namespace

/// What the options of rings change, and that nothing is lost or held back by them.
class RingOptions : public QObject {
    Q_OBJECT

private slots:
    void init() { m_journal = std::make_unique<NameJournal>(m_directory.path().toStdString()); }
    void cleanup() { m_journal.reset(); }

    void messagesPassAndTheLastIsNotHeldBack_data();
    void messagesPassAndTheLastIsNotHeldBack();
    void aBatchIsPublishedAtOnceOrByFlush_data();
    void aBatchIsPublishedAtOnceOrByFlush();
    void aSleeperByEventfdIsWokenByOneCall();
    void theEffectiveWakingIsNamed_data();
    void theEffectiveWakingIsNamed();
    void slotsFitTheMessagesWhereNobodyAsks_data();
    void slotsFitTheMessagesWhereNobodyAsks();
    void largeSlotsBeginInAllSetsOfTheCache();
    void theLargestMessageFillsTheBudget();
    void syncingWaitsForTheDiskOncePerGroup();
    void aPacedSenderHoldsNothingBack();
    void aCountedRunThatIsNoMultipleOfTheBatchEnds_data();
    void aCountedRunThatIsNoMultipleOfTheBatchEnds();

private:
    QTemporaryDir m_directory;
    std::unique_ptr<NameJournal> m_journal;
};

void RingOptions::messagesPassAndTheLastIsNotHeldBack_data()
{
    QTest::addColumn<Case>("row");
    std::vector<Case> rows;
    for (const Wait wait : {Wait::Spin, Wait::Block, Wait::Hybrid, Wait::Poll}) {
        rows.push_back(ringWith(wait, {{"batch", "16"}}));
        rows.push_back(ringWith(wait, {{"batch", "64"}, {"slots", "8"}}));
        rows.push_back(ringWith(wait, {{"wake", "eventfd"}, {"slots", "8"}}));
        rows.push_back(ringWith(wait, {{"wake", "eventfd"}, {"batch", "16"}, {"slots", "64"}}));
    }
    for (const Case& row : rows)
        QTest::newRow(row.name.c_str()) << row;
}

void RingOptions::messagesPassAndTheLastIsNotHeldBack()
{
    QFETCH(Case, row);
    constexpr std::uint64_t messages = 5'003; // no multiple of a batch
    ChannelFixture channel(row, smallSize, *m_journal);
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk& talk) {
        for (std::uint64_t number = 0; number < messages; ++number)
            sendNumbered(endpoint, row.wait, number, 1 + number % smallSize);
        endpoint.flush();
        talk.hear(Deadline::after(generous)); // it stays alive and sends no more
    });
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk&) {
        for (std::uint64_t number = 0; number < messages; ++number)
            receiveNumbered(endpoint, row, number, 1 + number % smallSize);
    });
    channel.bothStarted();
    QCOMPARE(text(receiver->finish()), QString());
    sender->talk().tell(1);
    QCOMPARE(text(sender->finish()), QString());
}

void RingOptions::aBatchIsPublishedAtOnceOrByFlush_data()
{
    QTest::addColumn<Case>("row");
    QTest::newRow("ring") << ringWith(Wait::Block, {{"batch", "4"}});
    QTest::newRow("file") << caseOf("mapped_file", Wait::Block, {{"sync_every", "4"}});
}

void RingOptions::aBatchIsPublishedAtOnceOrByFlush()
{
    QFETCH(Case, row);
    ChannelFixture channel(row, smallSize, *m_journal);
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk& talk) {
        for (std::uint64_t number = 0; number < 4; ++number) {
            sendNumbered(endpoint, row.wait, number, smallSize);
            talk.tell(number);
            require(talk.hear(Deadline::after(generous)).has_value(), "the test has gone");
        }
        sendNumbered(endpoint, row.wait, 4, smallSize);
        endpoint.flush();
        talk.tell(4);
        talk.hear(Deadline::after(generous));
    });
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk& talk) {
        for (int asked = 0; asked < 3; ++asked) {
            talk.hear(Deadline::after(generous));
            require(endpoint.receive(Deadline::immediately()).outcome == Outcome::WouldBlock,
                    "a message came before its batch was full");
            talk.tell(1);
        }
        talk.hear(Deadline::after(generous));
        for (std::uint64_t number = 0; number < 4; ++number)
            receiveNumbered(endpoint, row, number, smallSize);
        talk.tell(1);
        talk.hear(Deadline::after(generous));
        require(endpoint.receive(Deadline::immediately()).outcome == Outcome::Done,
                "what was flushed did not come");
    });
    channel.bothStarted();
    for (std::uint64_t number = 0; number < 4; ++number) {
        QCOMPARE(sender->talk().hear(Deadline::after(generous)), std::optional(number));
        receiver->talk().tell(1);
        QVERIFY(receiver->talk().hear(Deadline::after(generous)));
        sender->talk().tell(1);
    }
    QVERIFY(sender->talk().hear(Deadline::after(generous)));
    receiver->talk().tell(1);
    QCOMPARE(text(receiver->finish()), QString());
    sender->talk().tell(1);
    QCOMPARE(text(sender->finish()), QString());
}

void RingOptions::aSleeperByEventfdIsWokenByOneCall()
{
    const Case row = ringWith(Wait::Block, {{"wake", "eventfd"}});
    ChannelFixture channel(row, smallSize, *m_journal);
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk& talk) {
        require(endpoint.receive(Deadline::after(20ms)).outcome == Outcome::TimedOut, "a message came early");
        talk.tell(1);
        receiveNumbered(endpoint, row, 0, smallSize);
        require(endpoint.counts().wakeUps == 0, "a receiver that frees one slot woke somebody");
    });
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk& talk) {
        talk.hear(Deadline::after(generous));
        sendNumbered(endpoint, row.wait, 0, smallSize);
        require(endpoint.counts().wakeUps <= 1, "more than one call to wake one sleeper");
        require(endpoint.counts().systemCalls == endpoint.counts().wakeUps, "calls that wake nobody");
    });
    channel.bothStarted();
    QVERIFY(receiver->talk().hear(Deadline::after(generous)));
    sender->talk().tell(1);
    QCOMPARE(text(sender->finish()), QString());
    QCOMPARE(text(receiver->finish()), QString());
}

void RingOptions::slotsFitTheMessagesWhereNobodyAsks_data()
{
    QTest::addColumn<quint64>("messageSize");
    QTest::addColumn<quint64>("expected");
    QTest::newRow("256 KiB of small ones") << quint64{64} << quint64{4096};
    QTest::newRow("32 while they make up to 4 MiB") << quint64{64 << 10} << quint64{32};
    QTest::newRow("8 of the largest") << quint64{4 << 20} << quint64{8};
}

void RingOptions::slotsFitTheMessagesWhereNobodyAsks()
{
    QFETCH(quint64, messageSize);
    QFETCH(quint64, expected);
    QVERIFY(ringGeometry(0, messageSize).stride >= messageSize);
    QCOMPARE(slotsOf(ringGeometry(0, messageSize)), expected);
    QCOMPARE(slotsOf(ringGeometry(16, messageSize)), quint64{16}); // who asks is heard
}

void RingOptions::largeSlotsBeginInAllSetsOfTheCache()
{
    constexpr std::size_t line = 64;
    constexpr std::size_t sets = 64; // of the first cache of most processors
    for (const std::size_t messageSize : {4096UL, 8192UL, 65'536UL, 1UL << 20}) {
        QSet<std::size_t> used;
        for (std::size_t slot = 0; slot < sets; ++slot)
            used.insert(slot * ringGeometry(0, messageSize).stride / line % sets);
        QCOMPARE(static_cast<std::size_t>(used.size()), sets);
    }
}

void RingOptions::theLargestMessageFillsTheBudget()
{
    constexpr std::uint64_t slotCount = 8;
    const std::size_t overhead = RingGeometry{slotCount, 0}.bytes();
    for (const std::size_t bytes : {4000UL, 8192UL, 65'000UL, 65'536UL, 1UL << 20, (1UL << 20) + 512}) {
        const RegionBudget budget{overhead + bytes, "so much"};
        const std::size_t largest =
            placesLimit({.count = slotCount, .word = "slots", .overhead = overhead}, budget).largest;
        QVERIFY(ringGeometry(slotCount, largest).bytes() <= budget.bytes);
        QVERIFY(ringGeometry(slotCount, largest + 1).bytes() > budget.bytes);
    }
}

void RingOptions::theEffectiveWakingIsNamed_data()
{
    QTest::addColumn<Case>("row");
    QTest::addColumn<QString>("effective");
    QTest::addColumn<int>("objects");
    const auto add = [](const Case& row, const char* effective, int objects) {
        QTest::newRow(row.name.c_str()) << row << effective << objects;
    };
    add(ringWith(Wait::Spin, {{"wake", "eventfd"}}), "nothing, for both ends spin", 1);
    add(ringWith(Wait::Block, {{"wake", "futex"}}), "futex", 1);
    add(ringWith(Wait::Hybrid, {{"wake", "eventfd"}}), "eventfd", 3);
    add(ringWith(Wait::Poll, {{"wake", "futex"}}), "eventfd", 3);
}

void RingOptions::theEffectiveWakingIsNamed()
{
    QFETCH(Case, row);
    QFETCH(QString, effective);
    QFETCH(int, objects);
    const ChannelFixture channel(row, smallSize, *m_journal);
    QCOMPARE(text(setting(channel.channel().effective(), "wake").effective), effective);
    QCOMPARE(static_cast<int>(channel.channel().objects().size()), objects);
}

void RingOptions::syncingWaitsForTheDiskOncePerGroup()
{
    const Case row = caseOf("mapped_file", Wait::Block, {{"sync_every", "3"}});
    ChannelFixture channel(row, smallSize, *m_journal);
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk&) {
        for (std::uint64_t number = 0; number < 9; ++number)
            sendNumbered(endpoint, row.wait, number, smallSize);
        const std::uint64_t calls = endpoint.counts().systemCalls - endpoint.counts().wakeUps;
        require(calls == 6, fmt::format("{} calls instead of two for each of three groups", calls));
        endpoint.flush();
        require(endpoint.counts().systemCalls - endpoint.counts().wakeUps == 6, "a sync for nothing");
    });
    QCOMPARE(text(sender->finish()), QString());
}

void RingOptions::aPacedSenderHoldsNothingBack()
{
    Experiment experiment = batchedExperiment(Exchange::OneWay);
    experiment.warmUp = 50ms;
    experiment.duration = 500ms;
    experiment.load.profile = "constant";
    experiment.load.options.set("rate", "200 /s");
    const RunSummary summary = follow(experiment).result.summary;
    QVERIFY(summary.messagesReceived >= 50);
    // 64 messages at this rate are 320 ms: what was held back for a batch would be late by as much.
    QVERIFY2(summary.response.p50 < 50ms, qPrintable(QString::number(summary.response.p50.count())));
}

void RingOptions::aCountedRunThatIsNoMultipleOfTheBatchEnds_data()
{
    QTest::addColumn<Exchange>("exchange");
    QTest::newRow("one-way") << Exchange::OneWay;
    QTest::newRow("round trip") << Exchange::RoundTrip;
}

void RingOptions::aCountedRunThatIsNoMultipleOfTheBatchEnds()
{
    QFETCH(Exchange, exchange);
    Experiment experiment = batchedExperiment(exchange);
    experiment.messages = 1'001;
    const FollowedRun run = follow(experiment);
    QVERIFY(!run.failure);
    QCOMPARE(run.result.summary.messagesReceived, std::uint64_t{1'001});
    QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
}

QTEST_GUILESS_MAIN(RingOptions)
#include "tst_ring_options.moc"
