#include "engine/base/failure.h"
#include "engine/mechanisms/catalog.h"
#include "tests/support/channel_fixture.h"
#include "tests/support/skip_unavailable.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fmt/format.h>
#include <mqueue.h>
#include <sys/msg.h>
#include <sys/wait.h>

#include <csignal>
#include <random>

using namespace ipclab;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(ipclab::Case)

namespace {

constexpr std::size_t smallSize = 64;
constexpr auto soon = 20ms;
constexpr auto limitOfNoticing = 1s;
constexpr auto generous = 30s;

template <typename Predicate>
void addRows(Predicate isMeant)
{
    QTest::addColumn<Case>("row");
    for (const Case& row : allCases())
        if (isMeant(row))
            QTest::newRow(row.name.c_str()) << row;
}

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

/// A small message of which this mechanism is capable.
std::size_t smallSizeOf(const Case& row)
{
    return std::min(smallSize, row.largestMessage());
}

/// The descriptors of this process, as "3 → pipe:[123]".
QStringList openDescriptors()
{
    QStringList all;
    const QDir directory("/proc/self/fd");
    for (const QFileInfo& entry :
         directory.entryInfoList(QDir::System | QDir::Files | QDir::NoDotAndDotDot | QDir::Dirs))
        if (const QString target = entry.symLinkTarget(); !target.contains("/proc/"))
            all << entry.fileName() + " → " + target;
    return all;
}

/// Within a twentieth: the kernel accounts in pages.
bool isNear(std::uint64_t value, std::uint64_t expected)
{
    return value * 20 >= expected * 19 && value * 20 <= expected * 21;
}

QString text(const std::string& words)
{
    return QString::fromStdString(words);
}

} // namespace

/// One contract over every mechanism of the catalogue and every way to wait that it supports.
class MechanismConformance : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();

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
    void waitingEndsAtTheDeadline_data()
    {
        addRows([](const Case&) { return true; });
    }
    void waitingEndsAtTheDeadline();
    void signalInterruptsWaitingReceiver_data()
    {
        addRows([](const Case&) { return true; });
    }
    void signalInterruptsWaitingReceiver();
    void signalInterruptsWaitingSender_data() { addFillingRows(); }
    void signalInterruptsWaitingSender();
    void receiverNoticesClosingSender_data() { addNoticingRows(); }
    void receiverNoticesClosingSender();
    void receiverNoticesKilledSender_data() { addNoticingRows(); }
    void receiverNoticesKilledSender();
    void senderNoticesKilledReceiver_data() { addNoticingRows(); }
    void senderNoticesKilledReceiver();
    void messageCutByAKillIsTruncated_data();
    void messageCutByAKillIsTruncated();
    void bothEndsSendAndReceive_data();
    void bothEndsSendAndReceive();
    void pollDescriptorFollowsTheWaits_data()
    {
        addRows([](const Case&) { return true; });
    }
    void pollDescriptorFollowsTheWaits();

    void lostMessagesAreCounted_data()
    {
        addRows([](const Case& row) { return row.traits().loss == Loss::Possible; });
    }
    void lostMessagesAreCounted();

private:
    static void addNoticingRows()
    {
        addRows([](const Case& row) { return row.traits().peerExit == PeerExit::Noticed; });
    }
    /// Those in which a sender waits for room.
    static void addFillingRows()
    {
        addRows([](const Case& row) { return row.traits().loss == Loss::Never; });
    }
    void rememberQueues(const Channel& channel);

    QTemporaryDir m_directory;
    std::unique_ptr<NameJournal> m_journal;
    QStringList m_descriptors;
    std::vector<std::string> m_queues;
    std::vector<int> m_systemVQueues;
};

void MechanismConformance::init()
{
    IPCLAB_SKIP_UNAVAILABLE_ROW();
    m_descriptors = openDescriptors();
    m_journal = std::make_unique<NameJournal>(m_directory.path().toStdString());
}

/// After each test: no process, no descriptor, no name.
void MechanismConformance::cleanup()
{
    m_journal.reset();
    QCOMPARE(::waitpid(-1, nullptr, WNOHANG), -1);
    QCOMPARE(errno, ECHILD);
    QCOMPARE(openDescriptors(), m_descriptors);
    for (const std::string& name : std::exchange(m_queues, {}))
        QVERIFY2(::mq_open(name.c_str(), O_RDONLY) == -1, name.c_str());
    for (const int id : std::exchange(m_systemVQueues, {}))
        QVERIFY2(::msgctl(id, IPC_STAT, nullptr) == -1 && errno == EINVAL, "a System V queue is left");
    QVERIFY(QDir(m_directory.path()).isEmpty());
}

