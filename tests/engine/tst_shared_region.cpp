#include "engine/mechanisms/memory/shared_region.h"

#include "engine/mechanisms/memory/region_limits.h"
#include "engine/mechanisms/memory/region_refusal.h"
#include "tests/support/failure_text.h"
#include "tests/support/own_namespaces.h"
#include "tests/support/test_process.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include <cstring>
#include <functional>
#include <numeric>
#include <span>

using namespace ipclab;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(ipclab::RegionKind)

namespace {

constexpr auto generous = 30s;
constexpr std::size_t someBytes = 300'000;
constexpr const char* label = "ipclab-test";

Options chosen(const std::string& memory, const std::string& hugePages = "off")
{
    Options options;
    options.set("memory", memory);
    options.set("huge_pages", hugePages);
    return options;
}

RegionRequest requestFor(RegionKind kind, std::size_t bytes = someBytes)
{
    RegionRequest request = regionRequest(chosen("memfd"), bytes);
    request.kind = kind;
    return request;
}

void requireRefusal(const std::string& sentence, const std::vector<std::string>& parts)
{
    for (const std::string& part : parts)
        require(sentence.find(part) != std::string::npos, sentence + " does not say: " + part);
}

/// The whole numbers 0, 1, 2 … in all of it.
void fillAll(std::byte* data, std::size_t size)
{
    const std::span numbers(reinterpret_cast<std::uint32_t*>(data), size / sizeof(std::uint32_t));
    std::iota(numbers.begin(), numbers.end(), 0U);
}

bool isFilled(const std::byte* data, std::size_t size)
{
    std::vector<std::byte> expected(size);
    fillAll(expected.data(), size);
    return std::memcmp(data, expected.data(), size) == 0;
}

/// What a region's name stands for is there; nothing for memory without a name.
std::optional<mode_t> modeOf(RegionKind kind, const std::string& name)
{
    struct stat status {};
    if (kind == RegionKind::File && ::lstat(name.c_str(), &status) == 0)
        return status.st_mode & 0777;
    if (kind == RegionKind::Posix && ::lstat((posixMemoryDirectory + name).c_str(), &status) == 0)
        return status.st_mode & 0777;
    shmid_ds segment{};
    if (kind == RegionKind::SystemV && ::shmctl(::shmget(std::stoi(name), 0, 0), IPC_STAT, &segment) == 0)
        return segment.shm_perm.mode & 0777;
    return std::nullopt;
}

void writeNumber(const char* path, const std::string& number)
{
    const UniqueFd file(check(::open(path, O_WRONLY | O_CLOEXEC), path));
    check(::write(file.get(), number.data(), number.size()), path);
}

constexpr std::uint64_t couldNot = 1;

} // namespace

class SharedRegionTest : public QObject {
    Q_OBJECT

private slots:
    void init() { m_journal = std::make_unique<NameJournal>(m_directory.path().toStdString()); }
    /// After each test: no name, and an empty journal would be gone too.
    void cleanup()
    {
        m_journal.reset();
        QVERIFY(QDir(m_directory.path()).isEmpty());
        QVERIFY(QDir(posixMemoryDirectory).entryList({QString("ipclab-%1-*").arg(::getpid())}).isEmpty());
    }

