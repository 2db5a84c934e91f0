#include "engine/mechanisms/layers/acknowledged_endpoint.h"

#include "engine/mechanisms/layers/receive_window.h"
#include "engine/mechanisms/layers/send_window.h"
#include "engine/mechanisms/waits/waiting.h"

#include <algorithm>
#include <cstring>

namespace ipclab {

namespace {

/// Of an acknowledgement that confirms no single message.
constexpr std::uint64_t noNumber = ~std::uint64_t{0};

class AcknowledgedEndpoint final : public Endpoint {
public:
    AcknowledgedEndpoint(std::unique_ptr<Endpoint> endpoint, const AcknowledgedEndpointRequest& request)
        : m_endpoint(std::move(endpoint)), m_isCalledOff(request.isCalledOff),
          m_sending(request.acknowledgement, sizeof(FrameHeader) + request.largestMessage),
          m_receiving(request.acknowledgement, request.largestMessage)
    {
    }

    /// Who received everything may go without having said so: the kernel then tells that nobody is there.
    ~AcknowledgedEndpoint() override
    {
        constexpr Nanoseconds betweenLooks = std::chrono::milliseconds(10);
        try {
            while (!m_sending.isEmpty() && !(m_isCalledOff && m_isCalledOff()))
                if (serve(Deadline::after(betweenLooks), POLLIN) == Outcome::PeerClosed)
                    return;
        } catch (const std::system_error&) { // nothing more can be done for them
        }
    }

    Reservation reserve(std::size_t size, Deadline deadline) override
    {
        while (m_sending.isFull())
            if (const Outcome outcome = noted(serve(deadline, POLLIN)); outcome != Outcome::Done)
                return {outcome};
        const std::span<std::byte> frame = m_sending.placeForNext(sizeof(FrameHeader) + size);
        const FrameHeader header{.number = m_sending.nextNumber()};
        std::memcpy(frame.data(), &header, sizeof header);
        return {Outcome::Done, frame.data() + sizeof header};
    }

    Outcome commit(Deadline deadline) override
    {
        Outcome outcome = transmit(m_sending.nextFrame());
        while (outcome == Outcome::WouldBlock) {
            outcome = serve(deadline, POLLIN | POLLOUT);
            if (outcome == Outcome::Done)
                outcome = transmit(m_sending.nextFrame());
            else
                return noted(outcome);
        }
        if (outcome == Outcome::Done)
            m_sending.open(now());
        return noted(outcome);
    }

    /// What is reserved is only kept here.
    bool abandon() override { return true; }

    Received receive(Deadline deadline) override
    {
        while (!m_receiving.hasNext()) {
            const Received received = m_endpoint->receive(Deadline::immediately());
            if (received.outcome == Outcome::Done) {
                takeFrame(received.message);
                continue;
            }
            if (received.outcome != Outcome::WouldBlock)
                return {noted(received.outcome)};
            if (const Outcome outcome = noted(serve(deadline, POLLIN)); outcome != Outcome::Done)
                return {outcome};
        }
        noted(Outcome::Done);
        return {Outcome::Done, m_receiving.takeNext()};
    }

    void flush() override
    {
        m_endpoint->flush();
        takeArrived();
        resendDue();
        noted(Outcome::Done);
    }

    Nanoseconds attentionAt() const override
    {
        return std::min(m_sending.dueAt(), m_endpoint->attentionAt());
    }
    int pollDescriptor() const override { return m_endpoint->pollDescriptor(); }
    short sendEvent() const override { return m_sending.isFull() ? POLLIN : POLLOUT; }

private:
    /// Takes what has come and sends again what is due; if nothing has come, waits for one of `events`. Done:
    /// look again.
    Outcome serve(Deadline deadline, short events)
    {
        const Outcome arrived = takeArrived();
        const Outcome resent = resendDue();
        if (resent == Outcome::PeerClosed)
            return resent;
        if (arrived != Outcome::WouldBlock || deadline.isImmediate())
            return arrived;
        const Nanoseconds due = attentionAt();
        const bool isMine = due < deadline.moment();
        ++m_waits;
        const Outcome outcome =
            waitForEvents(pollDescriptor(), events, isMine ? Deadline::at(due) : deadline);
        return outcome == Outcome::TimedOut && isMine ? Outcome::Done : outcome;
    }

