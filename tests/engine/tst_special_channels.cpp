#include "engine/base/failure.h"
#include "engine/mechanisms/catalog.h"
#include "engine/mechanisms/sockets/packet_pair.h"
#include "tests/support/both_ends.h"
#include "tests/support/case_rows.h"
#include "tests/support/failure_text.h"
#include "tests/support/skip_unavailable.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t size = 64;
constexpr uid_t nobody = 65534;

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

/// The memory file that a packet of the socket brings.
UniqueFd takePassed(const UniqueFd& socket)
{
    std::byte byte{};
    iovec part{&byte, 1};
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    check(::recvmsg(socket.get(), &message, MSG_CMSG_CLOEXEC), "recvmsg");
    int descriptor = -1;
    std::memcpy(&descriptor, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof descriptor);
    return UniqueFd(descriptor);
}

void lowerDescriptorLimit(rlim_t limit)
{
    const rlimit lowered{limit, limit};
    check(::setrlimit(RLIMIT_NOFILE, &lowered), "setrlimit");
}

/// The lowest descriptor that is free.
rlim_t firstFreeDescriptor()
{
    const UniqueFd probe(check(::dup(STDERR_FILENO), "dup"));
    return static_cast<rlim_t>(probe.get());
}

} // namespace

/// What single mechanisms promise beyond what they all do.
class TestSpecialChannels : public QObject {
    Q_OBJECT

private slots:
    void init() { m_journal = std::make_unique<NameJournal>(m_directory.path().toStdString()); }
    void cleanup() { m_journal.reset(); }

    void aPacketPairHoldsExactlyItsLength_data();
    void aPacketPairHoldsExactlyItsLength();
    void anUnsealedFileIsNotTrusted();
    void aSentMessageCanBeChangedByNobody();
    void exhaustedDescriptorsAreExplained();
    void tooManyDescriptorsOnTheirWayAreExplained();
    void aCounterIsTakenAtOnce();
    void aSemaphoreIsTakenOneByOne();
    void aRingSendsManyMessagesWithOneCall();
    void aRingOfDepthOneSendsEachAlone();
    void whatARingHoldsBackGoesWithAFlush();
    void anOfferingSenderWaitsUntilItsMessagesWereRead();
    void pagesInTurnAreNotWrittenTooEarly();

private:
    QTemporaryDir m_directory;
    std::unique_ptr<NameJournal> m_journal;
};

void TestSpecialChannels::aPacketPairHoldsExactlyItsLength_data()
{
    QTest::addColumn<int>("length");
    for (const int length : {1, 8, 16, 100, 256})
        QTest::addRow("%d", length) << length;
}

void TestSpecialChannels::aPacketPairHoldsExactlyItsLength()
{
    QFETCH(int, length);
    constexpr std::array<std::byte, 16> packet{};
    constexpr std::uint64_t fewest = 8; // the kernel's smallest buffer holds fewer than that
    const PacketPair pair =
        makePacketPair(static_cast<std::uint64_t>(length), packet.size(), PacketContent::Bytes);
    std::uint64_t sent = 0;
    while (sendPacket(pair.sender, packet, -1, Deadline::immediately()) >= 0)
        ++sent;
    QCOMPARE(sent, pair.length);
    QVERIFY(pair.length == static_cast<std::uint64_t>(length) || pair.length < fewest);
}

void TestSpecialChannels::anUnsealedFileIsNotTrusted()
{
    const Case row = blockingCase("descriptor_passing");
    BothEnds ends(row, size, *m_journal);
    const UniqueFd socket = std::move(ends.channel.invitation(ChannelEnd::Sender).descriptors.at(0));
    for (const int seals : {0, F_SEAL_GROW | F_SEAL_SHRINK, F_SEAL_WRITE}) {
        const UniqueFd file(check(::memfd_create("forged", MFD_CLOEXEC | MFD_ALLOW_SEALING), "memfd_create"));
        check(::ftruncate(file.get(), size), "ftruncate");
        check(::fcntl(file.get(), F_ADD_SEALS, seals), "F_ADD_SEALS");
        constexpr std::array<std::byte, 1> packet{};
        check(sendPacket(socket, packet, file.get(), Deadline::immediately()), "sendmsg");
        const std::string sentence = failureOf([&] { ends.receiver->receive(Deadline::immediately()); });
        QVERIFY2(contains(sentence, "not sealed"), sentence.c_str());
    }
    sendNumbered(*ends.sender, Wait::Block, 7, size);
    receiveNumbered(*ends.receiver, row, 7, size);
}