    void twoProcessesSeeTheSameBytes_data() { addKinds(); }
    void twoProcessesSeeTheSameBytes();
    void newMemoryIsWholePagesOfZeros_data() { addKinds(); }
    void newMemoryIsWholePagesOfZeros();
    void namesAreForThisUserOnlyAndGoWithTheRegion_data() { addKinds(); }
    void namesAreForThisUserOnlyAndGoWithTheRegion();
    void whatIsMappedStaysWhenTheRegionIsGone_data() { addKinds(); }
    void whatIsMappedStaysWhenTheRegionIsGone();
    void killedSupervisorLeavesWhatItsJournalLists_data() { addKinds(); }
    void killedSupervisorLeavesWhatItsJournalLists();
    void shorterMemoryAtTheNameIsRefused();
    void aFullShmDirectoryIsNamedAndLeavesNothing();
    void segmentLimitsAreNamedAndLeaveNothing_data();
    void segmentLimitsAreNamedAndLeaveNothing();
    void theLimitOnFilesIsNamedAndLeavesNothing_data() { addKinds(); }
    void theLimitOnFilesIsNamedAndLeavesNothing();
    void hugePagesAreRefusedWhereTheyCannotBe();
    void hugePagesThatNobodyReservedAreRefused_data() { addKindsWithHugePages(); }
    void hugePagesThatNobodyReservedAreRefused();
    void hugePagesAreUsedWhereTheyAreReserved_data() { addKindsWithHugePages(); }
    void hugePagesAreUsedWhereTheyAreReserved();
    void theBudgetNamesWhatBinds();

private:
    static void addKinds()
    {
        QTest::addColumn<RegionKind>("kind");
        QTest::newRow("memfd") << RegionKind::MemoryFile;
        QTest::newRow("posix") << RegionKind::Posix;
        QTest::newRow("sysv") << RegionKind::SystemV;
        QTest::newRow("file") << RegionKind::File;
    }
    static void addKindsWithHugePages()
    {
        QTest::addColumn<QString>("memory");
        QTest::newRow("memfd") << "memfd";
        QTest::newRow("sysv") << "sysv";
    }
    /// Runs `attempt` in a process that stands apart by `flags` after `prepare`; skips where it may not.
    void inAProcessApart(int flags, const std::function<void()>& prepare,
                         const std::function<void()>& attempt);

    QTemporaryDir m_directory;
    std::unique_ptr<NameJournal> m_journal;
};

void SharedRegionTest::twoProcessesSeeTheSameBytes()
{
    QFETCH(RegionKind, kind);
    const SharedRegion region(label, requestFor(kind), *m_journal);
    TestProcess writer([&](const Talk& talk) {
        Invitation invitation = region.invite();
        const MappedRegion memory(invitation, region.request());
        require(invitation.descriptors.empty(), "the region's own descriptor was not taken");
        fillAll(memory.data(), memory.size());
        talk.tell(1);
        talk.hear(Deadline::after(generous));
        require(*memory.as<std::uint32_t>() == 4711, "what the other wrote does not show");
    });
    QVERIFY(writer.talk().hear(Deadline::after(generous)));
    const MappedRegion memory = region.map();
    QVERIFY(isFilled(memory.data(), memory.size()));
    *memory.as<std::uint32_t>() = 4711;
    writer.talk().tell(1);
    QCOMPARE(writer.finish(), std::string());
}

void SharedRegionTest::newMemoryIsWholePagesOfZeros()
{
    QFETCH(RegionKind, kind);
    const SharedRegion region(label, requestFor(kind, 1), *m_journal);
    const MappedRegion memory = region.map();
    QCOMPARE(memory.size(), static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)));
    QVERIFY(std::all_of(memory.data(), memory.data() + memory.size(),
                        [](std::byte each) { return each == std::byte{0}; }));
}

void SharedRegionTest::namesAreForThisUserOnlyAndGoWithTheRegion()
{
    QFETCH(RegionKind, kind);
    std::string name;
    {
        const SharedRegion region(label, requestFor(kind), *m_journal);
        const KernelObject object = region.object();
        QVERIFY(!object.kind.empty());
        QVERIFY2(object.name.ends_with(", 296 KiB"), object.name.c_str());
        name = region.invite().address;
        QCOMPARE(name.empty(), kind == RegionKind::MemoryFile);
        if (name.empty())
            return;
        QCOMPARE(modeOf(kind, name), std::optional<mode_t>(0600));
        if (kind == RegionKind::File)
            QVERIFY(name.starts_with(m_directory.path().toStdString() + "/ipclab-"));
    }
    QVERIFY(!modeOf(kind, name));
}

void SharedRegionTest::whatIsMappedStaysWhenTheRegionIsGone()
{
    QFETCH(RegionKind, kind);
    auto region = std::make_unique<SharedRegion>(label, requestFor(kind), *m_journal);
    const MappedRegion memory = region->map();
    region.reset();
    fillAll(memory.data(), memory.size());
    QVERIFY(isFilled(memory.data(), memory.size()));
}

