#include "engine/mechanisms/catalog.h"
#include "tests/support/conformance_test.h"

#include <QtTest>

#include <random>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

/// The same sizes in both processes: mostly small, some large, always the largest and the smallest.
std::vector<std::size_t> mixedSizes(std::size_t largest)
{
    std::mt19937 random(4711);
    std::uniform_real_distribution<double> exponent(0.0, std::log2(static_cast<double>(largest)));
    std::vector<std::size_t> sizes{1, largest, 1, largest, largest, 7};
    while (sizes.size() < 2000)
        sizes.push_back(
            std::clamp<std::size_t>(static_cast<std::size_t>(std::exp2(exponent(random))), 1, largest));
    return sizes;
}

/// Where nothing marks a message all have one size, here one that fits no page.
std::vector<std::size_t> sizesFor(const Case& row, std::size_t largest)
{
    constexpr std::size_t many = 2000;
    return row.boundaries() == Boundaries::None ? std::vector<std::size_t>(many, largest)
                                                : mixedSizes(largest);
}

std::size_t largestFor(const Case& row, std::size_t most)
{
    constexpr std::size_t handy = 1001;
    return row.boundaries() == Boundaries::None ? handy : std::min(row.largestMessage(), most);
}

/// Within a twentieth: the kernel accounts in pages.
bool isNear(std::uint64_t value, std::uint64_t expected)
{
    return value * 20 >= expected * 19 && value * 20 <= expected * 21;
}

} // namespace

/// What every mechanism says of itself, and what arrives of what is sent over it.
class MechanismConformance final : public ConformanceTest {
    Q_OBJECT

private slots:
    void idsAreUniqueAndFound();
    void cardsAreComplete_data();
    void cardsAreComplete();
    void messagesArriveWholeAndInOrder_data()
    {
        addRows([](const Case& row) { return !row.isRacing(); });
    }
    void messagesArriveWholeAndInOrder();
    void largestMessagePasses_data();
    void largestMessagePasses();
    void fullChannelWouldBlockAndLosesNothing_data()
    {
        addRows([](const Case& row) { return row.traits().loss == Loss::Never && !row.isRacing(); });
    }
    void fullChannelWouldBlockAndLosesNothing();
    void bothEndsSendAndReceive_data();
    void bothEndsSendAndReceive();
    void lostMessagesAreCounted_data()
    {
        addRows([](const Case& row) { return row.traits().loss == Loss::Possible; });
    }
    void lostMessagesAreCounted();
};

void MechanismConformance::idsAreUniqueAndFound()
{
    QVERIFY(!allMechanisms().empty());
    for (const Mechanism* mechanism : allMechanisms())
        QCOMPARE(findMechanism(mechanism->info().id), mechanism);
    QCOMPARE(findMechanism("carrier_pigeon"), nullptr);
}

void MechanismConformance::cardsAreComplete_data()
{
    QTest::addColumn<const Mechanism*>("mechanism");
    for (const Mechanism* mechanism : allMechanisms())
        QTest::newRow(mechanism->info().id.c_str()) << mechanism;
}

void MechanismConformance::cardsAreComplete()
{
    QFETCH(const Mechanism*, mechanism);
    const MechanismInfo& info = mechanism->info();
    QVERIFY(!info.title.empty() && !info.summary.empty() && !info.manPages.empty());
    QVERIFY(!info.traits.waits.empty() && !info.traits.namedBy.empty());
    QVERIFY(chips(info.traits).size() >= 3);
    QVERIFY(problemsOf(info.options, withDefaults(info.options, {})).empty());
    for (const OptionSpec& option : info.options)
        QVERIFY2(!option.label.empty() && !option.help.empty(), option.id.c_str());

    const Options options = withDefaults(info.options, {});
    QVERIFY(!mechanism->limit(options).because.empty());
    constexpr std::size_t messageSize = 64;
    const auto channel = mechanism->open({options, messageSize, 1, 1, journal()});
    QVERIFY(!channel->objects().empty());
    QVERIFY(!channel->capacity() || channel->capacity()->amount > 0);
    QCOMPARE(channel->effective().size(), info.options.size());
    for (const KernelObject& object : channel->objects())
        QVERIFY(!object.kind.empty() && !object.name.empty());
}

void MechanismConformance::messagesArriveWholeAndInOrder()
{
    QFETCH(Case, row);
    const std::size_t largest = largestFor(row, 200'000);
    const std::vector<std::size_t> sizes = sizesFor(row, largest);
    // What may get lost when there is no room is sent one by one.
    const bool isOneByOne = row.traits().loss == Loss::Possible;
    ChannelFixture channel(row, largest, journal());
    rememberQueues(channel.channel());
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk& talk) {
        for (std::size_t number = 0; number < sizes.size(); ++number) {
            sendNumbered(endpoint, row.wait, number, sizes[number]);
            if (isOneByOne)
                require(talk.hear(Deadline::after(generous)).has_value(), "a message did not arrive");
        }
    });
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk& talk) {
        for (std::size_t number = 0; number < sizes.size(); ++number) {
            receiveNumbered(endpoint, row, number, sizes[number]);
            if (isOneByOne)
                talk.tell(number);
        }
    });
    channel.bothStarted();
    for (std::size_t number = 0; isOneByOne && number < sizes.size(); ++number) {
        QVERIFY(receiver->talk().hear(Deadline::after(generous)));
        sender->talk().tell(number);
    }
    QCOMPARE(text(sender->finish()), QString());
    QCOMPARE(text(receiver->finish()), QString());
}

