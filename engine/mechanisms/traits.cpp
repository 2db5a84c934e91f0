#include "engine/mechanisms/traits.h"

#include <fmt/format.h>

#include <algorithm>

namespace ipclab {

namespace {

std::string copiesPhrase(const Traits& traits)
{
    if (traits.content == Content::CountOnly)
        return "carries no bytes";
    switch (traits.copiesPerMessage) {
    case 0:
        return "no copy";
    case 1:
        return "1 copy";
    default:
        return fmt::format("{} copies", traits.copiesPerMessage);
    }
}

std::string_view synchronisingPhrase(const Traits& traits)
{
    const bool isTheirs = traits.family == Family::SharedMemory || traits.needsLock;
    return isTheirs ? "processes synchronise" : "kernel synchronises";
}

std::string_view orderingPhrase(Ordering ordering)
{
    switch (ordering) {
    case Ordering::Fifo:
        return "first in, first out";
    case Ordering::ByPriority:
        return "by priority";
    case Ordering::ByType:
        return "by type";
    case Ordering::Unordered:
        return "no order";
    }
    return {};
}

std::string_view persistencePhrase(Persistence persistence)
{
    switch (persistence) {
    case Persistence::Processes:
        return {};
    case Persistence::Kernel:
        return "messages outlive processes";
    case Persistence::File:
        return "messages outlive a restart";
    }
    return {};
}

} // namespace

bool supports(const Traits& traits, Wait wait)
{
    return std::ranges::find(traits.waits, wait) != traits.waits.end();
}

std::string_view word(Wait wait)
{
    switch (wait) {
    case Wait::Block:
        return "block";
    case Wait::Poll:
        return "poll";
    case Wait::Spin:
        return "spin";
    case Wait::Hybrid:
        return "hybrid";
    }
    return {};
}

std::string_view word(Rendezvous rendezvous)
{
    switch (rendezvous) {
    case Rendezvous::Inherited:
        return "inherited";
    case Rendezvous::ByName:
        return "by-name";
    }
    return {};
}

std::optional<std::string> obstacleToMeetingByName(const Traits& traits)
{
    const auto isNamedBy = [&](NamedBy name) {
        return std::ranges::find(traits.namedBy, name) != traits.namedBy.end();
    };
    if (isNamedBy(NamedBy::Inherited))
        return "what leads to it is a descriptor without a name, which its workers inherit";
    if (isNamedBy(NamedBy::Port))
        return "the receiver inherits the socket that is bound to the port: of a port that was only named, "
               "somebody else could be the first to take it";
    return std::nullopt;
}

std::string_view word(Family family)
{
    switch (family) {
    case Family::ByteStream:
        return "byte stream";
    case Family::Message:
        return "message";
    case Family::SharedMemory:
        return "shared memory";
    case Family::Notification:
        return "notification";
    case Family::Baseline:
        return "baseline";
    }
    return {};
}

std::optional<std::string> obstacleToRejoining(const Traits& traits)
{
    if (traits.canRejoin)
        return std::nullopt;
    if (traits.family == Family::ByteStream)
        return "nothing in a byte stream says where a message begins, when one dies in the middle of it";
    return "a process's end of it goes with the process: its peer is told so, or waits for that very "
           "process, whose place no other can take";
}

std::vector<std::string> chips(const Traits& traits)
{
    std::vector<std::string> phrases{
        std::string(word(traits.family)),
        traits.directions == Directions::OneWay ? "one-way" : "two-way",
        copiesPhrase(traits),
    };
    if (traits.content == Content::Carried)
        phrases.emplace_back(synchronisingPhrase(traits));
    if (traits.ordering != Ordering::Fifo)
        phrases.emplace_back(orderingPhrase(traits.ordering));
    if (traits.loss == Loss::Possible)
        phrases.emplace_back("may lose messages");
    if (traits.hasTypes)
        phrases.emplace_back("message types");
    if (traits.persistence != Persistence::Processes)
        phrases.emplace_back(persistencePhrase(traits.persistence));
    return phrases;
}

} // namespace ipclab