void SharedRegionTest::killedSupervisorLeavesWhatItsJournalLists()
{
    QFETCH(RegionKind, kind);
    QTemporaryDir directory;
    QFile names(m_directory.filePath("names"));
    TestProcess supervisor([&](const Talk& talk) {
        NameJournal journal(directory.path().toStdString());
        const SharedRegion region(label, requestFor(kind), journal);
        if (names.open(QIODevice::WriteOnly))
            names.write(QByteArray::fromStdString(region.invite().address));
        names.close();
        talk.tell(1);
        talk.hear(Deadline::after(generous));
    });
    QVERIFY(supervisor.talk().hear(Deadline::after(generous)));
    supervisor.kill();
    QVERIFY(names.open(QIODevice::ReadOnly));
    const std::string name = names.readAll().toStdString();
    QVERIFY(names.remove());
    QCOMPARE(modeOf(kind, name).has_value(), kind != RegionKind::MemoryFile);

    const std::vector<Leftover> leftovers = findLeftovers(directory.path().toStdString());
    QCOMPARE(leftovers.size(), 1U);
    QCOMPARE(leftovers.front().objects.size(), name.empty() ? 0U : 1U);
    removeLeftover(leftovers.front());
    QVERIFY(name.empty() || !modeOf(kind, name));
    QVERIFY(QDir(directory.path()).isEmpty());
}

void SharedRegionTest::shorterMemoryAtTheNameIsRefused()
{
    const SharedRegion region(label, requestFor(RegionKind::File), *m_journal);
    Invitation invitation = region.invite();
    QCOMPARE(::truncate(invitation.address.c_str(), 4096), 0);
    const std::string sentence = failureOf([&] { MappedRegion(invitation, region.request()); });
    QVERIFY2(sentence.find("it has 4096 B instead of 303104 B") != std::string::npos, sentence.c_str());
}

void SharedRegionTest::inAProcessApart(int flags, const std::function<void()>& prepare,
                                       const std::function<void()>& attempt)
{
    TestProcess process([&](const Talk& talk) {
        const bool isApart = standApart(flags);
        talk.tell(isApart ? 0 : couldNot);
        if (!isApart)
            return;
        prepare();
        attempt();
    });
    const std::optional<std::uint64_t> answer = process.talk().hear(Deadline::after(generous));
    const std::string error = process.finish();
    if (answer == couldNot)
        QSKIP(noOwnNamespaces);
    QVERIFY2(error.empty(), error.c_str());
}

void SharedRegionTest::aFullShmDirectoryIsNamedAndLeavesNothing()
{
    const auto mountSmall = [] {
        check(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "mount(MS_PRIVATE)");
        check(::mount("none", posixMemoryDirectory, "tmpfs", 0, "size=64k"), "mount(tmpfs)");
    };
    inAProcessApart(CLONE_NEWNS, mountSmall, [this] {
        const std::string sentence =
            failureOf([&] { SharedRegion(label, requestFor(RegionKind::Posix), *m_journal); });
        requireRefusal(sentence, {"POSIX shared memory of 296 KiB", "/dev/shm has 64 KiB left", "ENOSPC",
                                  "remount,size="});
        require(QDir(posixMemoryDirectory).isEmpty(), "something is left in /dev/shm");
        require(freeSpaceIn(posixMemoryDirectory) == 65536, "some memory is still taken");
        require(regionBudget(chosen("posix")).bytes == 32768, "the budget does not follow /dev/shm");
    });
}

void SharedRegionTest::segmentLimitsAreNamedAndLeaveNothing_data()
{
    QTest::addColumn<QString>("limit");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("size") << "/proc/sys/kernel/shmmax"
                          << "65536"
                          << "a segment may have 64 KiB at the most (kernel.shmmax) (EINVAL)";
    QTest::newRow("number") << "/proc/sys/kernel/shmmni"
                            << "0"
                            << "all 0 identifiers of System V segments are taken (kernel.shmmni) (ENOSPC)";
    QTest::newRow("sum") << "/proc/sys/kernel/shmall"
                         << "16"
                         << "all System V segments together may have 64 KiB (kernel.shmall) (ENOSPC)";
}

void SharedRegionTest::segmentLimitsAreNamedAndLeaveNothing()
{
    QFETCH(QString, limit);
    QFETCH(QString, value);
    QFETCH(QString, sentence);
    const auto lower = [&] { writeNumber(qPrintable(limit), value.toStdString()); };
    inAProcessApart(CLONE_NEWIPC, lower, [&] {
        const std::string failure =
            failureOf([&] { SharedRegion(label, requestFor(RegionKind::SystemV), *m_journal); });
        requireRefusal(failure, {"make a System V segment of 296 KiB", sentence.toStdString(), "as root"});
        require(segmentsInUse() == 0, "a segment is left");
    });
}