void MechanismConformance::largestMessagePasses_data()
{
    addRows([](const Case& row) { return row.wait == row.traits().waits.front(); });
}

void MechanismConformance::largestMessagePasses()
{
    QFETCH(Case, row);
    const std::size_t largest = row.largestMessage();
    QVERIFY(largest > 0);
    ChannelFixture channel(row, largest, journal());
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk&) {
        sendNumbered(endpoint, row.wait, 1, largest);
    });
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk&) {
        receiveNumbered(endpoint, row, 1, largest);
    });
    channel.bothStarted();
    QCOMPARE(text(sender->finish()), QString());
    QCOMPARE(text(receiver->finish()), QString());
}

void MechanismConformance::fullChannelWouldBlockAndLosesNothing()
{
    QFETCH(Case, row);
    const std::size_t size = smallSizeOf(row);
    constexpr std::uint64_t more = 500;
    ChannelFixture channel(row, size, journal());
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk& talk) {
        const Filled filled = fillChannel(endpoint, size);
        require(filled.messages > 0, "a new channel takes nothing");
        talk.tell(filled.messages);
        sendFirstAfter(filled, endpoint, row.wait, size);
        for (std::uint64_t number = filled.messages + 1; number < filled.messages + more; ++number)
            sendNumbered(endpoint, row.wait, number, size);
    });
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk& talk) {
        const std::uint64_t filled = talk.hear(Deadline::after(generous)).value();
        for (std::uint64_t number = 0; number < filled + more; ++number)
            receiveNumbered(endpoint, row, number, size);
    });
    channel.bothStarted();
    const std::optional<std::uint64_t> filled = sender->talk().hear(Deadline::after(generous));
    QVERIFY(filled);
    const std::optional<Capacity> capacity = channel.channel().capacity();
    if (capacity && capacity->unit == CapacityUnit::Messages)
        QCOMPARE(*filled, capacity->amount);
    else if (capacity)
        QVERIFY(isNear(*filled, capacity->amount / (size + capacity->overheadPerMessage)));
    receiver->talk().tell(*filled);
    QCOMPARE(text(sender->finish()), QString());
    QCOMPARE(text(receiver->finish()), QString());
}

void MechanismConformance::bothEndsSendAndReceive_data()
{
    addRows([](const Case& row) { return row.traits().directions == Directions::TwoWay; });
}

void MechanismConformance::bothEndsSendAndReceive()
{
    QFETCH(Case, row);
    const std::size_t mixedLargest = largestFor(row, 50'000);
    const std::vector<std::size_t> sizes = sizesFor(row, mixedLargest);
    ChannelFixture channel(row, mixedLargest, journal());
    const auto client = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk&) {
        for (std::size_t number = 0; number < sizes.size(); ++number) {
            sendNumbered(endpoint, row.wait, number, sizes[number]);
            receiveNumbered(endpoint, row, number + 1, sizes[number]);
        }
    });
    const auto server = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk&) {
        for (std::size_t number = 0; number < sizes.size(); ++number) {
            receiveNumbered(endpoint, row, number, sizes[number]);
            sendNumbered(endpoint, row.wait, number + 1, sizes[number]);
        }
    });
    channel.bothStarted();
    QCOMPARE(text(client->finish()), QString());
    QCOMPARE(text(server->finish()), QString());
}

void MechanismConformance::lostMessagesAreCounted()
{
    QFETCH(Case, row);
    const std::size_t size = smallSizeOf(row);
    constexpr std::uint64_t many = 20'000;
    ChannelFixture channel(row, size, journal());
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk& talk) {
        for (std::uint64_t number = 0; number < many; ++number)
            sendNumbered(endpoint, row.wait, number, size);
        talk.tell(many);
        talk.hear(Deadline::after(generous));
        sendNumbered(endpoint, row.wait, many, size); // tells what was dropped before it
    });
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk& talk) {
        talk.hear(Deadline::after(generous));
        std::uint64_t received = 0;
        while (endpoint.receive(Deadline::immediately()).outcome == Outcome::Done)
            ++received;
        talk.tell(received);
        require(endpoint.receive(Deadline::never()).outcome == Outcome::Done, "nothing came any more");
        require(endpoint.counts().dropped > 0, "nothing was dropped");
        require(received + endpoint.counts().dropped == many, "what was dropped is not what is missing");
    });
    channel.bothStarted();
    QVERIFY(sender->talk().hear(Deadline::after(generous)));
    receiver->talk().tell(1);
    const std::optional<std::uint64_t> received = receiver->talk().hear(Deadline::after(generous));
    QVERIFY(received);
    const Capacity capacity = channel.channel().capacity().value();
    QVERIFY(isNear(*received, capacity.amount / (size + capacity.overheadPerMessage)));
    sender->talk().tell(1);
    QCOMPARE(text(sender->finish()), QString());
    QCOMPARE(text(receiver->finish()), QString());
}

QTEST_GUILESS_MAIN(MechanismConformance)
#include "tst_mechanism_conformance.moc"
