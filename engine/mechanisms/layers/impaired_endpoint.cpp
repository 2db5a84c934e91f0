#include "engine/mechanisms/layers/impaired_endpoint.h"

#include "engine/mechanisms/message_class.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <list>
#include <optional>
#include <vector>

namespace ipclab {

namespace {

constexpr Nanoseconds betweenAttempts = std::chrono::milliseconds(1);

class ImpairedEndpoint final : public Endpoint {
public:
    ImpairedEndpoint(std::unique_ptr<Endpoint> endpoint, const Impairment& impairment, FateDraw fates)
        : m_endpoint(std::move(endpoint)), m_impairment(impairment), m_fates(fates)
    {
    }

    Reservation reserve(std::size_t size, Deadline) override
    {
        m_message.resize(size);
        return {Outcome::Done, m_message.data()};
    }

    Outcome commit(Deadline deadline) override
    {
        if (m_outgoingClass == lastWordClass)
            return commitLastWord(deadline);
        if (!m_copies)
            meetFate(m_fates.next());
        for (; *m_copies > 0; --*m_copies) {
            if (const Outcome outcome = transmit(m_message, deadline); outcome != Outcome::Done)
                return outcome;
            m_hasGone = true;
        }
        m_copies.reset();
        m_hasGone = false;
        releaseDue();
        return Outcome::Done;
    }

    /// The message in its place inherits its fate.
    bool abandon() override { return !m_hasGone && m_endpoint->abandon(); }

    void flush() override
    {
        releaseDue();
        m_endpoint->flush();
    }

    Nanoseconds attentionAt() const override
    {
        Nanoseconds first = m_endpoint->attentionAt();
        for (const Held& held : m_held)
            if (held.isOvertaken(m_passed)) // until then only commit() can bring it further
                first = std::min(first, held.due);
        return first;
    }

    /// Whoever waits here has messages of his own to send on while he does.
    Received receive(Deadline deadline) override
    {
        while (true) {
            releaseDue();
            const Nanoseconds due = attentionAt();
            const bool isMine = !deadline.isImmediate() && due < deadline.moment();
            const Received received = m_endpoint->receive(isMine ? Deadline::at(due) : deadline);
            mirrorCounts();
            if (received.outcome != Outcome::TimedOut || !isMine)
                return received;
        }
    }

    int pollDescriptor() const override { return m_endpoint->pollDescriptor(); }
    short sendEvent() const override { return m_endpoint->sendEvent(); }

private:
    /// A message that goes later: when its time has come and so many others have overtaken it.
    struct Held {
        std::vector<std::byte> message;
        unsigned copies = 1;
        Nanoseconds due = Nanoseconds::max(); ///< max: as soon as it has been overtaken
        std::uint64_t after = 0;              ///< the number of the last message that overtakes it

        bool isOvertaken(std::uint64_t passed) const { return passed >= after; }
        bool mayGo(Nanoseconds moment, std::uint64_t passed) const
        {
            return isOvertaken(passed) && (due == Nanoseconds::max() || moment >= due);
        }
    };

    void meetFate(const Fate& fate)
    {
        ++m_passed;
        const unsigned copies = fate.isDropped ? 0 : fate.isRepeated ? 2 : 1;
        ImpairedCounts& counts = m_impaired;
        counts.dropped += fate.isDropped ? 1 : 0;
        counts.repeated += fate.isRepeated ? 1 : 0;
        counts.delayed += fate.isDelayed ? 1 : 0;
        counts.reordered += fate.isReordered ? 1 : 0;
        mirrorCounts();
        const bool isHeld = fate.isDelayed || fate.isReordered;
        m_copies = isHeld ? 0 : copies;
        if (isHeld)
            m_held.push_back({.message = m_message,
                              .copies = copies,
                              .due = fate.isDelayed ? now() + m_impairment.delayBy : Nanoseconds::max(),
                              .after = m_passed + (fate.isReordered ? m_impairment.reorderBy : 0)});
    }

    Outcome transmit(std::span<const std::byte> message, Deadline deadline)
    {
        const Reservation reservation = m_endpoint->reserve(message.size(), deadline);
        if (reservation.outcome != Outcome::Done)
            return reservation.outcome;
        std::memcpy(reservation.place, message.data(), message.size());
        const Outcome outcome = m_endpoint->commit(deadline);
        mirrorCounts();
        return outcome;
    }

    /// What may go and finds room goes; what finds none tries again a little later.
    void releaseDue()
    {
        if (m_held.empty())
            return;
        const Nanoseconds moment = now();
        for (auto held = m_held.begin(); held != m_held.end();) {
            const bool isReady = held->mayGo(moment, m_passed);
            if (isReady && release(*held, Deadline::immediately()) != Outcome::WouldBlock) {
                held = m_held.erase(held);
                continue;
            }
            if (isReady)
                held->due = moment + betweenAttempts;
            ++held;
        }
    }

    Outcome release(Held& held, Deadline deadline)
    {
        for (; held.copies > 0; --held.copies)
            if (const Outcome outcome = transmit(held.message, deadline); outcome != Outcome::Done)
                return outcome;
        return Outcome::Done;
    }

    /// Nobody overtakes any more; but who is late still is.
    Outcome commitLastWord(Deadline deadline)
    {
        while (!m_held.empty()) {
            const auto first = std::ranges::min_element(m_held, {}, &Held::due);
            const bool isLate = first->due != Nanoseconds::max() && now() < first->due;
            if (isLate)
                if (const Outcome outcome = sleepUntil(first->due, deadline); outcome != Outcome::Done)
                    return outcome;
            if (const Outcome outcome = release(*first, deadline); outcome != Outcome::Done)
                return outcome;
            m_held.erase(first);
        }
        return transmit(m_message, deadline);
    }

    static Outcome sleepUntil(Nanoseconds moment, Deadline deadline)
    {
        if (deadline.isImmediate())
            return Outcome::WouldBlock;
        const bool isInTime = moment <= deadline.moment();
        const timespec until = toTimespec(isInTime ? moment : deadline.moment());
        if (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR)
            return Outcome::Interrupted;
        return isInTime ? Outcome::Done : Outcome::TimedOut;
    }

    void mirrorCounts()
    {
        m_counts = m_endpoint->counts();
        m_counts.impaired = m_impaired;
    }

    std::unique_ptr<Endpoint> m_endpoint;
    Impairment m_impairment;
    FateDraw m_fates;
    ImpairedCounts m_impaired;
    std::vector<std::byte> m_message;
    std::optional<unsigned> m_copies; ///< of m_message that are still to be sent, once its fate is known
    bool m_hasGone = false;           ///< one copy of it has
    std::list<Held> m_held;
    std::uint64_t m_passed = 0; ///< messages so far, held back or not
};

} // namespace

std::unique_ptr<Endpoint> makeImpairedEndpoint(std::unique_ptr<Endpoint> endpoint,
                                               const Impairment& impairment, FateDraw fates)
{
    return std::make_unique<ImpairedEndpoint>(std::move(endpoint), impairment, fates);
}

} // namespace ipclab
