#pragma once

#include "engine/measure/class_draw.h"
#include "engine/measure/sequence_tracker.h"

#include <cstdint>
#include <vector>

namespace ipclab {

/// What one message of a class says about those before it.
struct ClassVerdict {
    /// Else nothing more is known: it is damaged, or was delivered under a false class.
    bool isOfTheClass = true;
    SequenceVerdict sequence;  ///< among the messages of its class, which no mechanism may reorder
    bool hasOvertaken = false; ///< a message that was sent before it has not come yet
    bool wasOvertaken = false; ///< one that was sent after it has come before
};

/// Follows one sender's messages where those of different classes may overtake each other. Within a class
/// they come in the order in which they were sent.
class ClassTracker final {
public:
    explicit ClassTracker(ClassDraw draw);

    unsigned classes() const { return m_draw.classes(); }

    /// Hot path: draws once for each message that was sent, and looks once at each class.
    ClassVerdict follow(std::uint64_t sequence, unsigned messageClass);

    /// The sequence number that should come next in the class.
    std::uint64_t expected(unsigned messageClass) const { return m_states[messageClass].sequence; }

private:
    struct State {
        std::uint64_t sequence = 0; ///< of the next message of the class
        std::uint64_t number = 0;   ///< its number within the class
        SequenceTracker tracker;    ///< by these numbers
    };
    std::uint64_t numberOf(std::uint64_t sequence, unsigned messageClass) const;

    ClassDraw m_draw;
    std::vector<State> m_states; ///< by class
    std::uint64_t m_seen = 0;    ///< above the highest sequence that has come
};

} // namespace ipclab
