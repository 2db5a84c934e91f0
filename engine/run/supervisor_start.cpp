#include "engine/run/supervisor.h"

#include "engine/base/failure.h"
#include "engine/base/private_directory.h"
#include "engine/base/wording.h"
#include "engine/experiment/layers.h"
#include "engine/experiment/placement.h"
#include "engine/experiment/roles.h"
#include "engine/mechanisms/catalog.h"
#include "engine/profiles/load_profile.h"
#include "engine/run/channels.h"
#include "engine/run/processes/mapped_addresses.h"
#include "engine/run/run_summary.h"
#include "engine/run/start_order.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <linux/futex.h>
#include <sys/syscall.h>

#include <algorithm>
#include <ctime>
#include <iterator>

namespace ipclab {

namespace {

/// Between the common start's announcement and it.
constexpr Nanoseconds headStart = std::chrono::milliseconds(2);

std::string timeStamp()
{
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

void wakeAll(std::atomic<std::uint32_t>& word)
{
    ::syscall(SYS_futex, &word, FUTEX_WAKE, 1 << 30, nullptr, nullptr, 0);
}

double inMilliseconds(Nanoseconds time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

std::string listed(const std::vector<Problem>& problems)
{
    std::string text;
    for (const Problem& problem : problems)
        text += (text.empty() ? "" : " ") + problem.sentence;
    return text;
}

/// The name of a memory file says nothing that its kind does not: "/memfd:… (deleted)".
const std::string& shortNameOf(const KernelObject& object)
{
    return object.name.starts_with("/memfd:") ? object.kind : object.name;
}

} // namespace

void Supervisor::start()
{
    m_startedAt = now();
    m_result.startedAt = timeStamp();
    m_result.host = readHost();
    m_bell.ring(); // whatever comes of it, dispatch() has something to tell
    if (const std::vector<Problem> found = problems(m_result.experiment); !found.empty())
        return fail({.tried = "run this experiment", .reason = listed(found)});
    m_result.experiment = completed(m_result.experiment);
    const std::string tried = fmt::format("start a run over the mechanism {}", m_result.experiment.mechanism);
    try {
        prepare();
    } catch (const FailureError& error) {
        fail(error.failure());
    } catch (const std::system_error& error) {
        fail(explain(error, tried));
    }
}

void Supervisor::prepare()
{
    m_plan = planFor(m_result.experiment);
    const std::string directory = privateDirectory();
    for (const Leftover& leftover : findLeftovers(directory))
        removeLeftover(leftover); // of a supervisor that was killed together with its reaper
    requireTargets();
    m_journal = std::make_unique<NameJournal>(directory);
    m_reaper = std::make_unique<Reaper>(m_settings.workerProgram, m_journal->path());
    m_controlFile = createControlPage(m_plan.streams);
    m_controlMapping = Mapping(m_controlFile.get(), controlPageSize(m_plan.streams), Access::ReadWrite);
    m_channels = openChannels(m_result.experiment, m_plan, *m_journal);
    requireRoomForAll();
    startWorkers();
    const Experiment& experiment = m_result.experiment;
    if (experiment.start == StartOrder::SenderEarly || experiment.start == StartOrder::ReceiverEarly)
        leaveAlone(experiment.startGap);
    else if (experiment.start == StartOrder::Together)
        allHaveStarted();
    noteEffectiveSettings();
    m_deadline.setFor(now() + timeToJoin());
    m_stage = Stage::Starting;
}

/// A fault for somebody whom the run does not have must not wait until it is due.
void Supervisor::requireTargets() const
{
    std::vector<std::string> roles;
    for (const PlannedWorker& planned : m_plan.workers)
        roles.push_back(planned.role);
    for (const Fault& fault : m_result.experiment.faults)
        if (infoOf(fault.kind).hasTarget && std::ranges::find(roles, fault.target) == roles.end())
            throw FailureError({.tried = fmt::format("prepare the fault \"{}\"", toText(fault)),
                                .reason = fmt::format("this run has no {}; {}", quoted(fault.target),
                                                      suggestion(fault.target, roles))});
}

void Supervisor::startWorkers()
{
    noteClasses();
    for (const PlannedWorker& planned : m_plan.workers) {
        m_workers.push_back(
            std::make_unique<WorkerProcess>(planned, m_result.classes.size(), m_result.experiment));
        if (!isHeldBack(planned) && !isLate(m_workers.size() - 1))
            startWorker(m_workers.size() - 1);
    }
    WorkersStarted started{.workers = {}, .capacity = capacityOfAll()};
    for (const std::unique_ptr<WorkerProcess>& worker : m_workers) {
        worker->observe();
        started.workers.push_back(worker->status());
    }
    m_events.emplace_back(std::move(started));
}

void Supervisor::noteClasses()
{
    const Experiment& experiment = m_result.experiment;
    const std::vector<MessageClass> classes =
        findMechanism(experiment.mechanism)->classes(experiment.mechanismOptions);
    if (classes.size() < 2)
        return; // all alike
    for (const MessageClass& messageClass : classes)
        m_result.classes.push_back(
            {.title = messageClass.title, .share = messageClass.share, .response = {}, .service = {}});
}

/// What a worker is told, but for its ends.
WorkerPlan Supervisor::planOf(std::size_t index) const
{
    const WorkerProcess& worker = *m_workers[index];
    const PlannedWorker& planned = worker.plan();
    return {.task = planned.task,
            .role = planned.role,
            .index = planned.index,
            .number = static_cast<unsigned>(index),
            .senders = m_plan.sources,
            .rivals = m_plan.rivals,
            .streams = m_plan.streams,
            .restarts = worker.hasEnded() ? worker.restarts() + 1 : 0,
            .supervisor = ::getpid(),
            .cores = placementOf(m_result.experiment, m_plan.workers.size())[index],
            .experiment = m_result.experiment};
}

/// Adds a worker's ends to its plan and returns the descriptors that it inherits with them.
std::vector<UniqueFd> Supervisor::invite(const PlannedWorker& planned, WorkerPlan& plan)
{
    std::vector<UniqueFd> descriptors;
    for (const PlannedEnd& end : planned.ends) {
        Invitation invitation = m_channels[end.channel]->invite(end.seat);
        plan.joins.push_back({.end = end.seat.end,
                              .index = end.seat.index,
                              .descriptors = static_cast<unsigned>(invitation.descriptors.size()),
                              .streams = end.streams,
                              .peers = end.peers,
                              .address = invitation.address});
        std::ranges::move(invitation.descriptors, std::back_inserter(descriptors));
    }
    if (m_result.experiment.rendezvous == Rendezvous::ByName && !descriptors.empty())
        throw FailureError({.tried = fmt::format("start the {} as a stranger", planned.role),
                            .reason = "the mechanism hands down a descriptor instead of a name"});
    return descriptors;
}

void Supervisor::startWorker(std::size_t index)
{
    WorkerProcess& worker = *m_workers[index];
    WorkerPlan plan = planOf(index);
    const std::vector<UniqueFd> descriptors = invite(worker.plan(), plan);
    const std::string text = toText(plan);
    const UniqueFd planFile = createSealedText("ipclab plan", std::as_bytes(std::span(text)));
    const bool isByName = m_result.experiment.rendezvous == Rendezvous::ByName;
    WorkerProcess::Inheritance inheritance{planFile.get(), m_controlFile.get(), m_bell.descriptor(), {}, {}};
    for (const UniqueFd& descriptor : descriptors)
        inheritance.channelDescriptors.push_back(descriptor.get());
    inheritance.session = isByName ? ChildSession::Own : ChildSession::Parents;
    if (worker.hasEnded())
        worker.startAnew(m_settings.workerProgram, inheritance);
    else
        worker.start(m_settings.workerProgram, inheritance);
    log(EventKind::Started, worker.plan().role,
        fmt::format("started as process {}{}", worker.process().pid(), isByName ? ", with a name only" : ""));

    m_watch.add(worker.process().pidDescriptor(), FirstWorkerKey + index);
    m_watch.add(worker.process().errorDescriptor(), FirstWorkerKey + index);
}

/// When all have joined: what strangers make themselves is there only then.
void Supervisor::noteObjects()
{
    for (const std::unique_ptr<Channel>& channel : m_channels) {
        const std::vector<KernelObject> objects = channel->objects();
        m_result.objects.insert(m_result.objects.end(), objects.begin(), objects.end());
    }
    for (const std::unique_ptr<WorkerProcess>& worker : m_workers)
        noteAddresses(m_result.objects, worker->plan().role, worker->process().pid());
}

/// Where the workers asked to be, and where the kernel says that they are.
void Supervisor::notePlacement()
{
    const auto asked = placementOf(m_result.experiment, m_plan.workers.size());
    for (std::size_t index = 0; index < m_workers.size(); ++index)
        for (EffectiveSetting& setting : m_workers[index]->placement(m_result.experiment, asked[index]))
            m_result.effective.push_back(std::move(setting));
}

/// How long it took, and how often workers tried in vain until their peers had come.
void Supervisor::logMeeting()
{
    const double joined = inMilliseconds(now() - m_startedAt);
    if (m_result.experiment.start != StartOrder::SenderFirst)
        log(EventKind::Connected, {},
            fmt::format("all workers have joined after {:.1f} ms; once the first looked for its peer, they "
                        "met within "
                        "{:.2f} ms",
                        joined, inMilliseconds(timeToMeet(m_workers))));
    else
        log(EventKind::Connected, {}, fmt::format("the sender has joined after {:.1f} ms", joined));
    for (const std::unique_ptr<WorkerProcess>& worker : m_workers) {
        worker->readStandardError();
        if (const std::string& said = worker->standardError(); !said.empty())
            log(EventKind::Warning, worker->plan().role, said.substr(0, said.find_last_not_of('\n') + 1));
    }
    for (const std::unique_ptr<WorkerProcess>& worker : m_workers)
        if (const std::string refusals = refusalsOf(*worker); !refusals.empty())
            log(EventKind::Connected, worker->plan().role,
                refusals + ", and tried again until its peer had come");
}

void Supervisor::noteEffectiveSettings()
{
    m_result.effective = m_channels.front()->effective();
    m_result.capacity = capacityOfAll();
    if (!isPair())
        m_result.effective.push_back(channelsSetting());
    for (EffectiveSetting& setting : layerSettings(m_result.experiment))
        m_result.effective.push_back(std::move(setting));
    const bool isFull = m_result.experiment.measure.integrity == Integrity::Full;
    m_result.effective.push_back({"payload", "Payload", "default",
                                  isFull ? "written and read" : "not touched beyond header and tail"});
}

/// Before the workers begin: they look at the rate for their first message.
void Supervisor::steerIfAsked()
{
    const Experiment& experiment = m_result.experiment;
    if (!findLoadProfile(experiment.load.profile)->info().isSteered)
        return;
    m_saturator = std::make_unique<Saturator>(
        saturationGoal(experiment.load.options),
        Saturator::Scene{.workers = m_workers,
                         .rate = control().rate,
                         .loss = findMechanism(experiment.mechanism)->info().traits.loss,
                         .copies = m_plan.copies,
                         .startAt = m_startAt,
                         .warmUp = experiment.warmUp});
    m_watch.add(m_saturator->descriptor(), SaturationKey);
}

/// Faults and deadlocks.
void Supervisor::watchForTrouble()
{
    const Experiment& experiment = m_result.experiment;
    m_faults = std::make_unique<FaultInjector>(FaultScene{m_workers, m_channels, control(),
                                                          findMechanism(experiment.mechanism)->info().traits,
                                                          experiment.wait},
                                               m_startAt);
    m_watch.add(m_faults->descriptor(), FaultKey);
    for (const Fault& fault : experiment.faults)
        m_faults->add(fault);
    DeadlockDetector::Scene scene{.workers = m_workers,
                                  .channels = m_channels,
                                  .names = {},
                                  .control = control(),
                                  .wait = experiment.wait,
                                  .reads = experiment.reads};
    for (const std::unique_ptr<Channel>& channel : m_channels) {
        const std::vector<KernelObject> objects = channel->objects();
        const std::string number = fmt::format("channel {}", scene.names.size() + 1);
        scene.names.push_back(objects.empty() ? number
                                              : fmt::format("{} ({})", number, shortNameOf(objects.front())));
    }
    m_deadlocks = std::make_unique<DeadlockDetector>(std::move(scene));
    m_watch.add(m_deadlocks->descriptor(), DeadlockKey);
}

/// Of all channels together in which messages of the load can wait.
std::optional<Capacity> Supervisor::capacityOfAll() const
{
    std::optional<Capacity> capacity = m_channels.front()->capacity();
    if (capacity)
        capacity->amount *= m_plan.loadChannels;
    return capacity;
}

EffectiveSetting Supervisor::channelsSetting() const
{
    const PlannedChannel& first = m_plan.channels.front();
    std::string text = std::to_string(m_plan.channels.size());
    const Shape& shape = m_result.experiment.shape;
    const Roles roles = rolesOf(shape.kind, m_result.experiment.exchange);
    const bool isWanted = shape.senders > 1 && shape.channels == ChannelUse::Shared;
    if (first.senders > 1)
        text += fmt::format(", shared by {} {}s", first.senders, roles.sending);
    else if (isWanted)
        text += fmt::format(", for one takes what a single {} sends with {} and these options", roles.sending,
                            m_result.experiment.mechanism);
    if (first.receivers > 1)
        text += fmt::format("{} {} {}s", first.senders > 1 ? " and" : ", shared by", first.receivers,
                            roles.receiving);
    return {"channels", "Channels", isWanted && first.senders == 1 ? "shared" : "default", text};
}

void Supervisor::beginWhenAllHaveJoined()
{
    for (const std::unique_ptr<WorkerProcess>& worker : m_workers) {
        if (worker->phase() == WorkerPhase::Failed)
            return fail(
                {.tried = fmt::format("start the {}", worker->plan().role), .reason = worker->failure()});
        if (worker->phase() == WorkerPhase::Starting && !isHeldBack(worker->plan()))
            return;
    }
    noteObjects();
    notePlacement();
    m_events.emplace_back(WorkersJoined{m_result.effective, m_result.objects, m_result.host});
    const Experiment& experiment = m_result.experiment;
    m_startAt = now() + headStart;
    flushEarlyEvents(m_startAt);
    steerIfAsked();
    m_sampler = std::make_unique<Sampler>(
        Sampler::Settings{experiment, m_plan.copies, m_result.capacity, m_saturator.get()}, m_workers.size());
    for (const std::unique_ptr<WorkerProcess>& worker : m_workers) {
        worker->expectWindowFrom(m_startAt + experiment.warmUp);
        worker->observe();
    }
    logMeeting();
    control().startAt.store(m_startAt.count(), std::memory_order_relaxed);
    control().go.store(1, std::memory_order_release);
    wakeAll(control().go);
    watchForTrouble();
    m_sampling.setEvery(m_startAt + m_interval, m_interval);
    if (const std::optional<Nanoseconds> after = m_channels.front()->locksAfter())
        m_locking.setFor(m_startAt + experiment.warmUp + *after);
    if (endsByTime())
        m_deadline.setFor(m_startAt + experiment.warmUp + experiment.duration);
    else
        m_deadline.silence();
    m_stage = Stage::Loaded;
}

} // namespace ipclab
