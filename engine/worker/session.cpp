#include "engine/worker/session.h"

#include "engine/experiment/layers.h"
#include "engine/experiment/shape.h"
#include "engine/measure/message.h"
#include "engine/mechanisms/catalog.h"
#include "engine/worker/layers.h"
#include "engine/worker/lock_order.h"
#include "engine/worker/scheduling.h"
#include "engine/worker/traced_endpoint.h"

#include <linux/futex.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace ipclab {

namespace {

constexpr Nanoseconds spinBeforeStart = std::chrono::microseconds(200);

std::string inheritedPlanText()
{
    std::string text;
    std::array<char, 4096> buffer;
    off_t offset = 0;
    for (;;) {
        const ssize_t got =
            check(::pread(WorkerPlan::PlanText, buffer.data(), buffer.size(), offset), "pread");
        if (got == 0)
            return text;
        text.append(buffer.data(), static_cast<std::size_t>(got));
        offset += got;
    }
}

/// The kernel ends this process when the thread that started it ends, unless that has happened already.
void dieWithTheSupervisor(int supervisor)
{
    check(::prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl(PR_SET_PDEATHSIG)");
    if (::getppid() != supervisor)
        throw FailureError({.tried = "start as a worker", .reason = "the supervisor has ended already"});
}

void waitWhile(std::atomic<std::uint32_t>& word, std::uint32_t value)
{
    ::syscall(SYS_futex, &word, FUTEX_WAIT, value, nullptr, nullptr, 0);
}

} // namespace

Session::Session()
    : m_plan(parseWorkerPlan(inheritedPlanText())),
      m_controlMapping(WorkerPlan::ControlFile, controlPageSize(m_plan.streams), Access::ReadWrite),
      m_telemetry(WorkerPlan::TelemetryFile), m_mechanism(findMechanism(m_plan.experiment.mechanism))
{
    if (m_mechanism == nullptr)
        throw FailureError(
            {.tried = "join a channel",
             .reason = "this worker does not know the mechanism " + m_plan.experiment.mechanism});
    m_sendersInterleave = ipclab::sendersInterleave(m_plan.experiment, *m_mechanism);
    m_countsBefore = m_telemetry.counters();
    m_countsHaveBegun = m_telemetry.countsHaveBegun();
    dieWithTheSupervisor(m_plan.supervisor);
    takePlace(m_plan);
    setWork(m_plan.experiment.receiverWork);
    m_countsLosses = traits().loss == Loss::Possible || hasLayers(experiment());
    check(::prctl(PR_SET_TIMERSLACK, 1), "prctl(PR_SET_TIMERSLACK)");
    ::prctl(PR_SET_NAME, m_plan.role.c_str());
}

std::optional<ClassDraw> Session::classDraw(unsigned sender) const
{
    std::vector<double> shares;
    for (const MessageClass& messageClass : m_mechanism->classes(experiment().mechanismOptions))
        shares.push_back(messageClass.share);
    return shares.size() > 1 ? std::optional(ClassDraw(shares, experiment().seed, sender)) : std::nullopt;
}

/// Of records whose pieces come mixed with those of others a receiver takes piece by piece.
std::size_t Session::largestMessageAt(ChannelEnd end) const
{
    const bool takesPieces = m_sendersInterleave && end == ChannelEnd::Receiver;
    return takesPieces ? pieceSize
                       : messageSizes(m_plan.experiment).largest + layerOverhead(m_plan.experiment);
}

void Session::join()
{
    int descriptor = WorkerPlan::FirstOfChannels;
    JoinRequest request{m_plan.experiment.mechanismOptions,
                        0,
                        m_plan.experiment.wait,
                        m_plan.experiment.rendezvous,
                        [this](int error) { m_telemetry.countError(error); },
                        [this](Nanoseconds taken) {
                            m_telemetry.connecting().record(static_cast<std::uint64_t>(taken.count()));
                        }};
    if (m_plan.restarts == 0)
        m_telemetry.noteJoinBegan(now());
    for (const JoinPlan& join : m_plan.joins) {
        Invitation invitation;
        invitation.address = join.address;
        for (unsigned index = 0; index < join.descriptors; ++index)
            invitation.descriptors.emplace_back(descriptor++);
        request.largestMessage = largestMessageAt(join.end);
        std::unique_ptr<Endpoint> end =
            m_mechanism->join({join.end, join.index}, std::move(invitation), request);
        m_ends.push_back(withLayers(std::move(end), m_plan, m_ends.size(), [this, peers = join.peers] {
            lookUp();
            return m_mustLeave || areGone(peers);
        }));
        if (const SizeCounts* reads = m_ends.back()->reads())
            m_reads.push_back(reads);
    }
    if (m_plan.restarts == 0)
        m_telemetry.noteJoined(now());
    if (experiment().measure.trace > 0)
        beginTrace(descriptor);
}

/// Every end gets one before it that records; the loops do not know.
void Session::beginTrace(int descriptor)
{
    m_trace = std::make_unique<TraceWriter>(descriptor);
    m_telemetry.setTrace(*m_trace);
    for (std::size_t index = 0; index < m_ends.size(); ++index)
        m_ends[index] = std::make_unique<TracedEndpoint>(
            std::move(m_ends[index]), m_plan.joins[index].streams, traits().content, *m_trace);
}

std::vector<Session::End> Session::endsFor(ChannelEnd end) const
{
    std::vector<End> found;
    std::vector<End> all;
    for (std::size_t index = 0; index < m_ends.size(); ++index) {
        all.push_back({m_ends[index].get(), &m_plan.joins[index]});
        if (m_plan.joins[index].end == end)
            found.push_back(all.back());
    }
    return found.empty() ? all : found;
}

bool Session::awaitStart()
{
    m_telemetry.setPhase(WorkerPhase::Joined);
    ringBell();
    while (control().go.load(std::memory_order_acquire) == 0) {
        waitWhile(control().go, 0);
        attend();
        if (m_mustLeave)
            return false;
    }
    m_startAt = Nanoseconds(control().startAt.load(std::memory_order_relaxed));
    m_beginAt = m_startAt + experiment().warmUp;
    m_endAt = experiment().messages == 0 ? m_beginAt + experiment().duration : Nanoseconds::max();
    const timespec almost = toTimespec(m_startAt - spinBeforeStart);
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &almost, nullptr);
    while (now() < m_startAt) {
    }
    m_telemetry.enter(Window::Working);
    m_telemetry.setPhase(WorkerPhase::WarmingUp);
    m_alarm.setFor(m_beginAt);
    attend();
    return !m_mustLeave;
}

