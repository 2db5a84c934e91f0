#include "engine/base/private_directory.h"
#include "engine/mechanisms/catalog.h"
#include "engine/mechanisms/locks/lock_kind.h"
#include "tests/support/case_rows.h"
#include "tests/support/run_fixture.h"
#include "tests/support/stranger.h"

#include <QDir>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <unistd.h>

using namespace ipclab;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(ipclab::StartOrder)

namespace {

constexpr std::size_t smallSize = 64;
constexpr auto generous = 30s;

/// What the workers of a channel may know before they meet: nothing but a name.
void addNamedRows()
{
    QTest::addColumn<Case>("row");
    for (const Case& row : allCases())
        if (row.wait == row.traits().waits.front() && !row.mechanism->whyNotByName(row.options, row.wait))
            QTest::newRow(row.name.c_str()) << row;
}

Case caseOf(const char* mechanism, const char* option = nullptr, const char* choice = nullptr)
{
    const Mechanism* found = findMechanism(mechanism);
    Case row{.mechanism = found, .options = withDefaults(found->info().options, {}), .name = mechanism};
    if (option != nullptr)
        row.options.set(option, choice);
    return row;
}

/// One end of a channel in a process of its own. It tells of the first refusal, and of the end's being
/// joined.
std::unique_ptr<TestProcess> joinByName(const Case& row, Channel& channel, ChannelEnd end)
{
    Invitation invitation = channel.invite({end, 0});
    if (!invitation.descriptors.empty())
        throw std::runtime_error("a stranger would inherit a descriptor");
    return std::make_unique<TestProcess>([&](const Talk& talk) {
        bool isFirst = true;
        const auto refused = [&](int error) {
            if (std::exchange(isFirst, false))
                talk.tell(static_cast<std::uint64_t>(error));
        };
        const auto endpoint = row.mechanism->join(
            {end, 0}, std::move(invitation), {row.options, smallSize, row.wait, Rendezvous::ByName, refused});
        if (end == ChannelEnd::Sender)
            sendNumbered(*endpoint, row.wait, 7, smallSize);
        else
            receiveNumbered(*endpoint, row, 7, smallSize);
    });
}

} // namespace

/// Processes that know nothing of each other but a name (S08, S27).
class TestRendezvous : public QObject {
    Q_OBJECT

private slots:
    void init() { m_journal = std::make_unique<NameJournal>(m_directory.path().toStdString()); }
    void cleanup()
    {
        m_journal.reset();
        QVERIFY(QDir(m_directory.path()).isEmpty());
    }

    void strangersMeetInEitherOrder_data()
    {
        addNamedRows();
        for (const LockKind& lock : lockKinds()) {
            Case row = caseOf("shared_memory", "memory", "posix");
            row.options.set("lock", std::string(lock.id));
            row.name += fmt::format(", posix, {}", lock.id);
            if (lock.id != "mutex" && !row.mechanism->whyNotByName(row.options, row.wait))
                QTest::newRow(row.name.c_str()) << row;
        }
    }
    void strangersMeetInEitherOrder()
    {
        QFETCH(Case, row);
        for (const ChannelEnd first : {ChannelEnd::Sender, ChannelEnd::Receiver}) {
            const ChannelEnd second = first == ChannelEnd::Sender ? ChannelEnd::Receiver : ChannelEnd::Sender;
            const auto channel = open(row);
            const auto early = joinByName(row, *channel, first);
            const auto late = joinByName(row, *channel, second);
            channel->workersStarted();
            QCOMPARE(text(late->finish(Deadline::after(generous))), QString());
            QCOMPARE(text(early->finish(Deadline::after(generous))), QString());
        }
    }

