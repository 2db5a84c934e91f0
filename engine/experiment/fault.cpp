#include "engine/experiment/fault.h"

#include "engine/base/quantity.h"
#include "engine/base/wording.h"
#include "engine/mechanisms/traits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ipclab {

namespace {

constexpr Nanoseconds longest = std::chrono::hours(24);
constexpr Nanoseconds mostWork = std::chrono::seconds(10);
constexpr Nanoseconds usualWork = std::chrono::milliseconds(1);

constexpr std::array kinds{
    FaultKindInfo{FaultKind::Stop, "stop", "Pause",
                  "Stops the process (SIGSTOP); it goes on after a time, or with continue.", true, false},
    FaultKindInfo{FaultKind::Continue, "continue", "Resume", "Lets a stopped process go on (SIGCONT).", false,
                  false},
    FaultKindInfo{FaultKind::Slow, "slow", "Slow down",
                  "Gives it extra work for each message that it receives.", true, true},
    FaultKindInfo{FaultKind::Kill, "kill", "Kill", "Ends the process at once (SIGKILL).", false, false},
    FaultKindInfo{FaultKind::Close, "close", "Close its end",
                  "The process closes its ends of the channels and lives on.", false, false},
    FaultKindInfo{FaultKind::Leak, "leak", "Leak its reading end",
                  "The supervisor keeps the process's reading end open too, so that nobody notices when the "
                  "reader goes.",
                  true, false},
    FaultKindInfo{FaultKind::Fill, "fill", "Fill the channel",
                  "Stops the process until those who send to it wait for room, then lets it go on.", true,
                  false},
    FaultKindInfo{FaultKind::HoldLock, "hold lock", "Hold the lock",
                  "The process takes the lock of its channel and keeps it, in the middle of a change.", true,
                  false},
    FaultKindInfo{
        FaultKind::KillInLock, "kill in lock", "Kill inside the lock",
        "Ends the process (SIGKILL) while it holds the lock of its channel, in the middle of a change.",
        false, false},
    FaultKindInfo{
        FaultKind::LockBoth, "lock both", "Take both locks",
        "The process takes the lock of the channel it sends into and, without letting go of it, that of "
        "the channel it receives from. Two that do so at once lock each other out.",
        true, false},
    FaultKindInfo{FaultKind::RemoveLock, "remove lock", "Remove the lock",
                  "From now on nobody takes the lock of the channel.", true, false, false},
    FaultKindInfo{FaultKind::RestoreLock, "restore lock", "Restore the lock",
                  "From now on everybody takes the lock of the channel.", false, false, false},
};

constexpr std::array<std::string_view, 5> keys{"kind", "target", "at", "length", "work"};

std::string kindSentence(std::string_view text)
{
    std::vector<std::string> known;
    for (const FaultKindInfo& info : kinds)
        known.emplace_back(info.id);
    return fmt::format("there is no fault {}; {}", quoted(text), suggestion(text, known));
}

std::optional<std::string> setKind(Fault& fault, std::string_view text)
{
    const auto found = std::ranges::find(kinds, text, &FaultKindInfo::id);
    if (found == kinds.end())
        return kindSentence(text);
    fault.kind = found->kind;
    return std::nullopt;
}

std::optional<std::string> setTime(Nanoseconds& time, std::string_view key, std::string_view text,
                                   Nanoseconds most)
{
    const std::optional<Nanoseconds> read = parseDuration(text);
    if (!read || *read > most)
        return fmt::format("{} of a fault must be a time up to {}, for instance \"500 ms\", not {}", key,
                           formatDuration(most), quoted(text));
    time = *read;
    return std::nullopt;
}

/// The kind with which the text begins, which may be several words; its first word where there is no such
/// kind.
std::string_view kindAtHead(std::string_view text)
{
    std::string_view kind = text.substr(0, text.find(' '));
    for (const FaultKindInfo& info : kinds)
        if (text.starts_with(info.id) && text.substr(info.id.size()).find_first_not_of(' ') != 0 &&
            info.id.size() > kind.size())
            kind = info.id;
    return kind;
}

/// The words between "at", "for" and "by", which may stand in any order.
struct Clauses {
    std::string kind, target, at, length, work;
    std::string* open = &target;
};

void addWord(Clauses& clauses, std::string_view word)
{
    if (word == "at")
        clauses.open = &clauses.at;
    else if (word == "for")
        clauses.open = &clauses.length;
    else if (word == "by")
        clauses.open = &clauses.work;
    else
        *clauses.open += (clauses.open->empty() ? "" : " ") + std::string(word);
}

} // namespace

std::span<const FaultKindInfo> allFaultKinds()
{
    return kinds;
}