void Session::attend()
{
    PhaseAlarm::attended();
    const auto request = static_cast<StopRequest>(control().stop.load(std::memory_order_acquire));
    m_mustLeave = request == StopRequest::LeaveNow;
    m_hasEnded = m_hasEnded || request != StopRequest::None;
    m_goneWorkers = control().goneWorkers.load(std::memory_order_acquire);
    if (m_startAt == Nanoseconds::zero())
        return;
    const Nanoseconds moment = now();
    if (!m_isMeasuring && moment >= m_beginAt)
        beginWindow();
    if (!m_hasEnded && moment >= m_endAt)
        m_hasEnded = true;
    if (m_hasEnded)
        m_alarm.silence();
    takeOrders();
}

void Session::takeOrders()
{
    WorkerOrders& orders = this->orders();
    setWork(experiment().receiverWork + Nanoseconds(orders.extraWork.load(std::memory_order_acquire)));
    if (orders.closeEnds.load(std::memory_order_acquire) != 0 && !m_windowIsClosed && !m_hasEnded)
        throw EndsOrderedClosed();
    if (hasLockOrder(orders))
        carryOutLockOrder(*this);
}

void Session::setWork(Nanoseconds perMessage)
{
    m_workPerMessage = perMessage;
    m_hasWork = perMessage > Nanoseconds::zero() || experiment().receiverTouch > 0 ||
                experiment().receiverSleep > Nanoseconds::zero();
}

void Session::closeEndsAndWait()
{
    endWindow();
    m_reads.clear();
    m_ends.clear();
    orders().grip.store(LockGrip::None, std::memory_order_release); // if this came while it held a lock
    m_telemetry.enter(Window::Pacing);
    m_telemetry.setPhase(WorkerPhase::Closed);
    ringBell();
    while (!m_hasEnded && !m_mustLeave) {
        const timespec pause = toTimespec(std::chrono::milliseconds(10));
        ::clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, nullptr);
        attend();
    }
    m_telemetry.enter(Window::Working);
}

