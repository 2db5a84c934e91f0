#include "engine/mechanisms/complexity/source_figures.h"

#include "engine/mechanisms/complexity/source_text.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace ipclab {

namespace {

/// Headers of what every mechanism needs only because it is part of a laboratory.
constexpr std::array<std::string_view, 16> laboratoryHeaders{
    "engine/base/capability.h",
    "engine/base/clock.h",
    "engine/base/deadline.h",
    "engine/base/failure.h",
    "engine/base/name_journal.h",
    "engine/base/named_object.h",
    "engine/base/option.h",
    "engine/base/private_directory.h",
    "engine/base/quantity.h",
    "engine/base/utf8.h",
    "engine/base/wording.h",
    "engine/mechanisms/endpoint.h",
    "engine/mechanisms/kernel_object.h",
    "engine/mechanisms/mechanism.h",
    "engine/mechanisms/memory/memory_limit.h",
    "engine/mechanisms/traits.h",
};

/// Likewise, in files that are shared for other reasons: one reads the host's limits, two measure how the
/// kernel counts.
constexpr std::array<std::string_view, 3> laboratoryFunctions{"readSmallFile", "pipeCapacityFor",
                                                              "overheadOf"};

/// Called with `::` too, but they only compute, or change nothing but this process's own memory.
constexpr std::array<std::string_view, 24> notSystemCalls{"abort",
                                                          "freeaddrinfo",
                                                          "getenv",
                                                          "htonl",
                                                          "htons",
                                                          "inet_ntop",
                                                          "inet_pton",
                                                          "memcpy",
                                                          "memset",
                                                          "ntohl",
                                                          "ntohs",
                                                          "pthread_mutex_consistent",
                                                          "pthread_mutex_destroy",
                                                          "pthread_mutex_init",
                                                          "pthread_mutex_trylock",
                                                          "sem_destroy",
                                                          "sem_init",
                                                          "sem_trywait",
                                                          "strerror",
                                                          "strlen",
                                                          "strtol",
                                                          "strtoul",
                                                          "strtoull",
                                                          "sysconf"};

/// Likewise all whose names begin so.
constexpr std::array<std::string_view, 2> computingFamilies{"pthread_mutexattr_", "io_uring_"};

/// Except for these, which enter the kernel.
constexpr std::array<std::string_view, 9> enteringTheKernel{
    "io_uring_enter",           "io_uring_queue_exit", "io_uring_queue_init", "io_uring_queue_init_params",
    "io_uring_setup",           "io_uring_submit",     "io_uring_register",   "io_uring_wait_cqe",
    "io_uring_wait_cqe_timeout"};

using Meaning = std::pair<std::string_view, std::string_view>;

/// The call that creates it, and the object.
constexpr std::array creations{
    Meaning{"accept4", "connection"},
    Meaning{"epoll_create1", "epoll set"},
    Meaning{"eventfd", "eventfd"},
    Meaning{"io_uring_queue_init", "io_uring"},
    Meaning{"io_uring_queue_init_params", "io_uring"},
    Meaning{"io_uring_setup", "io_uring"},
    Meaning{"memfd_create", "memory file"},
    Meaning{"mkfifo", "FIFO"},
    Meaning{"mmap", "memory mapping"},
    Meaning{"mq_open", "POSIX message queue"},
    Meaning{"msgget", "System V message queue"},
    Meaning{"pidfd_open", "process descriptor"},
    Meaning{"pipe2", "pipe"},
    Meaning{"sem_open", "POSIX semaphore"},
    Meaning{"semget", "System V semaphores"},
    Meaning{"shm_open", "POSIX shared memory"},
    Meaning{"shmat", "memory mapping"},
    Meaning{"shmget", "System V shared memory"},
    Meaning{"signalfd", "signalfd"},
    Meaning{"socket", "socket"},
    Meaning{"socketpair", "socket pair"},
    Meaning{"timerfd_create", "timerfd"},
};

/// The kind of name with which an object is listed in the journal, and the call that removes it.
constexpr std::array removals{
    Meaning{"Path", "unlink"},
    Meaning{"PosixQueue", "mq_unlink"},
    Meaning{"PosixSemaphore", "sem_unlink"},
    Meaning{"PosixSharedMemory", "shm_unlink"},
    Meaning{"SystemVQueue", "msgctl IPC_RMID"},
    Meaning{"SystemVSemaphore", "semctl IPC_RMID"},
    Meaning{"SystemVSharedMemory", "shmctl IPC_RMID"},
};

template <std::size_t count>
std::string_view lookUp(const std::array<Meaning, count>& table, std::string_view word)
{
    const auto found = std::ranges::find(table, word, &Meaning::first);
    return found == table.end() ? std::string_view() : found->second;
}

template <std::size_t count>
bool contains(const std::array<std::string_view, count>& words, std::string_view word)
{
    return std::ranges::find(words, word) != words.end();
}

/// sigemptyset(3) and its like change a set of this process's own: "sig…set", and sigismember(3).
bool isAboutSignalSets(std::string_view call)
{
    return (call.starts_with("sig") && call.ends_with("set")) || call == "sigismember";
}

bool isSystemCall(std::string_view call)
{
    const auto begins = [call](std::string_view family) { return call.starts_with(family); };
    if (contains(notSystemCalls, call) || isAboutSignalSets(call))
        return false;
    return std::ranges::none_of(computingFamilies, begins) || contains(enteringTheKernel, call);
}

bool isErrorName(std::string_view word)
{
    static const std::set<std::string_view> names = [] {
        constexpr int enoughForLinux = 134;
        std::set<std::string_view> known{"EWOULDBLOCK", "ENOTSUP"}; // other names of EAGAIN and EOPNOTSUPP
        for (int number = 1; number < enoughForLinux; ++number)
            if (const char* name = strerrorname_np(number))
                known.insert(name);
        return known;
    }();
    return names.contains(word);
}

struct UsableDefinition {
    std::string path;
    Definition definition;
    std::string text;    ///< of the definition, comments and literals included
    std::string comment; ///< what stands before it
};

/// All definitions of the files that a file includes, directly or not.
class SharedSources final {
public:
    explicit SharedSources(const ReadSource& read) : m_read(read) {}

