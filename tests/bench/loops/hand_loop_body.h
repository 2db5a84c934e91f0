#pragma once

#include "engine/base/failure.h"
#include "tests/bench/loops/hand_loop.h"
#include "tests/support/test_process.h"

#include <sched.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace ipclab {

enum class LoopSide { Asker, Answerer };
enum class MayLose { No, Yes };

// A mechanism's `Link` has both ways of the channel; made before the fork. take(LoopSide) chooses one side,
// place() is where to write the next message, send() sends it, receive() waits for one and returns where it
// is. Where messages may get lost it has a constant `mayLose` that says so, and repeats the farewell.

template <typename Link>
constexpr bool losesMessages()
{
    if constexpr (requires { Link::mayLose; })
        return Link::mayLose == MayLose::Yes;
    else
        return false;
}

namespace loop_message {

inline constexpr std::uint64_t farewell = ~std::uint64_t{0};

inline void write(std::byte* message, std::size_t size, std::uint64_t sequence)
{
    std::memcpy(message, &sequence, sizeof sequence);
    std::memcpy(message + size - sizeof sequence, &sequence, sizeof sequence);
}

/// The sequence; throws if head and tail differ.
inline std::uint64_t read(const std::byte* message, std::size_t size)
{
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    std::memcpy(&head, message, sizeof head);
    std::memcpy(&tail, message + size - sizeof tail, sizeof tail);
    if (head != tail) [[unlikely]]
        throw std::runtime_error("a message is torn");
    return head;
}

} // namespace loop_message

/// As many as the laboratory's ring has by default.
inline std::size_t slotsOfARing(std::size_t messageSize)
{
    const std::size_t wanted =
        std::max<std::size_t>((256 << 10) / messageSize, std::min<std::size_t>(32, (4 << 20) / messageSize));
    return std::clamp<std::size_t>(std::bit_floor(wanted), 8, 4096);
}

/// An odd number of cache lines from 1 KiB on, so that places begin in different sets of the cache.
inline std::size_t strideOfARing(std::size_t messageSize)
{
    const std::size_t size = (messageSize + 63) / 64 * 64;
    return size < 1024 ? size : size | 64;
}

/// The clock is read once in so many messages where it only says when to stop.
inline constexpr std::uint64_t messagesBetweenLooks = 256;

template <typename Link>
void floodWith(Link& link, const LoopRequest& request)
{
    const Nanoseconds end = now() + request.warmUp + request.duration;
    std::uint64_t sequence = 0;
    while (sequence % messagesBetweenLooks != 0 || now() < end) {
        loop_message::write(link.place(), request.messageSize, sequence++);
        link.send();
    }
    loop_message::write(link.place(), request.messageSize, loop_message::farewell);
    link.send();
}

/// Returns the messages per second after the warm-up.
template <typename Link>
double drainFrom(Link& link, const LoopRequest& request)
{
    const Nanoseconds begin = now() + request.warmUp;
    std::uint64_t first = 0;
    Nanoseconds firstAt{};
    std::uint64_t lost = 0;
    for (std::uint64_t received = 0;; ++received) {
        const std::uint64_t sequence = loop_message::read(link.receive(), request.messageSize);
        if (sequence != received + lost) [[unlikely]] {
            if (sequence == loop_message::farewell) {
                const std::chrono::duration<double> seconds = now() - firstAt;
                return static_cast<double>(received - first) / seconds.count();
            }
            if (!losesMessages<Link>())
                throw std::runtime_error("a message is lost");
            lost = sequence - received;
        }
        if (received % messagesBetweenLooks == 0 && first == 0 && now() >= begin) {
            first = received;
            firstAt = now();
        }
    }
}

/// Returns the median of all round trips after the warm-up, in nanoseconds.
template <typename Link>
double askOver(Link& link, const LoopRequest& request)
{
    constexpr std::size_t most = 8 << 20;
    std::vector<std::uint32_t> roundTrips(most, 1); // written once, so that its pages are there
    std::size_t count = 0;
    const Nanoseconds begin = now() + request.warmUp;
    const Nanoseconds end = begin + request.duration;
    Nanoseconds received{};
    for (std::uint64_t sequence = 0; received < end && count < most; ++sequence) {
        const Nanoseconds sent = now();
        loop_message::write(link.place(), request.messageSize, sequence);
        link.send();
        if (loop_message::read(link.receive(), request.messageSize) != sequence) [[unlikely]]
            throw std::runtime_error("an answer is lost");
        received = now();
        if (sent >= begin)
            roundTrips[count++] = static_cast<std::uint32_t>((received - sent).count());
    }
    loop_message::write(link.place(), request.messageSize, loop_message::farewell);
    link.send();
    if (count == 0)
        throw std::runtime_error("no round trip came to its end");
    const auto middle = roundTrips.begin() + static_cast<std::ptrdiff_t>(count / 2);
    std::nth_element(roundTrips.begin(), middle, roundTrips.begin() + static_cast<std::ptrdiff_t>(count));
    return *middle;
}

template <typename Link>
void answerOver(Link& link, const LoopRequest& request)
{
    while (true) {
        const std::byte* question = link.receive();
        if (loop_message::read(question, request.messageSize) == loop_message::farewell)
            return;
        std::memcpy(link.place(), question, request.messageSize);
        link.send();
    }
}

/// Binds the calling process to the first or the second core that it may use.
inline void runOnCoreOf(LoopSide side)
{
    cpu_set_t usable;
    CPU_ZERO(&usable);
    check(::sched_getaffinity(0, sizeof usable, &usable), "sched_getaffinity");
    int toSkip = side == LoopSide::Asker || CPU_COUNT(&usable) < 2 ? 0 : 1;
    std::size_t core = 0;
    while (!CPU_ISSET(core, &usable) || toSkip-- > 0)
        ++core;
    cpu_set_t chosen;
    CPU_ZERO(&chosen);
    CPU_SET(core, &chosen);
    check(::sched_setaffinity(0, sizeof chosen, &chosen), "sched_setaffinity");
}

template <typename Link>
double takePart(Link& link, LoopSide side, const LoopRequest& request)
{
    runOnCoreOf(side);
    link.take(side);
    if (request.exchange == Exchange::OneWay) {
        if (side == LoopSide::Answerer)
            return drainFrom(link, request);
        floodWith(link, request);
        return 0;
    }
    if (side == LoopSide::Asker)
        return askOver(link, request);
    answerOver(link, request);
    return 0;
}

/// Runs both sides to their end and returns what the measuring one found.
template <typename Link>
double measureLoop(const LoopRequest& request)
{
    Link link(request);
    const auto body = [&link, &request](LoopSide side) {
        return [&link, &request, side](const Talk& talk) {
            talk.tell(std::bit_cast<std::uint64_t>(takePart(link, side, request)));
        };
    };
    TestProcess answerer(body(LoopSide::Answerer));
    TestProcess asker(body(LoopSide::Asker));
    if (request.tellProcesses)
        request.tellProcesses(std::array{asker.pid(), answerer.pid()});
    const bool asks = request.exchange == Exchange::RoundTrip;
    const std::optional<std::uint64_t> figure =
        (asks ? asker : answerer).talk().hear(Deadline::after(std::chrono::seconds(20)));
    for (TestProcess* process : {&asker, &answerer})
        if (const std::string error = process->finish(); !error.empty())
            throw std::runtime_error("the hand-written loop failed: " + error);
    return std::bit_cast<double>(figure.value());
}

} // namespace ipclab
