#include "engine/base/quantity.h"
#include "engine/experiment/key_table.h"

namespace ipclab {

namespace {

constexpr double microsecond = 1e3;
constexpr double second = 1e9;

std::vector<Key> impairmentKeys()
{
    return {
        {{.id = "impairment.drop",
          .label = "Drop",
          .help = "Impairment of datagrams, made on purpose: this share of them is never sent.",
          .kind = OptionKind::Ratio,
          .initial = "0 %",
          .least = 0,
          .most = 1},
         [](const Experiment& e) { return formatRatio(e.impairment.drop); },
         [](Experiment& e, std::string_view text) { e.impairment.drop = *parseRatio(text); }},
        {{.id = "impairment.repeat",
          .label = "Repeat",
          .help = "Impairment: this share is sent twice.",
          .kind = OptionKind::Ratio,
          .initial = "0 %",
          .least = 0,
          .most = 1},
         [](const Experiment& e) { return formatRatio(e.impairment.repeat); },
         [](Experiment& e, std::string_view text) { e.impairment.repeat = *parseRatio(text); }},
        {{.id = "impairment.delay",
          .label = "Delay",
          .help = "Impairment: this share is sent later.",
          .kind = OptionKind::Ratio,
          .initial = "0 %",
          .least = 0,
          .most = 1},
         [](const Experiment& e) { return formatRatio(e.impairment.delay); },
         [](Experiment& e, std::string_view text) { e.impairment.delay = *parseRatio(text); }},
        {{.id = "impairment.delay_by",
          .label = "Delay by",
          .help = "How much later.",
          .kind = OptionKind::Duration,
          .initial = "1 ms",
          .least = microsecond,
          .most = second},
         [](const Experiment& e) { return formatDuration(e.impairment.delayBy); },
         [](Experiment& e, std::string_view text) { e.impairment.delayBy = *parseDuration(text); }},
        {{.id = "impairment.reorder",
          .label = "Reorder",
          .help = "Impairment: this share is overtaken by messages that follow it.",
          .kind = OptionKind::Ratio,
          .initial = "0 %",
          .least = 0,
          .most = 1},
         [](const Experiment& e) { return formatRatio(e.impairment.reorder); },
         [](Experiment& e, std::string_view text) { e.impairment.reorder = *parseRatio(text); }},
        {{.id = "impairment.reorder_by",
          .label = "Reorder by",
          .help = "How many messages overtake it.",
          .kind = OptionKind::Count,
          .initial = "3",
          .least = 1,
          .most = 1000},
         [](const Experiment& e) { return std::to_string(e.impairment.reorderBy); },
         [](Experiment& e, std::string_view text) {
             e.impairment.reorderBy = static_cast<unsigned>(*parseCount(text));
         }},
    };
}

std::vector<Key> acknowledgementKeys()
{
    return {
        {{.id = "acknowledgement.scheme",
          .label = "Acknowledgements",
          .help = "Whether datagrams are acknowledged, and sent again where they are not.",
          .kind = OptionKind::Choice,
          .initial = "none",
          .choices = {{"none", "None", "What is lost is lost."},
                      {"stop-and-wait", "Stop and wait",
                       "One message at a time: the next goes when it is acknowledged."},
                      {"go-back-n", "Go back N",
                       "A window of messages; after a loss everything from there on is sent again."},
                      {"selective-repeat", "Selective repeat",
                       "A window of messages; the receiver keeps what came early, only what is missing is "
                       "sent again."}}},
         [](const Experiment& e) { return std::string(word(e.acknowledgement.scheme)); },
         [](Experiment& e, std::string_view text) {
             e.acknowledgement.scheme =
                 fromWord({AcknowledgementScheme::None, AcknowledgementScheme::StopAndWait,
                           AcknowledgementScheme::GoBackN, AcknowledgementScheme::SelectiveRepeat},
                          text);
         }},
        {{.id = "acknowledgement.window",
          .label = "Window",
          .help = "Messages that may be under way unacknowledged, but for stop-and-wait, which has one.",
          .kind = OptionKind::Count,
          .initial = "32",
          .least = 1,
          .most = 4096},
         [](const Experiment& e) { return std::to_string(e.acknowledgement.window); },
         [](Experiment& e, std::string_view text) {
             e.acknowledgement.window = static_cast<unsigned>(*parseCount(text));
         }},
        {{.id = "acknowledgement.time_out",
          .label = "Time-out",
          .help = "After which an unacknowledged message is sent again. Too short, and it is sent again "
                  "while its acknowledgement is on its way.",
          .kind = OptionKind::Duration,
          .initial = "5 ms",
          .least = 10 * microsecond,
          .most = 10 * second},
         [](const Experiment& e) { return formatDuration(e.acknowledgement.timeOut); },
         [](Experiment& e, std::string_view text) { e.acknowledgement.timeOut = *parseDuration(text); }},
    };
}

std::vector<Key> waitingKeys()
{
    return {
        {{.id = "waiting.deadline",
          .label = "Deadline",
          .help =
              "The longest that a process waits for room or for a message before it looks what to do. Each "
              "expiry is counted.",
          .kind = OptionKind::Duration,
          .initial = "0 s",
          .least = 0,
          .most = 100 * second,
          .zero = "no limit"},
         [](const Experiment& e) { return formatDuration(e.waiting.deadline); },
         [](Experiment& e, std::string_view text) { e.waiting.deadline = *parseDuration(text); }},
        {{.id = "waiting.expiry",
          .label = "On expiry",
          .help = "What becomes of a message that could not be sent within the deadline.",
          .kind = OptionKind::Choice,
          .initial = "retry",
          .choices = {{"retry", "Retry", "The wait begins anew."},
                      {"skip", "Give up",
                       "It is not sent, and counted as given up; the next one has its turn."}}},
         [](const Experiment& e) { return std::string(word(e.waiting.expiry)); },
         [](Experiment& e, std::string_view text) {
             e.waiting.expiry = fromWord({ExpiryRule::Retry, ExpiryRule::Skip}, text);
         }},
        {{.id = "waiting.back_off",
          .label = "Back-off",
          .help = "What a process does between two attempts, when it spins.",
          .kind = OptionKind::Choice,
          .initial = "none",
          .choices = {{"none", "None", "Tries again at once."},
                      {"yield", "Yield", "Lets another process have the core first: sched_yield(2)."},
                      {"exponential", "Exponential", "Sleeps, each time twice as long as before."}}},
         [](const Experiment& e) { return std::string(word(e.waiting.backOff)); },
         [](Experiment& e, std::string_view text) {
             e.waiting.backOff =
                 fromWord({BackOffKind::None, BackOffKind::Yield, BackOffKind::Exponential}, text);
         }},
        {{.id = "waiting.first_pause",
          .label = "First pause",
          .help = "Of an exponential back-off. The kernel adds what it takes to sleep and to wake up.",
          .kind = OptionKind::Duration,
          .initial = "1 us",
          .least = 1,
          .most = second},
         [](const Experiment& e) { return formatDuration(e.waiting.firstPause); },
         [](Experiment& e, std::string_view text) { e.waiting.firstPause = *parseDuration(text); }},
        {{.id = "waiting.largest_pause",
          .label = "Largest pause",
          .help = "Of an exponential back-off: it grows no further.",
          .kind = OptionKind::Duration,
          .initial = "1 ms",
          .least = 1,
          .most = 10 * second},
         [](const Experiment& e) { return formatDuration(e.waiting.largestPause); },
         [](Experiment& e, std::string_view text) { e.waiting.largestPause = *parseDuration(text); }},
    };
}

} // namespace

std::vector<Key> layerKeys()
{
    std::vector<Key> keys;
    for (const auto group : {impairmentKeys, acknowledgementKeys, waitingKeys})
        for (Key& key : group())
            keys.push_back(std::move(key));
    return keys;
}

} // namespace ipclab
