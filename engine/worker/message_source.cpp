#include "engine/worker/message_source.h"

#include <limits>

namespace ipclab {

namespace {

std::unique_ptr<Pacer> pacerFor(Session& session)
{
    const Experiment& experiment = session.experiment();
    const LoadProfile* profile = findLoadProfile(experiment.load.profile);
    if (profile == nullptr)
        throw FailureError({.tried = "pace the load",
                            .reason = "this worker does not know the load profile " + experiment.load.profile});
    std::unique_ptr<Schedule> schedule = profile->schedule({.options = experiment.load.options,
                                                            .seed = experiment.seed,
                                                            .sender = session.plan().index,
                                                            .senders = experiment.shape.senders});
    return schedule ? std::make_unique<Pacer>(session, std::move(schedule)) : nullptr;
}

std::optional<std::uint64_t> stampEvery(const Experiment& experiment, bool isPaced)
{
    return isPaced && !experiment.measure.latencyEvery ? std::optional<std::uint64_t>(1) : experiment.measure.latencyEvery;
}

} // namespace

MessageFormat formatOf(const Session& session)
{
    return {session.traits().content, session.experiment().measure.integrity};
}

MessageSource::MessageSource(Session& session)
    : m_session(session), m_endpoint(session.sendingEnd()), m_waiter(session, m_endpoint, Window::WaitingToSend),
      m_writer(formatOf(session), session.control(), static_cast<std::uint16_t>(session.plan().index)),
      m_rhythm(stampEvery(session.experiment(), findLoadProfile(session.experiment().load.profile)->info().loop == Loop::Open)),
      m_pacer(pacerFor(session)), m_size(session.experiment().messageSize), m_end(std::numeric_limits<std::uint64_t>::max())
{
    session.telemetry().setLatencyEvery(m_rhythm.every());
}

std::optional<Nanoseconds> MessageSource::pace()
{
    return m_pacer->awaitNext();
}

Nanoseconds MessageSource::readClock()
{
    const Nanoseconds moment = now();
    if (!m_rhythm.isSettled() && m_rhythm.consider(moment))
        m_session.telemetry().setLatencyEvery(m_rhythm.every());
    m_session.publishTransferCounts();
    return moment;
}

void MessageSource::beginMeasuring()
{
    m_isMeasuring = true;
    m_writer.noteFirstMeasured(m_sequence);
    if (m_session.experiment().messages > 0)
        m_end = m_sequence + m_session.experiment().messages;
    m_session.beginCounts();
}

void MessageSource::sayFarewell()
{
    if (!m_session.mustLeave())
        transmit({.sequence = m_sequence, .flags = farewellFlag});
}

} // namespace ipclab