    /// Who comes first is refused, says so, and goes on when the other has come.
    void aSenderWithoutReceiverIsRefusedFirst_data()
    {
        QTest::addColumn<Case>("row");
        QTest::addColumn<int>("error");
        QTest::newRow("fifo") << caseOf("fifo", "open", "non-blocking") << ENXIO;
        QTest::newRow("path") << caseOf("unix_stream", "name", "path") << ENOENT;
        QTest::newRow("abstract name") << caseOf("unix_seqpacket", "name", "abstract") << ECONNREFUSED;
        QTest::newRow("path, datagrams") << caseOf("unix_datagram", "name", "path") << ENOENT;
    }
    void aSenderWithoutReceiverIsRefusedFirst()
    {
        QFETCH(Case, row);
        QFETCH(int, error);
        const auto channel = open(row);
        const auto sender = joinByName(row, *channel, ChannelEnd::Sender);
        QCOMPARE(sender->talk().hear(Deadline::after(generous)),
                 std::optional(static_cast<std::uint64_t>(error)));
        const auto receiver = joinByName(row, *channel, ChannelEnd::Receiver);
        channel->workersStarted();
        QCOMPARE(text(receiver->finish(Deadline::after(generous))), QString());
        QCOMPARE(text(sender->finish(Deadline::after(generous))), QString());
    }

    void aRunOfStrangersIsMeasuredLikeAnyOther_data() { addNamedRows(); }
    void aRunOfStrangersIsMeasuredLikeAnyOther()
    {
        QFETCH(Case, row);
        Experiment experiment = shortExperiment(row.mechanism->info().id, Exchange::RoundTrip);
        experiment.mechanismOptions = row.options;
        experiment.rendezvous = Rendezvous::ByName;
        experiment.wait = row.wait;
        if (row.boundaries() == Boundaries::None)
            experiment.messageSize = 1000;
        std::vector<int> sessions;
        std::vector<int> pids;
        const FollowedRun run = follow(experiment, [&](Run&, const RunEvent& event) {
            const auto* started = std::get_if<WorkersStarted>(&event);
            for (std::size_t index = 0; started != nullptr && index < started->workers.size(); ++index) {
                pids.push_back(started->workers[index].pid);
                sessions.push_back(::getsid(pids.back()));
            }
        });
        QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
        QVERIFY(run.result.summary.messagesReceived > 0);
        QCOMPARE(sessions, pids); // each leads a session of its own
        QVERIFY(run.result.summary.timeToMeet > 0ns);
        for (const WorkerResult& worker : run.result.workers) {
            QVERIFY(worker.joinedAfter > 0ns);
            QVERIFY(run.result.summary.timeToMeet < 10s);
        }
        QVERIFY(!run.result.objects.empty());
    }

    void whoOpensAFifoFirstDoesAsItsOpenSays_data()
    {
        QTest::addColumn<StartOrder>("order");
        QTest::addColumn<QString>("open");
        QTest::addColumn<QString>("happened");
        const QString sleeps = "waiting for somebody to open the other end of the FIFO";
        QTest::newRow("writer") << StartOrder::SenderEarly << "blocking"
                                << "sender: alone for [0-9.]+ m?s, it .*" + sleeps;
        QTest::newRow("reader") << StartOrder::ReceiverEarly << "blocking"
                                << "receiver: alone for [0-9.]+ m?s, it .*" + sleeps;
        QTest::newRow("writer that does not wait") << StartOrder::SenderEarly << "non-blocking"
                                                   << "sender: was refused [0-9]+ times with ENXIO";
    }
    void whoOpensAFifoFirstDoesAsItsOpenSays()
    {
        QFETCH(StartOrder, order);
        QFETCH(QString, open);
        QFETCH(QString, happened);
        Experiment experiment = shortExperiment("fifo");
        experiment.rendezvous = Rendezvous::ByName;
        experiment.mechanismOptions.set("open", open.toStdString());
        experiment.start = order;
        experiment.startGap = 100ms;
        const FollowedRun run = follow(experiment);
        QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
        QString told;
        for (const LoggedEvent& event : run.result.events)
            told += text(event.worker) + ": " + text(event.text) + "\n";
        QVERIFY2(told.contains(QRegularExpression(happened)), qPrintable(told));
        QVERIFY2(run.result.summary.timeToMeet >= 50ms, qPrintable(told));
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
    }

