#include "engine/worker/message_source.h"

#include <algorithm>
#include <limits>

namespace ipclab {

namespace {

/// Between the last words that may get lost, which are repeated until the receiver has gone.
constexpr Nanoseconds betweenFarewells = std::chrono::milliseconds(2);

const LoadProfile& profileOf(const Session& session)
{
    const std::string& id = session.experiment().load.profile;
    if (const LoadProfile* profile = findLoadProfile(id))
        return *profile;
    throw FailureError(
        {.tried = "pace the load", .reason = "this worker does not know the load profile " + id});
}

std::unique_ptr<Pacer> pacerFor(Session& session, Nanoseconds thinkTime)
{
    const Experiment& experiment = session.experiment();
    const LoadProfile& profile = profileOf(session);
    std::unique_ptr<Schedule> schedule =
        profile.schedule({.options = experiment.load.options,
                          .seed = experiment.seed,
                          .sender = session.plan().index,
                          .senders = session.plan().senders,
                          .steering = profile.info().isSteered ? &session.control().rate : nullptr});
    const bool isPaced = schedule || thinkTime > Nanoseconds::zero();
    return isPaced ? std::make_unique<Pacer>(session, std::move(schedule)) : nullptr;
}

std::optional<SizeSequence> sizesFor(const Session& session)
{
    const Experiment& experiment = session.experiment();
    const SizeDistribution* distribution = findSizeDistribution(experiment.sizes.distribution);
    if (!distribution || !distribution->quantile)
        return std::nullopt;
    return SizeSequence(*distribution, experiment.sizes.options, experiment.seed, session.plan().index);
}

/// Of the messages after which to stop: they are the run's, not each sender's.
std::uint64_t shareOfMessages(const Session& session)
{
    const WorkerPlan& plan = session.plan();
    const std::uint64_t messages = session.experiment().messages;
    return messages / plan.senders + (plan.index < messages % plan.senders ? 1 : 0);
}

std::optional<std::uint64_t> stampEvery(const Experiment& experiment, bool isPaced)
{
    return isPaced && !experiment.measure.latencyEvery ? std::optional<std::uint64_t>(1)
                                                       : experiment.measure.latencyEvery;
}

} // namespace

MessageSource::MessageSource(Session& session)
    : m_session(session), m_outlet(session, session.sendingEnd(), session.experiment().waiting.expiry),
      m_rhythm(stampEvery(session.experiment(), profileOf(session).info().loop == Loop::Open)),
      m_thinkTime(profileOf(session).thinkTime(session.experiment().load.options)),
      m_pacer(pacerFor(session, m_thinkTime)), m_size(session.experiment().messageSize),
      m_sizesVary(session.experiment().sizes.distribution != "fixed"), m_sizes(sizesFor(session)),
      m_end(std::numeric_limits<std::uint64_t>::max())
{
    if (session.plan().restarts > 0)
        goOn();
    session.telemetry().setLatencyEvery(m_rhythm.every());
}

/// Where the one that died stopped. Whether it had sent the message that it had in hand nobody knows: that
/// number is left out, each time.
void MessageSource::goOn()
{
    const std::uint64_t sent = m_session.countsBefore()[Counter::Sent];
    m_sequence = sent + m_session.plan().restarts;
    if (m_pacer)
        m_pacer->skip(sent);
}

void MessageSource::noteUnsent(std::uint16_t flags, Outcome outcome)
{
    m_outlet.noteEnd(outcome);
    if (outcome != Outcome::TimedOut)
        return;
    m_session.telemetry().add(Counter::GivenUp);
    if ((flags & stampedFlag) != 0)
        m_rhythm.again();
}

std::optional<Nanoseconds> MessageSource::pace()
{
    if (m_thinkTime == Nanoseconds::zero())
        return m_pacer->awaitNext();
    const bool goesOn = m_sequence == 0 || m_pacer->pause(m_thinkTime);
    return goesOn ? std::optional(Nanoseconds::zero()) : std::nullopt;
}

MessageSource::Next MessageSource::lookForNext(Outgoing& outgoing, Nanoseconds& askAgainAt)
{
    m_session.lookUp();
    if (m_session.hasEnded() || m_sequence >= m_end)
        return Next::None;
    outgoing.sequence = m_sequence;
    outgoing.intended = Nanoseconds::zero();
    if (m_pacer) {
        const Nanoseconds due = m_pacer->nextDue(m_sequence == 0 ? Nanoseconds::zero() : m_thinkTime);
        if (!m_pacer->hasCome()) {
            askAgainAt = m_pacer->askAgainAt();
            return Next::NotDue;
        }
        if (m_thinkTime == Nanoseconds::zero())
            outgoing.intended = due;
    }
    fillIn(outgoing);
    return Next::Ready;
}

Outcome MessageSource::trySend(const Outgoing& outgoing)
{
    const Outcome outcome = m_outlet.tryTransmit(outgoing);
    if (outcome != Outcome::Done || (outgoing.flags & farewellFlag) != 0)
        return outcome;
    ++m_sequence;
    // What was filled in before, while the other's messages are measured already, is still of the warm-up.
    if ((outgoing.flags & measuredFlag) != 0 || !m_session.countsHaveBegun())
        count(outgoing);
    return outcome;
}

Nanoseconds MessageSource::readClock()
{
    m_session.publishTransferCounts(); // before the clock, so that it is not part of the latency
    const Nanoseconds moment = now();
    if (!m_rhythm.isSettled() && m_rhythm.consider(moment))
        m_session.telemetry().setLatencyEvery(m_rhythm.every());
    return moment;
}

std::size_t MessageSource::nextSize()
{
    return m_sizes ? m_sizes->next() : std::max<std::size_t>(1, m_pacer->size());
}

void MessageSource::beginMeasuring()
{
    m_isMeasuring = true;
    m_rhythm.beginMeasuring();
    if (!m_session.countsHaveBegun() || m_session.plan().restarts == 0)
        m_outlet.noteFirstMeasured(m_sequence);
    if (m_session.experiment().messages > 0)
        m_end = m_outlet.firstMeasured() + shareOfMessages(m_session);
    m_session.beginCounts();
}

Outgoing MessageSource::farewell()
{
    // It may be all that arrives of the measured window, and then tells that the rest was lost.
    return {.sequence = m_sequence,
            .size = m_sizesVary ? nextSize() : m_size,
            .flags = static_cast<std::uint16_t>(farewellFlag | (m_isMeasuring ? measuredFlag : 0))};
}

void MessageSource::sayFarewell()
{
    if (m_session.experiment().start == StartOrder::SenderFirst)
        return m_session.flush(); // nobody is there; the receiver will be told that no more comes
    const WorkerPlan& plan = m_session.plan();
    // Competing receivers may stop only when everything has been taken that anybody sent: the last sender
    // tells them all.
    if (plan.rivals > 1 &&
        m_session.control().sendersDone.fetch_add(1, std::memory_order_acq_rel) + 1 < plan.senders)
        return;
    for (unsigned receiver = 0; receiver < plan.rivals; ++receiver)
        sayFarewellInto(m_outlet);
}

void MessageSource::sayFarewellInto(Outlet& outlet)
{
    outlet.setClass(lastWordClass);
    // An impairment spares it; acknowledgements get it through.
    const bool mayBeLost =
        m_session.traits().loss == Loss::Possible && m_session.experiment().acknowledgement.isNone();
    while (!m_session.mustLeave()) {
        const Outcome outcome = outlet.transmit(farewell());
        if (outcome == Outcome::TimedOut)
            continue; // it is never given up
        if (outcome != Outcome::Done || !mayBeLost)
            break;
        m_session.flush();
        const timespec pause = toTimespec(betweenFarewells);
        ::clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, nullptr);
        m_session.lookUp();
    }
    m_session.flush();
}

} // namespace ipclab
