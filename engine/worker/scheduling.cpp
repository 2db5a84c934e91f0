#include "engine/worker/scheduling.h"

#include "engine/base/failure.h"

#include <fmt/format.h>

#include <sched.h>
#include <sys/resource.h>

#include <cerrno>

namespace ipclab {

namespace {

void runOn(const std::vector<int>& cores)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int core : cores)
        CPU_SET(static_cast<std::size_t>(core), &set);
    check(::sched_setaffinity(0, sizeof set, &set), "sched_setaffinity");
}

[[noreturn]] void refused(std::string tried, std::string hint)
{
    throw FailureError({.tried = std::move(tried),
                        .reason = fmt::format("the kernel refused it with {}", errorName(errno)),
                        .hint = std::move(hint)});
}

void beNice(int value)
{
    if (::setpriority(PRIO_PROCESS, 0, value) != 0)
        refused(fmt::format("set the nice value {}", value),
                "Raise the limit RLIMIT_NICE (ulimit -e) or give the capability CAP_SYS_NICE");
}

void runInRealTime(unsigned priority)
{
    const sched_param parameters{.sched_priority = static_cast<int>(priority)};
    if (::sched_setscheduler(0, SCHED_FIFO, &parameters) != 0)
        refused(fmt::format("run under SCHED_FIFO with priority {}", priority),
                "Raise the limit RLIMIT_RTPRIO (ulimit -r) or give the capability CAP_SYS_NICE; in a "
                "container the host may "
                "withhold it all the same");
}

} // namespace

void takePlace(const WorkerPlan& plan)
{
    if (!plan.cores.empty())
        runOn(plan.cores);
    if (plan.experiment.nice != 0)
        beNice(plan.experiment.nice);
    if (plan.experiment.policy == SchedulingPolicy::Fifo)
        runInRealTime(plan.experiment.priority);
}

} // namespace ipclab
