#include "engine/base/quantity.h"
#include "engine/experiment/key_table.h"
#include "engine/experiment/placement.h"

namespace ipclab {

std::vector<Key> placementKeys()
{
    return {
        {{.id = "placement.cores",
          .label = "Cores",
          .help = "Whether the processes share a core, which often weighs more than the mechanism; or the "
                  "core of each, in the "
                  "order of the process table: 0,1,1.",
          .kind = OptionKind::Text,
          .initial = "any",
          .choices = {{"any", "Any", "The scheduler decides."},
                      {"same", "Same core", "All processes are bound to one core and take turns."},
                      {"different", "Different cores", "Each process is bound to a core of its own."}},
          .check = problemOfPlacement},
         [](const Experiment& e) { return placementText(e); },
         setPlacement},
        {{.id = "placement.nice",
          .label = "Nice value",
          .help = "From -20 (first) to 19 (last): who gets more of a core that several want.",
          .kind = OptionKind::Text,
          .initial = "0",
          .zero = "unchanged",
          .check = problemOfNice},
         [](const Experiment& e) { return std::to_string(e.nice); },
         [](Experiment& e, std::string_view text) { e.nice = std::stoi(std::string(text)); }},
        {{.id = "placement.policy",
          .label = "Scheduling",
          .help = "Whether the workers share their core fairly, or keep it until they sleep (SCHED_FIFO). "
                  "The kernel then still "
                  "leaves a twentieth of the core to others, and the placement must leave a whole one.",
          .kind = OptionKind::Choice,
          .initial = "normal",
          .choices = {{"normal", "Normal", "The fair scheduler: SCHED_OTHER."},
                      {"fifo", "FIFO", "Real time: before everybody else, until it sleeps. Needs a right."}}},
         [](const Experiment& e) { return std::string(word(e.policy)); },
         [](Experiment& e, std::string_view text) {
             e.policy = fromWord({SchedulingPolicy::Normal, SchedulingPolicy::Fifo}, text);
         }},
        {{.id = "placement.priority",
          .label = "Priority",
          .help = "Under FIFO scheduling: the higher goes first.",
          .kind = OptionKind::Count,
          .initial = "1",
          .least = 1,
          .most = 99},
         [](const Experiment& e) { return std::to_string(e.priority); },
         [](Experiment& e, std::string_view text) { e.priority = static_cast<unsigned>(*parseCount(text)); }},
    };
}

} // namespace ipclab