void SharedRegionTest::theLimitOnFilesIsNamedAndLeavesNothing()
{
    QFETCH(RegionKind, kind);
    TestProcess process([&](const Talk&) {
        const rlimit limit{.rlim_cur = 65536, .rlim_max = 65536};
        check(::setrlimit(RLIMIT_FSIZE, &limit), "setrlimit");
        const std::string sentence = failureOf([&] { SharedRegion(label, requestFor(kind), *m_journal); });
        if (kind == RegionKind::SystemV)
            require(sentence == "nothing failed", sentence);
        else
            requireRefusal(sentence, {"of 296 KiB", "64 KiB at the most (RLIMIT_FSIZE)", "ulimit -f"});
    });
    QCOMPARE(process.finish(), std::string());
    QCOMPARE(findLeftovers(m_directory.path().toStdString()).size(), 0U);
}

void SharedRegionTest::hugePagesAreRefusedWhereTheyCannotBe()
{
    for (const char* memory : {"posix", "file"}) {
        const Options options = chosen(memory, "on");
        QCOMPARE(regionProblems(options).size(), 1U);
        const std::string sentence =
            failureOf([&] { SharedRegion(label, regionRequest(options, someBytes), *m_journal); });
        QVERIFY2(sentence.find("only the kinds memfd and sysv can lie in them") != std::string::npos,
                 sentence.c_str());
    }
}

void SharedRegionTest::hugePagesThatNobodyReservedAreRefused()
{
    QFETCH(QString, memory);
    if (hugePageSize() == 0)
        QSKIP("this kernel has no huge pages");
    const std::size_t tooMany = (freeHugePages() + 1) * hugePageSize();
    const Options options = chosen(memory.toStdString(), "on");
    for (const OptionProblem& problem : regionProblems(options)) {
        QCOMPARE(problem.id, std::string("huge_pages"));
        QVERIFY2(problem.sentence.find("vm.nr_hugepages=") != std::string::npos, problem.sentence.c_str());
    }
    QCOMPARE(regionProblems(options).empty(), freeHugePages() > 0);
    const RegionRequest request = regionRequest(options, tooMany);
    const std::string sentence = failureOf([&] { SharedRegion(label, request, *m_journal); });
    const std::string oneMore = fmt::format("vm.nr_hugepages={} ", allHugePages() + 1);
    const bool namesTheWay = sentence.find(oneMore) != std::string::npos ||
                             sentence.find("vm.hugetlb_shm_group") != std::string::npos;
    QVERIFY2(sentence.find("huge pages") != std::string::npos && namesTheWay, sentence.c_str());
    // Whoever has too many descriptors open needs no pages.
    const std::system_error other(EMFILE, std::generic_category(), "memfd_create");
    const std::string otherwise = explainRegion(other, request, {}).sentence();
    QVERIFY2(otherwise.find("RLIMIT_NOFILE") != std::string::npos, otherwise.c_str());
}

void SharedRegionTest::hugePagesAreUsedWhereTheyAreReserved()
{
    QFETCH(QString, memory);
    const std::size_t freeBefore = freeHugePages();
    if (freeBefore == 0)
        QSKIP("this computer has no huge pages reserved (vm.nr_hugepages)");
    const RegionRequest request = regionRequest(chosen(memory.toStdString(), "on"), someBytes);
    const SharedRegion region(label, request, *m_journal);
    const MappedRegion mapped = region.map();
    QCOMPARE(mapped.size(), hugePageSize());
    QCOMPARE(freeHugePages(), freeBefore - 1);
    fillAll(mapped.data(), mapped.size());
}

void SharedRegionTest::theBudgetNamesWhatBinds()
{
    for (const OptionChoice& choice : memoryOption().choices) {
        const RegionBudget budget = regionBudget(chosen(choice.id));
        QVERIFY2(budget.bytes > 0 && !budget.description.empty(), choice.id.c_str());
    }
    const RegionBudget huge = regionBudget(chosen("memfd", "on"));
    QVERIFY(huge.bytes <= freeHugePages() * hugePageSize());
}

QTEST_GUILESS_MAIN(SharedRegionTest)
#include "tst_shared_region.moc"
