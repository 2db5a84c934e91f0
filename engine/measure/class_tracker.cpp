#include "engine/measure/class_tracker.h"

#include <algorithm>

namespace ipclab {

namespace {

/// A number further from the expected one than any queue holds is a damaged one.
constexpr std::uint64_t farthest = 1 << 20;

} // namespace

ClassTracker::ClassTracker(ClassDraw draw) : m_draw(std::move(draw)), m_states(m_draw.classes())
{
    for (unsigned messageClass = 0; messageClass < m_states.size(); ++messageClass)
        m_states[messageClass].sequence = m_draw.firstFrom(0, messageClass);
}

ClassVerdict ClassTracker::follow(std::uint64_t sequence, unsigned messageClass)
{
    const bool isKnown = messageClass < m_states.size() && m_draw.of(sequence) == messageClass;
    if (!isKnown ||
        std::max(sequence, expected(messageClass)) - std::min(sequence, expected(messageClass)) > farthest)
        return {.isOfTheClass = false, .sequence = {}};
    State& state = m_states[messageClass];
    const std::uint64_t number = sequence == state.sequence ? state.number : numberOf(sequence, messageClass);
    ClassVerdict verdict{.sequence = state.tracker.follow(number), .wasOvertaken = sequence < m_seen};
    if (number >= state.number) {
        state.number = number + 1;
        state.sequence = m_draw.firstFrom(sequence + 1, messageClass);
    }
    verdict.hasOvertaken =
        std::ranges::any_of(m_states, [&](const State& other) { return other.sequence < sequence; });
    m_seen = std::max(m_seen, sequence + 1);
    return verdict;
}

/// By counting the messages of the class between this and the expected one.
std::uint64_t ClassTracker::numberOf(std::uint64_t sequence, unsigned messageClass) const
{
    const State& state = m_states[messageClass];
    std::uint64_t between = 0;
    for (std::uint64_t each = std::min(sequence, state.sequence); each < std::max(sequence, state.sequence);
         ++each)
        between += m_draw.of(each) == messageClass ? 1U : 0U;
    return sequence > state.sequence ? state.number + between : state.number - between;
}

} // namespace ipclab