void TestSpecialChannels::aSentMessageCanBeChangedByNobody()
{
    const Case row = blockingCase("descriptor_passing");
    BothEnds ends(row, size, *m_journal);
    const UniqueFd socket = std::move(ends.channel.invitation(ChannelEnd::Receiver).descriptors.at(0));
    sendNumbered(*ends.sender, Wait::Block, 7, size);
    const UniqueFd file = takePassed(socket);
    QVERIFY(::write(file.get(), "x", 1) < 0 && errno == EPERM);
    QVERIFY(::ftruncate(file.get(), 0) < 0 && errno == EPERM);
    QVERIFY(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0) == MAP_FAILED &&
            errno == EPERM);
    QVERIFY(::fcntl(file.get(), F_ADD_SEALS, F_SEAL_SEAL) == 0); // no more than that
}

void TestSpecialChannels::exhaustedDescriptorsAreExplained()
{
    const Case row = blockingCase("descriptor_passing");
    TestProcess process([&](const Talk&) {
        BothEnds ends(row, size, *m_journal);
        sendNumbered(*ends.sender, Wait::Block, 0, size);
        lowerDescriptorLimit(firstFreeDescriptor());
        std::string sentence = failureOf([&] { ends.sender->reserve(size, Deadline::never()); });
        require(contains(sentence, "EMFILE") && contains(sentence, "ulimit -n"),
                "of the sender: " + sentence);
        sentence = failureOf([&] { ends.receiver->receive(Deadline::immediately()); });
        require(contains(sentence, "EMFILE") && contains(sentence, "ulimit -n"),
                "of the receiver: " + sentence);
    });
    QCOMPARE(text(process.finish()), QString());
}

void TestSpecialChannels::tooManyDescriptorsOnTheirWayAreExplained()
{
    const Case row = blockingCase("descriptor_passing", {{"queue_length", "200"}});
    TestProcess process([&](const Talk&) {
        if (::geteuid() == 0) // whom the limit does not bind
            check(::setuid(nobody), "setuid");
        BothEnds ends(row, size, *m_journal);
        lowerDescriptorLimit(firstFreeDescriptor() + 2);
        const std::string sentence = failureOf([&] {
            for (std::uint64_t number = 0; number < 200; ++number)
                sendNumbered(*ends.sender, Wait::Block, number, size);
        });
        require(contains(sentence, "ETOOMANYREFS") && contains(sentence, "RLIMIT_NOFILE"),
                "it says: " + sentence);
    });
    QCOMPARE(text(process.finish()), QString());
}

void TestSpecialChannels::aCounterIsTakenAtOnce()
{
    const Case row = blockingCase("eventfd", {{"mode", "counter"}});
    BothEnds ends(row, 8, *m_journal);
    for (std::uint64_t number = 0; number < 3; ++number)
        sendNumbered(*ends.sender, Wait::Block, number, 8);
    QCOMPARE(ends.channel.channel().kernelFill(), std::optional<std::uint64_t>(3));
    for (std::uint64_t number = 0; number < 3; ++number)
        receiveNumbered(*ends.receiver, row, number, 8);
    QCOMPARE(ends.receiver->counts().systemCalls, std::uint64_t{1});
    QCOMPARE(ends.channel.channel().kernelFill(), std::optional<std::uint64_t>(0));
    QVERIFY(ends.receiver->receive(Deadline::immediately()).outcome == Outcome::WouldBlock);
}

void TestSpecialChannels::aSemaphoreIsTakenOneByOne()
{
    const Case row = blockingCase("eventfd", {{"mode", "semaphore"}});
    BothEnds ends(row, 8, *m_journal);
    for (std::uint64_t number = 0; number < 3; ++number)
        sendNumbered(*ends.sender, Wait::Block, number, 8);
    for (std::uint64_t left = 3; left > 0; --left) {
        QCOMPARE(ends.channel.channel().kernelFill(), std::optional<std::uint64_t>(left));
        receiveNumbered(*ends.receiver, row, 0, 8);
    }
    QCOMPARE(ends.receiver->counts().systemCalls, std::uint64_t{6}); // each makes room as well
    QVERIFY(ends.receiver->receive(Deadline::immediately()).outcome == Outcome::WouldBlock);
}

void TestSpecialChannels::aRingSendsManyMessagesWithOneCall()
{
    if (const auto lack = findMechanism("io_uring")->unavailable())
        QSKIP(lack->clause().c_str());
    const Case row = blockingCase("io_uring", {{"depth", "16"}});
    BothEnds ends(row, size, *m_journal);
    for (std::uint64_t number = 0; number < 64; ++number)
        sendNumbered(*ends.sender, Wait::Block, number, 1 + number);
    QCOMPARE(ends.sender->counts().systemCalls, std::uint64_t{8});
    for (std::uint64_t number = 0; number < 64; ++number)
        receiveNumbered(*ends.receiver, row, number, 1 + number);
    QVERIFY(ends.receiver->counts().systemCalls < 32);
}