const FaultKindInfo& infoOf(FaultKind kind)
{
    return *std::ranges::find(kinds, kind, &FaultKindInfo::kind);
}

std::span<const std::string_view> faultKeys()
{
    return keys;
}

std::optional<std::string> setFaultKey(Fault& fault, std::string_view key, std::string_view text)
{
    if (key == "kind")
        return setKind(fault, text);
    if (key == "target") {
        fault.target = text;
        return std::nullopt;
    }
    if (key == "at")
        return setTime(fault.at, key, text, longest);
    if (key == "length")
        return setTime(fault.length, key, text, longest);
    if (key == "work")
        return setTime(fault.workPerMessage, key, text, mostWork);
    const std::vector<std::string> known(keys.begin(), keys.end());
    return fmt::format("a fault has no key {}; {}", quoted(key), suggestion(key, known));
}

std::string faultKeyText(const Fault& fault, std::string_view key)
{
    const auto timeText = [](Nanoseconds time) {
        return time == Nanoseconds::zero() ? "" : formatDuration(time);
    };
    if (key == "kind")
        return std::string(infoOf(fault.kind).id);
    if (key == "target")
        return fault.target;
    if (key == "at")
        return formatDuration(fault.at);
    if (key == "length")
        return timeText(fault.length);
    return timeText(fault.workPerMessage);
}

std::optional<std::string> readFault(Fault& fault, std::string_view text)
{
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    Clauses clauses;
    clauses.kind = kindAtHead(text);
    text.remove_prefix(clauses.kind.size());
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0)
            addWord(clauses, text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    Fault read;
    const std::array<const std::string*, keys.size()> parts{&clauses.kind, &clauses.target, &clauses.at,
                                                            &clauses.length, &clauses.work};
    for (std::size_t index = 0; index < keys.size(); ++index)
        if (keys[index] == "kind" || !parts[index]->empty())
            if (std::optional<std::string> sentence = setFaultKey(read, keys[index], *parts[index]))
                return sentence;
    if (read.kind == FaultKind::Slow && clauses.work.empty())
        read.workPerMessage = usualWork;
    if (std::optional<std::string> sentence = problemOf(read, std::nullopt))
        return sentence;
    fault = std::move(read);
    return std::nullopt;
}

std::string toText(const Fault& fault)
{
    std::string text(infoOf(fault.kind).id);
    if (!fault.target.empty())
        text += " " + fault.target;
    text += " at " + formatDuration(fault.at);
    if (fault.length > Nanoseconds::zero())
        text += " for " + formatDuration(fault.length);
    if (fault.workPerMessage > Nanoseconds::zero())
        text += " by " + formatDuration(fault.workPerMessage);
    return text;
}

std::string_view obstacleTo(FaultKind kind, const Traits& mechanism)
{
    switch (kind) {
    case FaultKind::HoldLock:
    case FaultKind::KillInLock:
    case FaultKind::LockBoth:
    case FaultKind::RemoveLock:
    case FaultKind::RestoreLock:
        return mechanism.canRace ? std::string_view()
                                 : "this mechanism has no lock that could be held: the kernel or atomic "
                                   "instructions keep the processes apart; shared_memory has one of your "
                                   "choice";
    case FaultKind::Leak:
        return mechanism.peerExit != PeerExit::Unnoticed ? std::string_view()
                                                         : "a leak changes nothing here: the kernel tells "
                                                           "nobody when the reader of this mechanism goes";
    default:
        return {};
    }
}

std::string faultName(std::size_t index)
{
    return fmt::format("fault {}", index + 1);
}

std::optional<std::string> problemOf(const Fault& fault, std::optional<Nanoseconds> end)
{
    const FaultKindInfo& info = infoOf(fault.kind);
    if (!info.hasTarget && !fault.target.empty())
        return fmt::format("the fault {} is done to the channels and takes no target, not {}", info.id,
                           quoted(fault.target));
    if (info.hasTarget && fault.target.empty())
        return fmt::format("the fault {} needs a target, for instance \"receiver\"", info.id);
    if (fault.length > Nanoseconds::zero() && !info.hasLength)
        return fmt::format("the fault {} happens at once and has no length", info.id);
    if (fault.workPerMessage > Nanoseconds::zero() && !info.hasWork)
        return fmt::format("the fault {} takes no work; slow does", info.id);
    if (fault.workPerMessage == Nanoseconds::zero() && info.hasWork)
        return fmt::format("the fault {} needs the work per message, for instance \"1 ms\"", info.id);
    if (end && fault.at >= *end)
        return fmt::format(
            "the fault is due {} after the load began, but warm-up and duration end it after {}",
            formatDuration(fault.at), formatDuration(*end));
    return std::nullopt;
}

} // namespace ipclab