    void anyPairMayHaveOneWhoIsEarly_data()
    {
        QTest::addColumn<Case>("row");
        for (const char* id : {"pipe", "unix_stream", "shm_ring", "posix_mq"})
            QTest::newRow(id) << caseOf(id);
    }
    void anyPairMayHaveOneWhoIsEarly()
    {
        QFETCH(Case, row);
        for (const StartOrder order : {StartOrder::SenderEarly, StartOrder::ReceiverEarly}) {
            Experiment experiment = shortExperiment(row.mechanism->info().id);
            experiment.start = order;
            experiment.startGap = 20ms;
            experiment.messages = 1'000;
            const FollowedRun run = follow(experiment);
            QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
            QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
            QCOMPARE(run.result.summary.messagesReceived, experiment.messages);
        }
    }

    void aStrangerIsTurnedAwayAndNamedInTheEvents()
    {
        Experiment experiment = shortExperiment("unix_stream");
        experiment.mechanismOptions.set("name", "path");
        experiment.start = StartOrder::ReceiverEarly;
        experiment.startGap = 300ms;
        std::optional<Stranger> stranger;
        const FollowedRun run = follow(experiment, [&](Run&, const RunEvent& event) {
            const QDir directory(QString::fromStdString(privateDirectory()));
            for (const QFileInfo& file : directory.entryInfoList(QDir::System | QDir::Files))
                if (std::holds_alternative<WorkersStarted>(event) && !file.isFile())
                    stranger.emplace(std::string(32, 'x') + " " + file.filePath().toStdString(),
                                     "unix_stream");
        });
        QVERIFY(stranger);
        const std::vector<LoggedEvent>& events = run.result.events;
        const std::string who = "Process " + std::to_string(::getpid()) + " of user";
        QVERIFY(std::ranges::any_of(events, [&](const LoggedEvent& event) {
            return event.kind == EventKind::Warning && event.worker == "receiver" &&
                   event.text.starts_with(who) && event.text.ends_with("turned away.");
        }));
        QVERIFY2(run.result.checksHold(), violatedChecks(run.result).c_str());
    }

    void relatedWorkersStayInOurSession()
    {
        int session = 0;
        const FollowedRun run = follow(shortExperiment("pipe"), [&](Run&, const RunEvent& event) {
            if (const auto* started = std::get_if<WorkersStarted>(&event))
                session = ::getsid(started->workers.front().pid);
        });
        QCOMPARE(session, ::getsid(0));
        QVERIFY(run.result.summary.timeToMeet > 0ns);
    }

    void whatHasNoNameIsRefusedWithTheReason_data()
    {
        QTest::addColumn<Case>("row");
        QTest::addColumn<QString>("reason");
        QTest::newRow("pipe") << caseOf("pipe") << "inherit";
        QTest::newRow("socket pair") << caseOf("unix_stream") << "socket pair has none";
        QTest::newRow("memory file") << caseOf("shm_ring") << "memory file has none";
        QTest::newRow("tcp") << caseOf("tcp") << "port";
    }
    void whatHasNoNameIsRefusedWithTheReason()
    {
        QFETCH(Case, row);
        QFETCH(QString, reason);
        Experiment experiment = shortExperiment(row.mechanism->info().id);
        experiment.rendezvous = Rendezvous::ByName;
        const std::vector<Problem> found = problems(experiment);
        QCOMPARE(found.size(), std::size_t{1});
        QCOMPARE(found.front().key, std::string("rendezvous"));
        QVERIFY2(text(found.front().sentence).contains(reason), found.front().sentence.c_str());
    }

private:
    std::unique_ptr<Channel> open(const Case& row) const
    {
        return row.mechanism->open({.options = row.options,
                                    .largestMessage = smallSize,
                                    .journal = *m_journal,
                                    .wait = row.wait,
                                    .rendezvous = Rendezvous::ByName});
    }

    QTemporaryDir m_directory;
    std::unique_ptr<NameJournal> m_journal;
};

QTEST_GUILESS_MAIN(TestRendezvous)
#include "tst_rendezvous.moc"
