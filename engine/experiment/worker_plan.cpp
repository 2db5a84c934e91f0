#include "engine/experiment/worker_plan.h"

#include "engine/base/failure.h"
#include "engine/experiment/option_groups.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <charconv>

namespace ipclab {

namespace {

constexpr std::array tasks{"send",   "receive", "ask",   "answer", "spread",
                           "gather", "compete", "relay", "serve",  "duplex"};
constexpr std::string_view experimentPrefix = "experiment.";

[[noreturn]] void refuse(std::string_view line)
{
    throw FailureError(
        {.tried = "read the worker's plan",
         .reason = fmt::format("the line \"{}\" is not understood", line),
         .hint = "Build or install all programs of IPC Lab anew, they are of different versions"});
}

template <typename Number>
Number numberFrom(std::string_view text)
{
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        refuse(text);
    return number;
}

WorkerTask taskFrom(std::string_view word)
{
    for (std::size_t task = 0; task < tasks.size(); ++task)
        if (tasks[task] == word)
            return static_cast<WorkerTask>(task);
    refuse(word);
}

/// Cuts the text up to `separator` off its front; all of it if there is none.
std::string_view takeUntil(std::string_view& text, char separator)
{
    const std::size_t at = text.find(separator);
    const std::string_view head = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return head;
}

std::vector<int> numbersFrom(std::string_view text)
{
    std::vector<int> numbers;
    while (!text.empty())
        numbers.push_back(numberFrom<int>(takeUntil(text, ',')));
    return numbers;
}

JoinPlan joinFrom(std::string_view text)
{
    JoinPlan join;
    join.end = takeUntil(text, ' ') == "sender" ? ChannelEnd::Sender : ChannelEnd::Receiver;
    join.index = numberFrom<unsigned>(takeUntil(text, ' '));
    join.descriptors = numberFrom<unsigned>(takeUntil(text, ' '));
    join.streams.sends = numberFrom<unsigned>(takeUntil(text, ' '));
    join.streams.receives = numberFrom<unsigned>(takeUntil(text, ' '));
    join.streams.senders = numberFrom<unsigned>(takeUntil(text, ' '));
    join.peers = numberFrom<std::uint64_t>(takeUntil(text, ' '));
    join.address = text;
    return join;
}

std::string joinText(const JoinPlan& join)
{
    return fmt::format("join={} {} {} {} {} {} {} {}\n",
                       join.end == ChannelEnd::Sender ? "sender" : "receiver", join.index, join.descriptors,
                       join.streams.sends, join.streams.receives, join.streams.senders, join.peers,
                       join.address);
}

std::string experimentText(const Experiment& experiment)
{
    std::string text = fmt::format("{}mechanism={}\n", experimentPrefix, experiment.mechanism);
    for (const OptionSpec& spec : experimentKeys())
        if (spec.id != "title" && spec.id != "summary" && spec.id != "mechanism")
            text += fmt::format("{}{}={}\n", experimentPrefix, spec.id, keyText(experiment, spec.id));
    for (const OptionGroup& group : optionGroups())
        for (const auto& [id, value] : group.optionsIn(experiment).all())
            text += fmt::format("{}{}{}={}\n", experimentPrefix, group.prefix, id, value);
    return text;
}

void readLine(WorkerPlan& plan, std::string_view line)
{
    std::string_view value = line;
    const std::string_view key = takeUntil(value, '=');
    if (key == "task")
        plan.task = taskFrom(value);
    else if (key == "role")
        plan.role = value;
    else if (key == "index")
        plan.index = numberFrom<unsigned>(value);
    else if (key == "number")
        plan.number = numberFrom<unsigned>(value);
    else if (key == "senders")
        plan.senders = numberFrom<unsigned>(value);
    else if (key == "rivals")
        plan.rivals = numberFrom<unsigned>(value);
    else if (key == "streams")
        plan.streams = numberFrom<unsigned>(value);
    else if (key == "restarts")
        plan.restarts = numberFrom<unsigned>(value);
    else if (key == "supervisor")
        plan.supervisor = numberFrom<int>(value);
    else if (key == "cores")
        plan.cores = numbersFrom(value);
    else if (key == "join")
        plan.joins.push_back(joinFrom(value));
    else if (!key.starts_with(experimentPrefix) ||
             setKey(plan.experiment, key.substr(experimentPrefix.size()), value))
        refuse(line);
}

} // namespace

std::string toText(const WorkerPlan& plan)
{
    std::string text = fmt::format("task={}\nrole={}\nindex={}\nnumber={}\nsenders={}\nrivals={}\nstreams={}"
                                   "\nrestarts={}\nsupervisor={}\ncores={}\n",
                                   tasks[static_cast<std::size_t>(plan.task)], plan.role, plan.index,
                                   plan.number, plan.senders, plan.rivals, plan.streams, plan.restarts,
                                   plan.supervisor, fmt::join(plan.cores, ","));
    for (const JoinPlan& join : plan.joins)
        text += joinText(join);
    return text + experimentText(plan.experiment);
}

WorkerPlan parseWorkerPlan(std::string_view text)
{
    WorkerPlan plan;
    while (!text.empty())
        readLine(plan, takeUntil(text, '\n'));
    return plan;
}

} // namespace ipclab
