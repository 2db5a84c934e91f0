#include "engine/base/quantity.h"
#include "engine/experiment/key_table.h"

namespace ipclab {

std::vector<Key> restartKeys()
{
    constexpr double millisecond = 1e6;
    return {
        {{.id = "restart.policy",
          .label = "Restart",
          .help = "What becomes of a worker that is killed or fails while the load runs.",
          .kind = OptionKind::Choice,
          .initial = "none",
          .choices =
              {{"none", "None", "It stays away, and the others are told."},
               {"on-failure", "On failure",
                "A new process takes its place after a pause, where the mechanism lets it come back."}}},
         [](const Experiment& e) { return std::string(word(e.restart.policy)); },
         [](Experiment& e, std::string_view text) {
             e.restart.policy = fromWord({RestartPolicy::None, RestartPolicy::OnFailure}, text);
         }},
        {{.id = "restart.pause",
          .label = "Pause",
          .help = "Between its end and the first restart.",
          .kind = OptionKind::Duration,
          .initial = "100 ms",
          .least = millisecond,
          .most = 60'000 * millisecond},
         [](const Experiment& e) { return formatDuration(e.restart.pause); },
         [](Experiment& e, std::string_view text) { e.restart.pause = *parseDuration(text); }},
        {{.id = "restart.factor",
          .label = "Factor",
          .help = "How many times longer each further pause is than the one before.",
          .kind = OptionKind::Count,
          .initial = "2",
          .least = 1,
          .most = 10},
         [](const Experiment& e) { return std::to_string(e.restart.factor); },
         [](Experiment& e, std::string_view text) { e.restart.factor = *parseCount(text); }},
        {{.id = "restart.limit",
          .label = "Limit",
          .help = "How often one worker is started anew.",
          .kind = OptionKind::Count,
          .initial = "3",
          .least = 1,
          .most = 100},
         [](const Experiment& e) { return std::to_string(e.restart.limit); },
         [](Experiment& e, std::string_view text) { e.restart.limit = *parseCount(text); }},
    };
}

} // namespace ipclab