void MechanismConformance::rememberQueues(const Channel& channel)
{
    for (const KernelObject& object : channel.objects()) {
        if (object.kind == "POSIX message queue")
            m_queues.push_back(object.name);
        if (object.kind == "System V message queue") // "key 0x…, id 7"
            m_systemVQueues.push_back(std::stoi(object.name.substr(object.name.rfind(' '))));
    }
}

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
    const auto channel = mechanism->open({options, smallSize, 1, 1, *m_journal});
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
    ChannelFixture channel(row, largest, *m_journal);
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
    ChannelFixture channel(row, largest, *m_journal);
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
    ChannelFixture channel(row, size, *m_journal);
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

void MechanismConformance::waitingEndsAtTheDeadline()
{
    QFETCH(Case, row);
    const std::size_t size = smallSizeOf(row);
    ChannelFixture channel(row, size, *m_journal);
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk& talk) {
        require(endpoint.receive(Deadline::immediately()).outcome == Outcome::WouldBlock,
                "an empty channel delivers");
        const Nanoseconds begin = now();
        require(endpoint.receive(Deadline::after(soon)).outcome == Outcome::TimedOut,
                "receive did not time out");
        require(now() - begin >= soon, "receive timed out early");
        talk.tell(1);
        talk.hear(Deadline::after(generous));
    });
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk& talk) {
        talk.hear(Deadline::after(generous));
        if (row.traits().loss == Loss::Possible)
            return; // whose senders never wait
        const Filled filled = fillChannel(endpoint, size);
        const Nanoseconds begin = now();
        require(sendUntilOneWaits(filled, endpoint, size, [] { return Deadline::after(soon); }) ==
                    Outcome::TimedOut,
                "sending did not time out");
        require(now() - begin >= soon, "sending timed out early");
    });
    channel.bothStarted();
    QVERIFY(receiver->talk().hear(Deadline::after(generous)));
    sender->talk().tell(1);
    QCOMPARE(text(sender->finish()), QString());
    receiver->talk().tell(1);
    QCOMPARE(text(receiver->finish()), QString());
}

void MechanismConformance::signalInterruptsWaitingReceiver()
{
    QFETCH(Case, row);
    const std::size_t size = smallSizeOf(row);
    ChannelFixture channel(row, size, *m_journal);
    const auto sender = channel.start(
        ChannelEnd::Sender, [](Endpoint&, const Talk& talk) { talk.hear(Deadline::after(generous)); });
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk& talk) {
        talk.tell(1);
        require(endpoint.receive(Deadline::never()).outcome == Outcome::Interrupted,
                "receive was not interrupted");
    });
    channel.bothStarted();
    QVERIFY(receiver->talk().hear(Deadline::after(generous)));
    QCOMPARE(text(receiver->finishSignalled(SIGUSR1)), QString());
    sender->talk().tell(1);
    QCOMPARE(text(sender->finish()), QString());
}

void MechanismConformance::signalInterruptsWaitingSender()
{
    QFETCH(Case, row);
    const std::size_t size = smallSizeOf(row);
    ChannelFixture channel(row, size, *m_journal);
    const auto receiver = channel.start(
        ChannelEnd::Receiver, [](Endpoint&, const Talk& talk) { talk.hear(Deadline::after(generous)); });
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk& talk) {
        const Filled filled = fillChannel(endpoint, size);
        talk.tell(1);
        require(sendUntilOneWaits(filled, endpoint, size, &Deadline::never) == Outcome::Interrupted,
                "sending was not interrupted");
    });
    channel.bothStarted();
    QVERIFY(sender->talk().hear(Deadline::after(generous)));
    QCOMPARE(text(sender->finishSignalled(SIGUSR1)), QString());
    receiver->talk().tell(1);
    QCOMPARE(text(receiver->finish()), QString());
}