    void follow(const std::string& text)
    {
        for (const std::string& header : quotedIncludes(text))
            if (header.starts_with("engine/") && !contains(laboratoryHeaders, header))
                take(header);
    }

    std::vector<UsableDefinition> definitions;
    std::set<std::string> enumerations;

private:
    void take(const std::string& header)
    {
        if (!m_seen.insert(header).second)
            return;
        const std::string source = header.substr(0, header.rfind('.')) + ".cpp";
        for (const std::string& path : {header, source}) {
            const std::string text = m_read(path);
            takeDefinitions(path, text);
            follow(text);
        }
    }

    void takeDefinitions(const std::string& path, const std::string& text)
    {
        std::size_t behindLast = 0;
        for (Definition& definition : definitionsIn(bareCode(text))) {
            const std::size_t begin = definition.begin;
            const std::size_t length = definition.code.size();
            if (definition.code.starts_with("enum"))
                enumerations.insert(definition.name);
            if (!contains(laboratoryFunctions, definition.name))
                definitions.push_back({path, std::move(definition), text.substr(begin, length),
                                       text.substr(behindLast, begin - behindLast)});
            behindLast = begin + length;
        }
    }

    const ReadSource& m_read;
    std::set<std::string> m_seen;
};

/// Moves those that the code uses from `candidates` to the result, and those that these use.
std::vector<UsableDefinition> used(const std::string& code, std::vector<UsableDefinition> candidates)
{
    std::vector<UsableDefinition> found;
    std::vector<std::string> toRead{code};
    while (!toRead.empty()) {
        const std::string text = std::move(toRead.back());
        toRead.pop_back();
        const auto words = identifiersIn(text);
        const std::set<std::string_view> names(words.begin(), words.end());
        const auto isUnused = [&](const UsableDefinition& each) {
            return !names.contains(each.definition.name);
        };
        const auto rest = std::stable_partition(candidates.begin(), candidates.end(), isUnused);
        for (auto each = rest; each != candidates.end(); ++each) {
            toRead.push_back(each->definition.code);
            found.push_back(std::move(*each));
        }
        candidates.erase(rest, candidates.end());
    }
    return found;
}

/// The same, without the branches for values that nothing among all that gives to anybody: a shared file
/// serves other mechanisms with them.
std::vector<UsableDefinition> usedWithoutDeadBranches(const std::string& code, const SharedSources& shared)
{
    std::set<EnumValue> given;
    const auto isNeverGiven = [&](const EnumValue& value) {
        const std::size_t colons = value.find("::");
        return colons != std::string::npos && shared.enumerations.contains(value.substr(0, colons)) &&
               !given.contains(value);
    };
    const auto note = [&given](const std::string& text) {
        for (EnumValue& value : valuesGivenIn(text))
            given.insert(std::move(value));
    };
    note(code);
    while (true) {
        std::vector<UsableDefinition> live = shared.definitions;
        for (UsableDefinition& each : live) {
            const std::vector<TextRange> dead = deadBranchesIn(each.definition.code, isNeverGiven);
            blankRanges(each.definition.code, dead);
            blankRanges(each.text, dead);
        }
        std::vector<UsableDefinition> found = used(code, std::move(live));
        const std::size_t before = given.size();
        for (const UsableDefinition& each : found)
            note(each.definition.code);
        if (given.size() == before)
            return found;
    }
}

/// What is counted while code is read, each name once and in order of the alphabet.
class Tally final {
public:
    void read(std::string_view code)
    {
        for (std::string& call : globalCallsIn(code)) {
            if (!isSystemCall(call))
                continue;
            if (const std::string_view object = lookUp(creations, call); !object.empty())
                m_objects.emplace(object);
            m_calls.insert(std::move(call));
        }
        const auto words = identifiersIn(code);
        for (std::size_t index = 0; index < words.size(); ++index) {
            const std::string_view word = words[index];
            if (isErrorName(word))
                m_errors.emplace(word);
            if (word == "check" || word == "throwSystemError" || word == "FailureError")
                ++m_failures;
            if (word == "NameKind" && index + 1 < words.size())
                if (const std::string_view removal = lookUp(removals, words[index + 1]); !removal.empty())
                    m_removals.emplace(removal);
        }
    }

