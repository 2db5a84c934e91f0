#include "engine/mechanisms/catalog.h"
#include "engine/mechanisms/complexity.h"
#include "engine/mechanisms/complexity/source_figures.h"
#include "engine/mechanisms/complexity/source_text.h"

#include <QtTest>

#include <algorithm>
#include <map>

using namespace ipclab;

namespace {

/// A mechanism, a shared file of which it uses half, and one that belongs to the laboratory.
const std::map<std::string, std::string> sample{
    {"engine/mechanisms/tin.cpp",
     R"(// Two tins (tin(7)) and
// a string.

#include "engine/base/failure.h"
#include "engine/mechanisms/string.h"

/* ::comment(1) */
namespace ipclab {
void open(int* ends)
{
    check(::pipe2(ends, 0), "::quoted(");
    if (errno == EINTR || errno == EAGAIN)
        pull(ends); // ::remark(
    JournaledName name(NameKind::Path);
}
} // namespace ipclab
)"},
    {"engine/mechanisms/string.h",
     "#pragma once\nnamespace ipclab {\nvoid pull(int*);\nvoid cut(int*);\n}\n"},
    {"engine/mechanisms/string.cpp",
     R"(#include "engine/mechanisms/string.h"

namespace ipclab {

namespace {

template <typename Tin>
class Knot final {
public:
    explicit Knot(int end) : m_end{end} {}

    void tie() { ::syscall(SYS_futex, 1'000, ' '); }

private:
    int m_end;
};

} // namespace

void pull(int* ends)
{
    Knot<int>(ends[0]).tie();
    std::move(ends);
    if (::htons(1) == EBADF)
        throwSystemError("pull");
}

void cut(int* ends)
{
    ::close(ends[0]);
}

} // namespace ipclab
)"},
    {"engine/base/failure.h", "inline int check(int result, const char*) { return ::laboratory(result); }\n"},
};

/// A shared file with two sorts of tin, of which the mechanism has one.
const std::map<std::string, std::string> branching{
    {"engine/mechanisms/red.cpp",
     "#include \"engine/mechanisms/tins.h\"\nvoid red() { openTin(Sort::Red); }\n"},
    {"engine/mechanisms/tins.h",
     R"(enum class Sort { Red, Blue, Green };
void openTin(Sort);
)"},
    {"engine/mechanisms/tins.cpp",
     R"(/// Up to kernel.msgmax.
void openBlue() { ::msgget(1, IPC_CREAT | EEXIST); }
// Up to fs.pipe-max-size.
void openRed() { ::pipe2(0, EPIPE); }
void openTin(Sort sort)
{
    if (sort == Sort::Blue)
        return;
    switch (sort) {
    case Sort::Blue:
    case Sort::Green: {
        openBlue(); // net.core.wmem_max
        break;
    }
    case Sort::Red:
        openRed();
        break;
    }
}
)"}};

std::string readSample(const std::string& path)
{
    const auto found = sample.find(path);
    return found == sample.end() ? std::string() : found->second;
}

std::vector<std::string> names(std::initializer_list<const char*> words)
{
    return {words.begin(), words.end()};
}

bool calls(std::string_view mechanism, std::string_view call)
{
    return std::ranges::count(complexityOf(mechanism).systemCalls, call) == 1;
}

} // namespace

class TestComplexity final : public QObject {
    Q_OBJECT

private slots:
    void countsWhatTheSampleUsesAndNothingElse();
    void leavesOutBranchesOfOtherMechanisms();
    void namesNoCallThatOnlyComputes();
    void blanksCommentsAndLiterals();
    void findsDefinitionsByName();
    void joinsTheOpeningComment();
    void findsTheLimitsThatATextSpeaksOf();
    void everyMechanismHasItsFigures();
    void theFiguresTellTheMechanismsApart();
    void aSharedFileGivesEachMechanismItsOwnPart();
    void pipeIsSimplerThanSharedMemory();
};

void TestComplexity::countsWhatTheSampleUsesAndNothingElse()
{
    const SourceFigures figures = figuresOf("engine/mechanisms/tin.cpp", readSample);
    QCOMPARE(figures.explanation, std::string("Two tins (tin(7)) and a string."));
    QCOMPARE(figures.systemCalls, names({"futex", "pipe2"}));
    QCOMPARE(figures.objects, names({"pipe"}));
    QCOMPARE(figures.removals, names({"unlink"}));
    QCOMPARE(figures.errors, names({"EAGAIN", "EBADF", "EINTR"}));
    QCOMPARE(figures.failures, 2U);
    const std::vector<FileShare> expected{{"engine/mechanisms/tin.cpp", 11},
                                          {"engine/mechanisms/string.cpp", 15},
                                          {"engine/mechanisms/string.h", 1}};
    QCOMPARE(figures.files.size(), expected.size());
    for (std::size_t index = 0; index < expected.size(); ++index) {
        QCOMPARE(figures.files[index].path, expected[index].path);
        QCOMPARE(figures.files[index].lines, expected[index].lines);
    }
}

void TestComplexity::leavesOutBranchesOfOtherMechanisms()
{
    const SourceFigures figures = figuresOf("engine/mechanisms/red.cpp", [](const std::string& path) {
        const auto found = branching.find(path);
        return found == branching.end() ? std::string() : found->second;
    });
    QCOMPARE(figures.systemCalls, names({"pipe2"}));
    QCOMPARE(figures.errors, names({"EPIPE"}));
    QCOMPARE(figures.limits, names({"fs.pipe-max-size"}));
    QCOMPARE(figures.files.at(1).lines, 11U);
}

void TestComplexity::namesNoCallThatOnlyComputes()
{
    const std::map<std::string, std::string> sources{
        {"a.cpp", "void a() { ::sigaddset(s, 1); ::pthread_mutexattr_init(m); ::io_uring_prep_recv(q); "
                  "::sem_init(x); call(&::io_uring_submit); ::sem_post(x); ::sigpending(s); }"}};
    const SourceFigures figures = figuresOf("a.cpp", [&](const std::string& path) {
        return sources.contains(path) ? sources.at(path) : std::string();
    });
    QCOMPARE(figures.systemCalls, names({"io_uring_submit", "sem_post", "sigpending"}));
}

void TestComplexity::blanksCommentsAndLiterals()
{
    QCOMPARE(bareCode("a; // b\n/* c\n d */ e"), std::string("a;     \n    \n      e"));
    QCOMPARE(bareCode("f(\"x\\\"y\", 'z', 1'000);"), std::string("f(\"    \", ' ', 1'000);"));
    QCOMPARE(bareCode("R\"x(/*)x\" g"), std::string("R       \" g"));
    QCOMPARE(bareCode("'\"' 'h'"), std::string("' ' ' '"));
    QCOMPARE(countLines("a\n\n   \nb"), 2U);
}

void TestComplexity::findsDefinitionsByName()
{
    const std::vector<Definition> found = definitionsIn(
        "namespace n {\n#define X { \\\n {\nstruct A { int x; };\nenum class B { C };\n"
        "constexpr int d = f(1);\nstd::array<int, 2> e{1, 2};\nusing G = int;\n"
        "[[noreturn]] void h(int x = 1);\nM::M(int x) : m_x{x}, m_y(x) { k(); }\n"
        "constexpr M table[] = {M(1)};\n[[gnu::flat]] int u();\n"
        "M& M::operator=(M&&) { return *this; }\ntemplate <typename T>\nint t() { return 1; }\n}\n");
    std::vector<std::string> actual;
    for (const Definition& definition : found)
        actual.push_back(definition.name);
    QCOMPARE(actual, names({"A", "B", "d", "e", "G", "h", "M", "table", "u", "M", "t"}));
}

void TestComplexity::joinsTheOpeningComment()
{
    QCOMPARE(openingComment("// one\n// two\n//\n// three\n\n// four\n"), std::string("one two\n\nthree"));
    QCOMPARE(openingComment("int x;\n// late\n"), std::string());
}

void TestComplexity::findsTheLimitsThatATextSpeaksOf()
{
    QCOMPARE(hostLimitsIn(
                 "// see /proc/sys/fs/pipe-max-size.\n\"caps it at net.core.wmem_max.\"f(RLIMIT_NOFILE);"),
             names({"fs.pipe-max-size", "net.core.wmem_max", "RLIMIT_NOFILE"}));
    const auto& limits = complexityOf("posix_mq").limits;
    QVERIFY(std::ranges::count(limits, "RLIMIT_MSGQUEUE") == 1);
}

void TestComplexity::everyMechanismHasItsFigures()
{
    QCOMPARE(allComplexities().size(), allMechanisms().size());
    for (const Mechanism* mechanism : allMechanisms()) {
        const std::string& id = mechanism->info().id;
        const Complexity& complexity = complexityOf(id);
        QVERIFY2(complexity.explanation.size() > 100, id.c_str());
        QCOMPARE(complexity.files.front().path, "engine/mechanisms/" + id + ".cpp");
        QVERIFY2(complexity.source.find("namespace ipclab") != std::string_view::npos, id.c_str());
        QVERIFY2(complexity.ownLines() >= 10 && complexity.lines() >= 100, id.c_str());
        QVERIFY2(complexity.systemCalls.size() <= 60, id.c_str());
        QVERIFY2(std::ranges::is_sorted(complexity.systemCalls), id.c_str());
    }
}

void TestComplexity::theFiguresTellTheMechanismsApart()
{
    for (const char* call : {"pipe2", "read", "write", "close"})
        QVERIFY2(calls("pipe", call), call);
    for (const char* call : {"send", "recv", "socketpair", "mmap", "mq_open"})
        QVERIFY2(!calls("pipe", call), call);
    for (const char* call : {"mmap", "futex"})
        QVERIFY2(calls("shm_ring", call), call);
    for (const char* call : {"read", "send", "recv"})
        QVERIFY2(!calls("shm_ring", call), call);
    QVERIFY(calls("posix_mq", "mq_open"));
    QCOMPARE(complexityOf("posix_mq").removals, std::vector<std::string_view>{"mq_unlink"});
    QCOMPARE(complexityOf("fifo").removals, std::vector<std::string_view>{"unlink"});
    QVERIFY(complexityOf("pipe").removals.empty());
    QCOMPARE(complexityOf("pipe").objects, std::vector<std::string_view>{"pipe"});
}

void TestComplexity::aSharedFileGivesEachMechanismItsOwnPart()
{
    using Names = std::vector<std::string_view>;
    QCOMPARE(complexityOf("mapped_file").objects, (Names{"eventfd", "memory mapping"}));
    QCOMPARE(complexityOf("mapped_file").removals, Names{"unlink"});
    QVERIFY(std::ranges::count(complexityOf("mapped_file").limits, "kernel.shmmax") == 0);
    for (const char* mechanism : {"shm_ring", "shm_pool", "shared_memory"})
        QVERIFY2(calls(mechanism, "shmget") && calls(mechanism, "shm_open"), mechanism);
    for (const char* call : {"listen", "accept4", "epoll_create1"}) {
        QVERIFY2(calls("unix_stream", call), call);
        QVERIFY2(!calls("unix_datagram", call), call);
    }
    QVERIFY(std::ranges::count(complexityOf("pipe").errors, "ECONNREFUSED") == 0);
    QVERIFY(std::ranges::count(complexityOf("unix_stream").limits, "net.ipv4.ip_local_port_range") == 0);
    QVERIFY(std::ranges::count(complexityOf("tcp").limits, "net.ipv4.ip_local_port_range") == 1);
}

void TestComplexity::pipeIsSimplerThanSharedMemory()
{
    QVERIFY(complexityOf("pipe").lines() < complexityOf("shm_ring").lines());
}

QTEST_GUILESS_MAIN(TestComplexity)
#include "tst_complexity.moc"