void Session::awaitEndOf(std::uint64_t workers)
{
    const timespec pause = toTimespec(std::chrono::milliseconds(2));
    m_telemetry.enter(Window::WaitingToReceive);
    while (!areGone(workers) && !m_hasEnded && !m_mustLeave) {
        ::clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, nullptr);
        attend();
    }
    m_telemetry.enter(Window::Working);
}

void Session::noteUndone(Outcome outcome, const Endpoint& endpoint)
{
    if (outcome == Outcome::Truncated)
        m_telemetry.add(Counter::Truncated);
    if (const int error = endpoint.counts().closedBy; outcome == Outcome::PeerClosed && error != 0)
        m_telemetry.countError(error);
}

void Session::beginWindow()
{
    if (!m_telemetry.timesHaveBegun())
        m_telemetry.beginTimes();
    if (m_trace)
        m_trace->start();
    m_telemetry.setPhase(WorkerPhase::Measuring);
    m_isMeasuring = true;
    if (m_endAt == Nanoseconds::max())
        m_alarm.silence();
    else
        m_alarm.setFor(m_endAt);
}

void Session::flush()
{
    for (const std::unique_ptr<Endpoint>& end : m_ends)
        end->flush();
}

Nanoseconds Session::attentionAt() const
{
    Nanoseconds first = Nanoseconds::max();
    for (const std::unique_ptr<Endpoint>& end : m_ends)
        first = std::min(first, end->attentionAt());
    return first;
}

void Session::publishTransferCounts()
{
    TransferCounts sum;
    for (std::size_t index = 0; index < m_ends.size(); ++index) {
        sum.systemCalls += m_ends[index]->counts().systemCalls;
        sum.partialTransfers += m_ends[index]->counts().partialTransfers;
        sum.tornRecords += m_ends[index]->counts().tornRecords;
        sum.lostUpdates += m_ends[index]->counts().lostUpdates;
        sum.staleReads += m_ends[index]->counts().staleReads;
    }
    if (!m_reads.empty())
        publishReads();
    if (m_countsLosses)
        publishLayers();
    setTotal(Counter::SystemCalls, sum.systemCalls + m_waitingCalls);
    setTotal(Counter::PartialTransfers, sum.partialTransfers);
    setTotal(Counter::TornRecords, sum.tornRecords);
    m_telemetry.set(Counter::LostUpdates, sum.lostUpdates); // the channel remembers them
    setTotal(Counter::StaleReads, sum.staleReads);
}

void Session::setTotal(Counter counter, std::uint64_t own)
{
    m_telemetry.set(counter, m_countsBefore[counter] + own);
}

void Session::publishLayers()
{
    TransferCounts sum;
    for (const std::unique_ptr<Endpoint>& end : m_ends) {
        sum.dropped += end->counts().dropped;
        sum.impaired += end->counts().impaired;
        sum.acknowledged += end->counts().acknowledged;
    }
    setTotal(Counter::DroppedByKernel, sum.dropped);
    setTotal(Counter::ImpairedDropped, sum.impaired.dropped);
    setTotal(Counter::ImpairedRepeated, sum.impaired.repeated);
    setTotal(Counter::ImpairedDelayed, sum.impaired.delayed);
    setTotal(Counter::ImpairedReordered, sum.impaired.reordered);
    setTotal(Counter::Retransmitted, sum.acknowledged.retransmitted);
    setTotal(Counter::RetransmissionTimeOuts, sum.acknowledged.timeOuts);
    setTotal(Counter::AcknowledgementsSent, sum.acknowledged.acknowledgements);
    setTotal(Counter::RepeatsSuppressed, sum.acknowledged.suppressed);
}

void Session::publishReads()
{
    SizeCounts sum;
    for (const SizeCounts* reads : m_reads)
        sum.add(*reads);
    m_telemetry.setReads(sum);
}

void Session::beginCounts()
{
    if (std::exchange(m_countsHaveBegun, true))
        return;
    publishTransferCounts();
    m_telemetry.beginCounts();
}

void Session::endWindow()
{
    if (std::exchange(m_windowIsClosed, true))
        return;
    publishTransferCounts();
    m_telemetry.end();
}

void Session::finish()
{
    endWindow();
    m_reads.clear();
    m_ends.clear();
    m_telemetry.setPhase(WorkerPhase::Finished);
    ringBell();
}

void Session::fail(const Failure& failure)
{
    endWindow();
    m_telemetry.setFailure(failure);
    ringBell();
}

void Session::ringBell() const
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(WorkerPlan::Bell, &one, sizeof one);
}

} // namespace ipclab