void TestSpecialChannels::aRingOfDepthOneSendsEachAlone()
{
    if (const auto lack = findMechanism("io_uring")->unavailable())
        QSKIP(lack->clause().c_str());
    const Case row = blockingCase("io_uring", {{"depth", "1"}});
    BothEnds ends(row, size, *m_journal);
    for (std::uint64_t number = 0; number < 64; ++number)
        sendNumbered(*ends.sender, Wait::Block, number, size);
    QCOMPARE(ends.sender->counts().systemCalls, std::uint64_t{64});
    for (std::uint64_t number = 0; number < 64; ++number)
        receiveNumbered(*ends.receiver, row, number, size);
}

void TestSpecialChannels::whatARingHoldsBackGoesWithAFlush()
{
    if (const auto lack = findMechanism("io_uring")->unavailable())
        QSKIP(lack->clause().c_str());
    const Case row = blockingCase("io_uring", {{"depth", "16"}});
    BothEnds ends(row, size, *m_journal);
    // Five each time: the slots come round in the middle of what goes together.
    for (std::uint64_t number = 0; number < 100; number += 5) {
        for (std::uint64_t next = number; next < number + 5; ++next)
            sendNumbered(*ends.sender, Wait::Block, next, size);
        QVERIFY(ends.receiver->receive(Deadline::immediately()).outcome == Outcome::WouldBlock);
        ends.sender->flush();
        for (std::uint64_t next = number; next < number + 5; ++next)
            receiveNumbered(*ends.receiver, row, next, size);
    }
}

void TestSpecialChannels::anOfferingSenderWaitsUntilItsMessagesWereRead()
{
    if (const auto lack = findMechanism("process_vm")->unavailable())
        QSKIP(lack->clause().c_str());
    const Case row = blockingCase("process_vm", {{"direction", "receiver_reads"}});
    constexpr std::uint64_t count = 4;
    ChannelFixture channel(row, size, *m_journal);
    const auto sender = channel.start(ChannelEnd::Sender, [&](Endpoint& endpoint, const Talk& talk) {
        for (std::uint64_t number = 0; number < count; ++number)
            sendNumbered(endpoint, row.wait, number, size);
        talk.tell(count);
    });
    const auto receiver = channel.start(ChannelEnd::Receiver, [&](Endpoint& endpoint, const Talk& talk) {
        talk.hear(Deadline::after(30s));
        for (std::uint64_t number = 0; number < count; ++number)
            receiveNumbered(endpoint, row, number, size);
    });
    channel.bothStarted();
    QVERIFY(sender->talk().hear(Deadline::after(30s)));
    QCOMPARE(text(sender->finish(Deadline::after(50ms))), QString("still running"));
    receiver->talk().tell(1);
    QCOMPARE(text(receiver->finish()), QString());
    QCOMPARE(text(sender->finish()), QString());
}

/// Sizes that make the pages come round in every way; the pipe is always as full as it gets.
void TestSpecialChannels::pagesInTurnAreNotWrittenTooEarly()
{
    if (const auto lack = findMechanism("pipe_splice")->unavailable())
        QSKIP(lack->clause().c_str());
    for (const char* method : {"vmsplice", "gift"}) {
        const Case row = blockingCase("pipe_splice", {{"method", method}});
        constexpr std::size_t largest = 40'000;
        BothEnds ends(row, largest, *m_journal);
        std::uint64_t sent = 0;
        std::uint64_t received = 0;
        const auto sizeOf = [](std::uint64_t number) { return 1 + number * number * 7919 % largest; };
        Outcome outcome = Outcome::Done;
        while (received < 3000) {
            if (outcome == Outcome::Done) {
                const std::size_t next = sizeOf(sent);
                fillNumbered({ends.sender->reserve(next, Deadline::immediately()).place, next}, sent);
                ++sent;
            }
            outcome = ends.sender->commit(Deadline::immediately());
            if (outcome == Outcome::Done)
                continue;
            const Received message = ends.receiver->receive(Deadline::immediately());
            if (message.outcome != Outcome::Done)
                continue;
            QCOMPARE(message.message.size(), sizeOf(received));
            QVERIFY2(isNumbered(message.message, received), method);
            ++received;
        }
    }
}

QTEST_GUILESS_MAIN(TestSpecialChannels)
#include "tst_special_channels.moc"
