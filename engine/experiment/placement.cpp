#include "engine/experiment/placement.h"

#include "engine/base/cores.h"
#include "engine/base/wording.h"
#include "engine/experiment/shape.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace ipclab {

namespace {

constexpr std::string_view coresKey = "placement.cores";
constexpr std::string_view niceKey = "placement.nice";
constexpr std::string_view policyKey = "placement.policy";
constexpr std::array words{CorePlacement::Any, CorePlacement::Same, CorePlacement::Different};

std::optional<int> wholeNumber(std::string_view text)
{
    while (text.starts_with(' '))
        text.remove_prefix(1);
    while (text.ends_with(' '))
        text.remove_suffix(1);
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// Nothing if it is no list of cores.
std::optional<std::vector<int>> coresFrom(std::string_view text)
{
    std::vector<int> cores;
    for (bool isLast = false; !isLast;) {
        const std::size_t comma = text.find(',');
        const std::optional<int> core = wholeNumber(text.substr(0, comma));
        if (!core || *core < 0)
            return std::nullopt;
        cores.push_back(*core);
        isLast = comma == std::string_view::npos;
        text.remove_prefix(isLast ? text.size() : comma + 1);
    }
    return cores;
}

/// Whether this process may raise priorities as it likes: capabilities(7).
bool hasSysNice()
{
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
    return ::syscall(SYS_capget, &header, data.data()) == 0 &&
           (data[0].effective & (1U << CAP_SYS_NICE)) != 0;
}

rlim_t limitOf(__rlimit_resource_t resource)
{
    rlimit limit{};
    return ::getrlimit(resource, &limit) == 0 ? limit.rlim_cur : 0;
}

/// Of the cores that a list names.
std::optional<std::string> problemOfList(const std::vector<int>& list, std::size_t workers)
{
    const std::vector<int> usable = usableCores();
    for (const int core : list) {
        if (core >= coresOfMachine())
            return fmt::format("{} names core {}, but this machine has the cores 0 to {} only", coresKey,
                               core, coresOfMachine() - 1);
        if (!usable.empty() && std::ranges::find(usable, core) == usable.end())
            return fmt::format(
                "{} names core {}, which this program may not use; it may use {} (see taskset(1))", coresKey,
                core, coresText(usable));
    }
    if (list.size() != workers)
        return fmt::format("{} must name a core for each of the {} workers, not {} of them", coresKey,
                           workers, list.size());
    return std::nullopt;
}

std::optional<std::string> problemOfCores(const Experiment& experiment)
{
    if (experiment.cores == CorePlacement::Listed)
        return problemOfList(experiment.coreList, workerCount(experiment));
    if (experiment.cores == CorePlacement::Different && usableCores().size() == 1)
        return fmt::format("{} cannot be different here: only one core may be used; write any or same",
                           coresKey);
    return std::nullopt;
}

std::optional<std::string> problemOfNiceHere(int nice)
{
    const int present = ::getpriority(PRIO_PROCESS, 0);
    const rlim_t limit = limitOf(RLIMIT_NICE);
    const int lowest = limit == RLIM_INFINITY ? -20 : 20 - static_cast<int>(std::min<rlim_t>(limit, 40));
    if (nice >= std::min(present, lowest) || hasSysNice())
        return std::nullopt;
    return fmt::format("{} cannot be {} here: without the capability CAP_SYS_NICE the limit RLIMIT_NICE "
                       "allows {} at the lowest; "
                       "raise it (ulimit -e {})",
                       niceKey, nice, std::min(present, lowest), 20 - nice);
}

std::optional<std::string> problemOfRights(unsigned priority)
{
    const rlim_t limit = limitOf(RLIMIT_RTPRIO);
    if (hasSysNice() || priority <= limit)
        return std::nullopt;
    return fmt::format("{} cannot be fifo here: without the capability CAP_SYS_NICE the limit RLIMIT_RTPRIO "
                       "allows {}; raise it "
                       "(ulimit -r {}) or give the program the capability",
                       policyKey,
                       limit == 0 ? "no real-time priority" : fmt::format("priorities up to {}", limit),
                       priority);
}

/// Whoever runs under SCHED_FIFO gives up its core only by itself.
std::optional<std::string> problemOfFifo(const Experiment& experiment)
{
    if (std::optional<std::string> problem = problemOfRights(experiment.priority))
        return problem;
    std::set<int> taken;
    bool isShared = false;
    const std::size_t workers = workerCount(experiment);
    for (const std::vector<int>& cores : placementOf(experiment, workers))
        for (const int core : cores)
            isShared = !taken.insert(core).second || isShared;
    const std::size_t usable = usableCores().size();
    if (taken.empty() || taken.size() >= usable)
        return fmt::format("{} can be fifo only where {} binds the workers and leaves a core to everybody "
                           "else, this program among "
                           "them, for a worker that never sleeps would keep them out{}",
                           policyKey, coresKey, usable < 2 ? "; here only one core may be used" : "");
    if (experiment.wait == Wait::Spin && isShared)
        return fmt::format("{} cannot be fifo where workers share a core and wait is spin: the one that "
                           "spins would never make "
                           "room for the one it waits for",
                           policyKey);
    return std::nullopt;
}

} // namespace

std::string placementText(const Experiment& experiment)
{
    if (experiment.cores == CorePlacement::Listed)
        return fmt::format("{}", fmt::join(experiment.coreList, ","));
    return std::string(word(experiment.cores));
}

std::optional<std::string> problemOfPlacement(std::string_view text)
{
    if (std::ranges::find(words, text, [](CorePlacement each) { return word(each); }) != words.end() ||
        coresFrom(text))
        return std::nullopt;
    return fmt::format("must be any, same, different, or a core for each worker like \"0,1\", not {}",
                       quoted(text));
}

std::optional<std::string> problemOfNice(std::string_view text)
{
    const std::optional<int> nice = wholeNumber(text);
    if (nice && *nice >= -20 && *nice <= 19)
        return std::nullopt;
    return fmt::format("must be a whole number from -20 (first) to 19 (last), not {}", quoted(text));
}

void setPlacement(Experiment& experiment, std::string_view text)
{
    experiment.coreList.clear();
    const auto found = std::ranges::find(words, text, [](CorePlacement each) { return word(each); });
    experiment.cores = found == words.end() ? CorePlacement::Listed : *found;
    if (experiment.cores == CorePlacement::Listed)
        experiment.coreList = coresFrom(text).value();
}

std::vector<std::vector<int>> placementOf(const Experiment& experiment, std::size_t workers)
{
    std::vector<std::vector<int>> placed(workers);
    const std::vector<int> cores =
        experiment.cores == CorePlacement::Listed ? experiment.coreList : usableCores();
    if (experiment.cores == CorePlacement::Any || cores.empty())
        return placed;
    for (std::size_t worker = 0; worker < workers; ++worker)
        placed[worker] = {experiment.cores == CorePlacement::Same ? cores.front()
                                                                  : cores[worker % cores.size()]};
    return placed;
}

std::vector<Problem> placementProblems(const Experiment& experiment)
{
    std::vector<Problem> problems;
    const auto add = [&](std::string_view key, std::optional<std::string> sentence) {
        if (sentence)
            problems.push_back({std::string(key), 0, std::move(*sentence)});
    };
    add(coresKey, problemOfCores(experiment));
    if (experiment.nice != 0)
        add(niceKey, problemOfNiceHere(experiment.nice));
    if (experiment.policy == SchedulingPolicy::Fifo && problems.empty())
        add(policyKey, problemOfFifo(experiment));
    return problems;
}

} // namespace ipclab
