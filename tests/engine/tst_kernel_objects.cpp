#include "engine/base/mapping.h"
#include "engine/base/name_journal.h"
#include "engine/mechanisms/catalog.h"
#include "tests/support/case_rows.h"
#include "tests/support/run_fixture.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fmt/format.h>
#include <mqueue.h>
#include <pwd.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

using namespace ipclab;

namespace {

constexpr std::size_t smallSize = 64;

/// What the journal on disk lists.
std::vector<NamedObject> journaledObjects(const NameJournal& journal)
{
    std::vector<NamedObject> objects;
    std::ifstream file(journal.path());
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string sign;
        std::string kind;
        std::string name;
        if (!(words >> sign >> kind >> name) || sign != "+")
            continue;
        for (int index = 0; index <= static_cast<int>(NameKind::SystemVSemaphore); ++index)
            if (word(static_cast<NameKind>(index)) == kind)
                objects.push_back({static_cast<NameKind>(index), name});
    }
    return objects;
}

std::optional<mode_t> modeOfFile(const std::string& path)
{
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? std::optional(status.st_mode & 07777U) : std::nullopt;
}

std::optional<mode_t> modeOfQueue(const std::string& name)
{
    const UniqueFd queue(::mq_open(name.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    return queue && ::fstat(queue.get(), &status) == 0 ? std::optional(status.st_mode & 07777U)
                                                       : std::nullopt;
}

std::optional<mode_t> modeOfSystemV(NameKind kind, key_t key)
{
    union semun {
        int value;
        semid_ds* status;
    };
    msqid_ds queue{};
    shmid_ds memory{};
    semid_ds semaphores{};
    semun argument{};
    argument.status = &semaphores;
    if (kind == NameKind::SystemVQueue && ::msgctl(::msgget(key, 0), IPC_STAT, &queue) == 0)
        return queue.msg_perm.mode & 0777U;
    if (kind == NameKind::SystemVSharedMemory && ::shmctl(::shmget(key, 0, 0), IPC_STAT, &memory) == 0)
        return memory.shm_perm.mode & 0777U;
    if (kind == NameKind::SystemVSemaphore && ::semctl(::semget(key, 0, 0), 0, IPC_STAT, argument) == 0)
        return semaphores.sem_perm.mode & 0777U;
    return std::nullopt;
}

/// Asked of the kernel by the name alone.
std::optional<mode_t> modeOf(const NamedObject& object)
{
    switch (object.kind) {
    case NameKind::Path:
        return modeOfFile(object.name);
    case NameKind::PosixQueue:
        return modeOfQueue(object.name);
    case NameKind::PosixSharedMemory:
        return modeOfFile("/dev/shm" + object.name);
    case NameKind::PosixSemaphore:
        return modeOfFile("/dev/shm/sem." + object.name.substr(1));
    default:
        return modeOfSystemV(object.kind, std::stoi(object.name));
    }
}

bool isSystemV(NameKind kind)
{
    return kind >= NameKind::SystemVQueue;
}

bool isShownAs(const KernelObject& object, const NamedObject& named)
{
    const std::string shown = isSystemV(named.kind) ? fmt::format("key {:#010x}", std::stoi(named.name))
                                                    : named.name.substr(named.name.rfind('/') + 1);
    return object.name.find(shown) != std::string::npos;
}

/// With the first wait of each only.
void addFirstRows(bool (*isMeant)(const Case&))
{
    addRows([isMeant](const Case& row) { return row.wait == row.traits().waits.front() && isMeant(row); });
}

bool placesMappingsAtRandom()
{
    return readSmallFile("/proc/sys/kernel/randomize_va_space").front() != '0';
}

std::string ownName()
{
    const passwd* const entry = ::getpwuid(::geteuid());
    return entry != nullptr ? entry->pw_name : std::to_string(::geteuid());
}

} // namespace

/// What a run is made of, as it is shown and as the kernel has it (S06, S11).
class KernelObjects : public QObject {
    Q_OBJECT

private slots:
    void init() { m_journal = std::make_unique<NameJournal>(m_directory.path().toStdString()); }
    void cleanup()
    {
        m_journal.reset();
        QVERIFY(QDir(m_directory.path()).isEmpty());
    }

    void everyObjectSaysWhoseItIs_data()
    {
        addFirstRows([](const Case&) { return true; });
    }
    void everyObjectSaysWhoseItIs();
    void namesAreForThisUserOnlyAndListed_data()
    {
        addFirstRows([](const Case&) { return true; });
    }
    void namesAreForThisUserOnlyAndListed();
    void aPipeIsKnownByItsInode();
    void whatTheWorkersMakeIsListed();
    void sharedMemoryLiesElsewhereInEachWorker_data()
    {
        addFirstRows([](const Case& row) { return row.traits().family == Family::SharedMemory; });
    }
    void sharedMemoryLiesElsewhereInEachWorker();

private:
    std::unique_ptr<Channel> openChannel(const Case& row) const
    {
        return row.mechanism->open({row.options, smallSize, 1, 1, *m_journal});
    }

    QTemporaryDir m_directory;
    std::unique_ptr<NameJournal> m_journal;
};

void KernelObjects::everyObjectSaysWhoseItIs()
{
    QFETCH(Case, row);
    const std::vector<KernelObject> objects = openChannel(row)->objects();
    QVERIFY(!objects.empty());
    for (const KernelObject& object : objects) {
        QVERIFY(!object.kind.empty() && !object.name.empty());
        const bool isAnonymous = object.name.starts_with("anon_inode:");
        QCOMPARE(object.hasOwnInode(), !isAnonymous);
        QCOMPARE(object.owner, object.hasOwnInode() ? ownName() : std::string());
        QVERIFY2(object.inode != 0 || object.device == 0, object.name.c_str());
        QVERIFY2(object.addresses.empty(), "nobody has mapped it yet");
    }
}

void KernelObjects::namesAreForThisUserOnlyAndListed()
{
    QFETCH(Case, row);
    const std::unique_ptr<Channel> channel = openChannel(row);
    const std::vector<KernelObject> objects = channel->objects();
    for (const NamedObject& named : journaledObjects(*m_journal)) {
        const std::optional<mode_t> mode = modeOf(named);
        QVERIFY2(mode, describe(named).c_str());
        QVERIFY2(*mode == (S_IRUSR | S_IWUSR),
                 fmt::format("{} has mode {:04o}", describe(named), *mode).c_str());
        const auto shown =
            std::ranges::find_if(objects, [&](const KernelObject& each) { return isShownAs(each, named); });
        QVERIFY2(shown != objects.end(), (describe(named) + " is not listed").c_str());
    }
}

void KernelObjects::aPipeIsKnownByItsInode()
{
    const std::unique_ptr<Channel> channel =
        openChannel({.mechanism = findMechanism("pipe"),
                     .options = withDefaults(findMechanism("pipe")->info().options, {})});
    const UniqueFd end = std::move(channel->invite({ChannelEnd::Sender, 0}).descriptors.at(0));
    struct stat status {};
    QCOMPARE(::fstat(end.get(), &status), 0);
    const KernelObject pipe = channel->objects().at(0);
    QCOMPARE(pipe.inode, static_cast<std::uint64_t>(status.st_ino));
    QCOMPARE(pipe.name, fmt::format("pipe:[{}]", status.st_ino));
}

void KernelObjects::whatTheWorkersMakeIsListed()
{
    const auto kinds = [this](const char* id) {
        const Mechanism* mechanism = findMechanism(id);
        std::multiset<std::string> found;
        if (!mechanism->unavailable())
            for (const KernelObject& object :
                 openChannel({.mechanism = mechanism, .options = withDefaults(mechanism->info().options, {})})
                     ->objects())
                found.insert(object.kind);
        return found;
    };
    const std::multiset<std::string> ofSignal = kinds("signal");
    QVERIFY(ofSignal.contains("signalfd") && ofSignal.contains("pidfd"));
    if (const std::multiset<std::string> ofRing = kinds("io_uring"); !ofRing.empty())
        QCOMPARE(ofRing.count("io_uring"), std::size_t{2});
}

void KernelObjects::sharedMemoryLiesElsewhereInEachWorker()
{
    QFETCH(Case, row);
    Experiment experiment = shortExperiment(row.mechanism->info().id, Exchange::RoundTrip);
    experiment.mechanismOptions = row.options;
    const FollowedRun run = follow(experiment);
    QVERIFY2(!run.failure, run.failure ? run.failure->sentence().c_str() : "");
    std::map<std::string, std::set<std::uint64_t>> addresses;
    std::size_t memories = 0;
    for (const KernelObject& object : run.result.objects) {
        memories += object.addresses.empty() ? 0U : 1U;
        for (const MappedAddress& mapped : object.addresses)
            addresses[mapped.worker].insert(mapped.address);
    }
    QCOMPARE(addresses.size(), std::size_t{2});
    QVERIFY(memories > 0);
    for (const auto& [worker, mapped] : addresses)
        QCOMPARE(mapped.size(), memories);
    if (!placesMappingsAtRandom())
        QSKIP("addresses are not random on this host (kernel.randomize_va_space is 0)");
    QVERIFY(addresses["sender"] != addresses["receiver"]);
}

QTEST_GUILESS_MAIN(KernelObjects)
#include "tst_kernel_objects.moc"