void MechanismConformance::receiverNoticesClosingSender()
{
    QFETCH(Case, row);
    const std::size_t size = smallSizeOf(row);
    ChannelFixture channel(row, size, *m_journal);
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk&) {
        sendNumbered(endpoint, row.wait, 0, size);
    });
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk&) {
        receiveNumbered(endpoint, row, 0, size);
        const Outcome outcome = endpoint.receive(Deadline::after(limitOfNoticing)).outcome;
        require(outcome == Outcome::PeerClosed, "what was sent came, but not the end");
    });
    channel.bothStarted();
    QCOMPARE(text(sender->finish()), QString());
    QCOMPARE(text(receiver->finish()), QString());
}

void MechanismConformance::receiverNoticesKilledSender()
{
    QFETCH(Case, row);
    const std::size_t size = smallSizeOf(row);
    ChannelFixture channel(row, size, *m_journal);
    const auto sender = channel.start(
        ChannelEnd::Sender, [](Endpoint&, const Talk& talk) { talk.hear(Deadline::after(generous)); });
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk& talk) {
        talk.tell(1);
        require(endpoint.receive(Deadline::never()).outcome == Outcome::PeerClosed, "the end was not seen");
    });
    channel.bothStarted();
    QVERIFY(receiver->talk().hear(Deadline::after(generous)));
    sender->kill();
    QCOMPARE(text(receiver->finish(Deadline::after(limitOfNoticing))), QString());
}

void MechanismConformance::senderNoticesKilledReceiver()
{
    QFETCH(Case, row);
    const std::size_t size = smallSizeOf(row);
    ChannelFixture channel(row, size, *m_journal);
    const auto receiver = channel.start(
        ChannelEnd::Receiver, [](Endpoint&, const Talk& talk) { talk.hear(Deadline::after(generous)); });
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk& talk) {
        const Filled filled = fillChannel(endpoint, size);
        talk.tell(1);
        Outcome outcome = sendUntilOneWaits(filled, endpoint, size, &Deadline::never);
        // A write of which a part went before the end came returns early, and the next one tells.
        while (outcome == Outcome::Interrupted)
            outcome = endpoint.commit(Deadline::never());
        require(outcome == Outcome::PeerClosed, fmt::format("outcome {}", static_cast<int>(outcome)));
    });
    channel.bothStarted();
    QVERIFY(sender->talk().hear(Deadline::after(generous)));
    receiver->kill();
    QCOMPARE(text(sender->finish(Deadline::after(limitOfNoticing))), QString());
}

void MechanismConformance::messageCutByAKillIsTruncated_data()
{
    addRows([](const Case& row) {
        return row.boundaries() != Boundaries::Kept && row.traits().peerExit == PeerExit::Noticed;
    });
}

void MechanismConformance::messageCutByAKillIsTruncated()
{
    QFETCH(Case, row);
    constexpr std::size_t tooLargeToFit = 16 << 20;
    ChannelFixture channel(row, tooLargeToFit, *m_journal);
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk& talk) {
        // None, or as many as the sender itself may hold.
        constexpr std::uint64_t fewMessages = 16;
        require(fillChannel(endpoint, tooLargeToFit).messages < fewMessages, "all of it fitted");
        require(endpoint.counts().partialTransfers == 1, "a partial transfer was not counted");
        talk.tell(1);
        talk.hear(Deadline::after(generous));
    });
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk& talk) {
        talk.hear(Deadline::after(generous));
        require(endpoint.receive(Deadline::never()).outcome == Outcome::Truncated, "the cut was not seen");
    });
    channel.bothStarted();
    QVERIFY(sender->talk().hear(Deadline::after(generous)));
    sender->kill();
    receiver->talk().tell(1);
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
    ChannelFixture channel(row, mixedLargest, *m_journal);
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

void MechanismConformance::pollDescriptorFollowsTheWaits()
{
    QFETCH(Case, row);
    const std::size_t size = smallSizeOf(row);
    ChannelFixture channel(row, size, *m_journal);
    const auto receiver = channel.start(
        ChannelEnd::Receiver, [](Endpoint&, const Talk& talk) { talk.hear(Deadline::after(generous)); });
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk&) {
        require(row.wait != Wait::Poll || endpoint.pollDescriptor() >= 0, "there is nothing to poll");
    });
    QCOMPARE(text(sender->finish()), QString());
    receiver->talk().tell(1);
    QCOMPARE(text(receiver->finish()), QString());
}

void MechanismConformance::lostMessagesAreCounted()
{
    QFETCH(Case, row);
    const std::size_t size = smallSizeOf(row);
    constexpr std::uint64_t many = 20'000;
    ChannelFixture channel(row, size, *m_journal);
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
