#include "engine/base/quantity.h"
#include "engine/experiment/key_table.h"
#include "engine/experiment/shape.h"

namespace ipclab {

namespace {

std::vector<OptionChoice> shapeChoices()
{
    return {{"pair", "Pair", "One sender, one receiver."},
            {"fan-in", "Fan-in", "Several senders, one receiver."},
            {"fan-out", "Fan-out", "One sender, several receivers."},
            {"many-to-many", "Many to many", "Several senders, several receivers."},
            {"chain", "Chain", "From a sender over relays to a receiver, as in a shell pipeline."},
            {"ring", "Ring", "From a sender over relays back to it: one token, or as many messages as go."},
            {"client-server", "Client and server", "Several clients ask one server, which answers each."}};
}

std::vector<Key> countKeys()
{
    return {
        {{.id = "shape.senders",
          .label = "Senders",
          .help = "How many processes send: the clients, where there is a server.",
          .kind = OptionKind::Count,
          .initial = "1",
          .least = 1,
          .most = mostWorkers},
         [](const Experiment& e) { return std::to_string(e.shape.senders); },
         [](Experiment& e, std::string_view text) {
             e.shape.senders = static_cast<unsigned>(*parseCount(text));
         }},
        {{.id = "shape.receivers",
          .label = "Receivers",
          .help = "How many processes receive.",
          .kind = OptionKind::Count,
          .initial = "1",
          .least = 1,
          .most = mostWorkers},
         [](const Experiment& e) { return std::to_string(e.shape.receivers); },
         [](Experiment& e, std::string_view text) {
             e.shape.receivers = static_cast<unsigned>(*parseCount(text));
         }},
        {{.id = "shape.relays",
          .label = "Relays",
          .help = "In a chain or a ring: how many processes pass the messages on.",
          .kind = OptionKind::Count,
          .initial = "1",
          .least = 1,
          .most = mostWorkers},
         [](const Experiment& e) { return std::to_string(e.shape.relays); },
         [](Experiment& e, std::string_view text) {
             e.shape.relays = static_cast<unsigned>(*parseCount(text));
         }},
    };
}

} // namespace

std::vector<Key> shapeKeys()
{
    std::vector<Key> keys{
        {{.id = "shape.kind",
          .label = "Shape",
          .help = "Who talks to whom.",
          .kind = OptionKind::Choice,
          .initial = "pair",
          .choices = shapeChoices()},
         [](const Experiment& e) { return std::string(word(e.shape.kind)); },
         [](Experiment& e, std::string_view text) {
             e.shape.kind =
                 fromWord({ShapeKind::Pair, ShapeKind::FanIn, ShapeKind::FanOut, ShapeKind::ManyToMany,
                           ShapeKind::Chain, ShapeKind::Ring, ShapeKind::ClientServer},
                          text);
         }},
    };
    for (Key& key : countKeys())
        keys.push_back(std::move(key));
    const std::vector<Key> use{
        {{.id = "shape.delivery",
          .label = "Delivery",
          .help = "Which of several receivers gets a message.",
          .kind = OptionKind::Choice,
          .initial = "copy",
          .choices = {{"copy", "To each", "Every receiver gets every message, over a channel of its own."},
                      {"competing", "To one of them",
                       "All receive from one channel: whoever is free gets the next message."}}},
         [](const Experiment& e) { return std::string(word(e.shape.delivery)); },
         [](Experiment& e, std::string_view text) {
             e.shape.delivery = fromWord({DeliveryRule::Copy, DeliveryRule::Competing}, text);
         }},
        {{.id = "shape.channels",
          .label = "Channels",
          .help = "How several senders reach a receiver.",
          .kind = OptionKind::Choice,
          .initial = "shared",
          .choices = {{"shared", "Shared",
                       "All in one channel, where the mechanism can carry that; else one for each."},
                      {"separate", "Separate", "A channel for each sender, which the receiver watches."}}},
         [](const Experiment& e) { return std::string(word(e.shape.channels)); },
         [](Experiment& e, std::string_view text) {
             e.shape.channels = fromWord({ChannelUse::Shared, ChannelUse::Separate}, text);
         }},
    };
    keys.insert(keys.end(), use.begin(), use.end());
    return keys;
}

} // namespace ipclab