    void store(SourceFigures& figures) const
    {
        figures.systemCalls.assign(m_calls.begin(), m_calls.end());
        figures.objects.assign(m_objects.begin(), m_objects.end());
        figures.removals.assign(m_removals.begin(), m_removals.end());
        figures.errors.assign(m_errors.begin(), m_errors.end());
        figures.failures = m_failures;
    }

private:
    std::set<std::string> m_calls;
    std::set<std::string> m_objects;
    std::set<std::string> m_removals;
    std::set<std::string> m_errors;
    unsigned m_failures = 0;
};

} // namespace

SourceFigures figuresOf(const std::string& path, const ReadSource& read)
{
    const std::string text = read(path);
    const std::string bare = bareCode(text);
    SharedSources shared(read);
    shared.follow(text);

    SourceFigures figures;
    figures.explanation = openingComment(text);
    figures.files.push_back({path, countLines(bare)});
    Tally tally;
    tally.read(bare);
    std::map<std::string, unsigned> lines;
    std::vector<std::string> limits = hostLimitsIn(text);
    for (const UsableDefinition& each : usedWithoutDeadBranches(bare, shared)) {
        lines[each.path] += countLines(each.definition.code);
        tally.read(each.definition.code);
        std::ranges::copy(hostLimitsIn(each.comment), std::back_inserter(limits));
        std::ranges::copy(hostLimitsIn(each.text), std::back_inserter(limits));
    }
    for (const auto& [file, count] : lines)
        figures.files.push_back({file, count});
    const std::set<std::string> distinct(limits.begin(), limits.end());
    figures.limits.assign(distinct.begin(), distinct.end());
    tally.store(figures);
    return figures;
}

} // namespace ipclab
