#include "tests/support/channel_fixture.h"

#include "engine/mechanisms/catalog.h"

#include <fmt/format.h>
#include <poll.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace ipclab {

namespace {

/// Calls `attempt(deadline)` as the strategy says until it is done.
template <typename Attempt>
auto persist(const Endpoint& endpoint, Wait wait, short events, Attempt attempt)
{
    constexpr int spins = 100;
    for (int i = 0; wait != Wait::Block; ++i) {
        const auto result = attempt(Deadline::immediately());
        if (result.outcome != Outcome::WouldBlock)
            return result;
        if (wait == Wait::Hybrid && i >= spins)
            break;
        pollfd entry{.fd = endpoint.pollDescriptor(), .events = events, .revents = 0};
        if (wait == Wait::Poll)
            ::poll(&entry, 1, -1);
        else
            ::sched_yield();
    }
    auto result = attempt(Deadline::never());
    while (result.outcome == Outcome::Interrupted)
        result = attempt(Deadline::never());
    return result;
}

struct Committed {
    Outcome outcome;
};

void requireDone(Outcome outcome, const char* what)
{
    require(outcome == Outcome::Done,
            fmt::format("{} ended with outcome {}", what, static_cast<int>(outcome)));
}

void sendReserved(Endpoint& endpoint, Wait wait)
{
    const Committed sent = persist(endpoint, wait, endpoint.sendEvent(),
                                   [&](Deadline deadline) { return Committed{endpoint.commit(deadline)}; });
    requireDone(sent.outcome, "commit");
}

/// The bytes between the marked ends are all the same: each equals its neighbour.
bool isUniform(std::span<const std::byte> bytes, std::byte value)
{
    return bytes.front() == value && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

/// A network stack goes on moving what it has taken: full is what has no room for a while.
template <typename Attempt>
bool meetsFullness(Attempt attempt)
{
    constexpr auto aWhile = std::chrono::milliseconds(20);
    Outcome outcome = attempt(Deadline::immediately());
    if (outcome == Outcome::WouldBlock)
        outcome = attempt(Deadline::after(aWhile));
    if (outcome == Outcome::TimedOut)
        return true;
    requireDone(outcome, "filling");
    return false;
}

void addOtherChoices(std::vector<Case>& cases, const Mechanism& mechanism, const OptionSpec& spec)
{
    const MechanismInfo& info = mechanism.info();
    const Wait wait = info.traits.waits.front();
    for (const OptionChoice& choice : spec.choices) {
        if (choice.id == spec.initial)
            continue;
        Options options = withDefaults(info.options, {});
        options.set(spec.id, choice.id);
        if (!mechanism.problems(options).empty())
            continue; // makes sense only together with another option
        if (mechanism.connectsPerRequest(options))
            continue; // needs answers
        cases.push_back(
            {&mechanism, wait, options, fmt::format("{}, {}, {}", info.id, choice.id, word(wait))});
    }
}

} // namespace

std::vector<Case> allCases()
{
    std::vector<Case> cases;
    for (const Mechanism* mechanism : allMechanisms()) {
        const MechanismInfo& info = mechanism->info();
        const Options options = withDefaults(info.options, {});
        for (const Wait wait : info.traits.waits)
            cases.push_back({mechanism, wait, options, fmt::format("{}, {}", info.id, word(wait))});
        for (const OptionSpec& spec : info.options)
            addOtherChoices(cases, *mechanism, spec);
    }
    return cases;
}

ChannelFixture::ChannelFixture(const Case& row, std::size_t largestMessage, NameJournal& journal)
    : m_case(row), m_largest(largestMessage),
      m_channel(row.mechanism->open({m_case.options, largestMessage, 1, 1, journal, row.wait}))
{
}

std::unique_ptr<TestProcess> ChannelFixture::start(ChannelEnd end, const Body& body,
                                                   std::chrono::seconds life)
{
    Invitation invitation = m_channel->invite({end, 0});
    const auto joinAndRun = [&](const Talk& talk) {
        // What exec would close: the copies of what the supervisor holds.
        m_channel->workersStarted();
        const auto endpoint =
            m_case.mechanism->join({end, 0}, std::move(invitation), {m_case.options, m_largest, m_case.wait});
        body(*endpoint, talk);
    };
    return std::make_unique<TestProcess>(joinAndRun, life);
}

void sendNumbered(Endpoint& endpoint, Wait wait, std::uint64_t number, std::size_t size)
{
    const Reservation place = persist(endpoint, wait, endpoint.sendEvent(),
                                      [&](Deadline deadline) { return endpoint.reserve(size, deadline); });
    requireDone(place.outcome, "reserve");
    require(reinterpret_cast<std::uintptr_t>(place.place) % 8 == 0,
            "reserve lends a place that is not aligned");
    fillNumbered({place.place, size}, number);
    sendReserved(endpoint, wait);
}

void receiveNumbered(Endpoint& endpoint, const Case& row, std::uint64_t number, std::size_t size)
{
    const Received received =
        persist(endpoint, row.wait, POLLIN, [&](Deadline deadline) { return endpoint.receive(deadline); });
    requireDone(received.outcome, "receive");
    if (row.traits().content == Content::CountOnly)
        return;
    require(received.message.size() == size,
            fmt::format("message {} has {} B instead of {}", number, received.message.size(), size));
    require(isNumbered(received.message, number), fmt::format("message {} has another content", number));
}

void fillNumbered(std::span<std::byte> message, std::uint64_t number)
{
    std::memset(message.data(), static_cast<int>(number & 0xff), message.size());
    const std::size_t marked = std::min(message.size(), sizeof number);
    std::memcpy(message.data(), &number, marked);
    std::memcpy(message.data() + message.size() - marked, &number, marked);
}

bool isNumbered(std::span<const std::byte> message, std::uint64_t number)
{
    constexpr std::size_t mark = sizeof number;
    std::array<std::byte, 4 * mark> expected{};
    const std::size_t shown = std::min(message.size(), expected.size());
    fillNumbered({expected.data(), shown}, number);
    if (message.size() <= expected.size())
        return std::memcmp(expected.data(), message.data(), message.size()) == 0;
    return std::memcmp(expected.data(), message.data(), mark) == 0 &&
           std::memcmp(expected.data() + shown - mark, message.data() + message.size() - mark, mark) == 0 &&
           isUniform(message.subspan(mark, message.size() - 2 * mark), expected[mark]);
}

Filled fillChannel(Endpoint& endpoint, std::size_t size)
{
    for (std::uint64_t number = 0;; ++number) {
        Reservation place;
        if (meetsFullness(
                [&](Deadline deadline) { return (place = endpoint.reserve(size, deadline)).outcome; }))
            return {number, false};
        fillNumbered({place.place, size}, number);
        if (meetsFullness([&](Deadline deadline) { return endpoint.commit(deadline); }))
            return {number, true};
    }
}

void sendFirstAfter(const Filled& filled, Endpoint& endpoint, Wait wait, std::size_t size)
{
    if (filled.hasReserved)
        sendReserved(endpoint, wait);
    else
        sendNumbered(endpoint, wait, filled.messages, size);
}

Outcome tryFirstAfter(const Filled& filled, Endpoint& endpoint, std::size_t size, Deadline deadline)
{
    return filled.hasReserved ? endpoint.commit(deadline) : endpoint.reserve(size, deadline).outcome;
}

Outcome sendUntilOneWaits(const Filled& filled, Endpoint& endpoint, std::size_t size,
                          const std::function<Deadline()>& deadline)
{
    Outcome outcome = tryFirstAfter(filled, endpoint, size, deadline());
    if (outcome == Outcome::Done && !filled.hasReserved)
        outcome = endpoint.commit(deadline());
    while (outcome == Outcome::Done) {
        outcome = endpoint.reserve(size, deadline()).outcome;
        if (outcome == Outcome::Done)
            outcome = endpoint.commit(deadline());
    }
    return outcome;
}

} // namespace ipclab