    /// Done if there was anything, WouldBlock if not, or why there will be nothing more.
    Outcome takeArrived()
    {
        Outcome outcome = Outcome::WouldBlock;
        while (true) {
            const Received received = m_endpoint->receive(Deadline::immediately());
            if (received.outcome == Outcome::WouldBlock || received.outcome == Outcome::Interrupted)
                return outcome;
            if (received.outcome != Outcome::Done)
                return received.outcome;
            takeFrame(received.message);
            outcome = Outcome::Done;
        }
    }

    void takeFrame(std::span<const std::byte> frame)
    {
        FrameHeader header;
        if (frame.size() < sizeof header)
            return; // nobody here sends such a thing
        std::memcpy(&header, frame.data(), sizeof header);
        if (header.kind == FrameHeader::Kind::Acknowledgement)
            return m_sending.acknowledge(header.number, header.upTo);
        const ReceiveWindow::Verdict verdict = m_receiving.take(header.number, frame.subspan(sizeof header));
        if (verdict == ReceiveWindow::Verdict::Repeated)
            ++m_acknowledged.suppressed;
        acknowledge(verdict == ReceiveWindow::Verdict::TooEarly ? noNumber : header.number);
    }

    /// One for which there is no room gets lost like any other.
    void acknowledge(std::uint64_t number)
    {
        const FrameHeader header{FrameHeader::Kind::Acknowledgement, number, m_receiving.upTo()};
        const auto frame = std::as_bytes(std::span(&header, 1));
        if (transmit(frame) == Outcome::Done)
            ++m_acknowledged.acknowledgements;
    }

    /// One for which there is no room waits for its next time. PeerClosed if nobody is there to take it: a
    /// Unix datagram socket is told so only when it sends.
    Outcome resendDue()
    {
        if (m_sending.isEmpty())
            return Outcome::Done;
        const Nanoseconds moment = now();
        while (const auto frame = m_sending.takeDue(moment)) {
            const Outcome outcome = transmit(*frame);
            if (outcome == Outcome::PeerClosed)
                return outcome;
            m_acknowledged.retransmitted += outcome == Outcome::Done ? 1 : 0;
        }
        return Outcome::Done;
    }

    /// Never waits.
    Outcome transmit(std::span<const std::byte> frame)
    {
        const Reservation reservation = m_endpoint->reserve(frame.size(), Deadline::immediately());
        if (reservation.outcome != Outcome::Done)
            return reservation.outcome;
        std::memcpy(reservation.place, frame.data(), frame.size());
        return m_endpoint->commit(Deadline::immediately());
    }

    Outcome noted(Outcome outcome)
    {
        m_acknowledged.timeOuts = m_sending.timeOuts();
        m_counts = m_endpoint->counts();
        m_counts.systemCalls += m_waits;
        m_counts.acknowledged = m_acknowledged;
        return outcome;
    }

    std::unique_ptr<Endpoint> m_endpoint;
    std::function<bool()> m_isCalledOff;
    SendWindow m_sending;
    ReceiveWindow m_receiving;
    AcknowledgedCounts m_acknowledged;
    std::uint64_t m_waits = 0;
};

} // namespace

std::unique_ptr<Endpoint> makeAcknowledgedEndpoint(std::unique_ptr<Endpoint> endpoint,
                                                   const AcknowledgedEndpointRequest& request)
{
    return std::make_unique<AcknowledgedEndpoint>(std::move(endpoint), request);
}

} // namespace ipclab
