#include "tests/support/fault_run.h"

#include <fmt/format.h>

#include <stdexcept>

namespace ipclab {

Fault faultOf(const std::string& text)
{
    Fault fault;
    if (const std::optional<std::string> sentence = readFault(fault, text))
        throw std::runtime_error(*sentence);
    return fault;
}

void addFaults(Experiment& experiment, const std::vector<std::string>& texts)
{
    for (const std::string& text : texts)
        experiment.faults.push_back(faultOf(text));
}

RunResult followUntilKnown(const Experiment& experiment, std::size_t outcomes)
{
    std::size_t known = 0;
    const auto stopWhenKnown = [&](Run& run, const RunEvent& event) {
        const auto* happened = std::get_if<Happened>(&event);
        const bool isNews = happened && (happened->event.kind == EventKind::Outcome ||
                                         happened->event.kind == EventKind::Warning);
        if (isNews && ++known == outcomes)
            run.stop();
    };
    return follow(experiment, stopWhenKnown).result;
}

std::string outcomeOf(const RunResult& result, std::size_t fault)
{
    return fault < result.faults.size() ? std::string(identifier(result.faults[fault].outcome)) : "none";
}

bool says(const RunResult& result, const std::string& words, std::size_t fault)
{
    return fault < result.faults.size() && result.faults[fault].sentence.find(words) != std::string::npos;
}

std::string told(const RunResult& result)
{
    std::string text = violatedChecks(result) + "\n";
    for (const FaultRecord& record : result.faults)
        text +=
            fmt::format("{} -> {}: {}\n", toText(record.fault), identifier(record.outcome), record.sentence);
    for (const LoggedEvent& event : result.events)
        text += fmt::format("{:.3f} ms {} {}\n", static_cast<double>(event.at.count()) / 1e6, event.worker,
                            event.text);
    for (const WorkerResult& each : result.workers)
        text += fmt::format("{}: {}\n", each.role, each.exit);
    return text;
}

} // namespace ipclab
