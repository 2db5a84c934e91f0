#include "engine/run/capacity_finder.h"

#include "engine/base/child_process.h"
#include "engine/base/failure.h"
#include "engine/base/private_directory.h"
#include "engine/experiment/worker_plan.h"
#include "engine/measure/control_page.h"
#include "engine/measure/telemetry_reader.h"
#include "engine/mechanisms/catalog.h"
#include "engine/mechanisms/streams/stream_framing.h"
#include "engine/run/reaper.h"
#include "engine/run/watch.h"

#include <fmt/format.h>
#include <limits.h>
#include <poll.h>

#include <csignal>
#include <unistd.h>

namespace ipclab {

namespace {

constexpr int patienceMilliseconds = 10'000;

/// What both workers inherit besides their ends.
struct Surroundings {
    const Experiment& experiment;
    std::string program;
    UniqueFd control = createControlPage(1);
    Doorbell bell = {};
};

/// A worker that fills, or holds, one end of the channel. Killed by its destructor if it still runs.
class EndWorker final {
public:
    EndWorker(const char* command, ChannelEnd end, Channel& channel, const Surroundings& around)
        : m_telemetry(command)
    {
        Invitation invitation = channel.invite({end, 0});
        const WorkerPlan plan{.task = end == ChannelEnd::Sender ? WorkerTask::Send : WorkerTask::Receive,
                              .role = command,
                              .supervisor = ::getpid(),
                              .joins = {{.end = end,
                                         .descriptors = static_cast<unsigned>(invitation.descriptors.size()),
                                         .address = invitation.address}},
                              .experiment = around.experiment};
        const std::string text = toText(plan);
        const UniqueFd planFile = createSealedText("ipclab plan", std::as_bytes(std::span(text)));
        std::vector<int> inherited{planFile.get(), m_telemetry.descriptor(), around.control.get(),
                                   around.bell.descriptor()};
        for (const UniqueFd& descriptor : invitation.descriptors)
            inherited.push_back(descriptor.get());
        m_process = ChildProcess({.program = around.program,
                                  .arguments = {command, plan.role},
                                  .descriptors = inherited,
                                  .heldSignal = SIGUSR1});
    }

    int pidDescriptor() const { return m_process.pidDescriptor(); }
    bool hasFinished() const { return m_telemetry.phase() == WorkerPhase::Finished; }
    /// Why it has ended without finishing; empty while it runs.
    std::string failure()
    {
        const std::optional<ExitReport> report = m_process.tryReap();
        if (std::string told = m_telemetry.read().failure; !report || !told.empty())
            return told;
        std::string said = m_process.takeErrors();
        said.erase(said.find_last_not_of(" .\n") + 1); // the sentence ends by itself
        return fmt::format("a worker {} before it had joined. {}", report->sentence(), said);
    }
    std::uint64_t sent() const { return m_telemetry.counters()[Counter::Sent]; }

private:
    TelemetryReader m_telemetry;
    ChildProcess m_process;
};

/// Until one of them has ended: the holder only ends if it fails.
void awaitEnd(EndWorker& filler, EndWorker& holder)
{
    pollfd ends[]{{filler.pidDescriptor(), POLLIN, 0}, {holder.pidDescriptor(), POLLIN, 0}};
    int ready = 0;
    do
        ready = ::poll(ends, std::size(ends), patienceMilliseconds);
    while (ready < 0 && errno == EINTR);
    if (filler.hasFinished())
        return;
    std::string reason = filler.failure();
    if (reason.empty())
        reason = holder.failure();
    throw FailureError(
        {.tried = "fill the channel",
         .reason = reason.empty() ? "the workers did not come to an end within 10 s" : reason});
}

std::uint64_t framingOf(const Experiment& experiment, const Mechanism& mechanism)
{
    const bool isFramed = mechanism.boundaries(experiment.mechanismOptions) == Boundaries::Framed;
    return framingOverhead(isFramed ? Framing::LengthPrefix : Framing::None);
}

} // namespace

FoundCapacity findCapacity(const Experiment& asked, std::string workerProgram)
{
    Experiment experiment = completed(asked);
    experiment.impairment = {}; // of the channel itself, and not of what stands before it
    experiment.acknowledgement = {};
    const Mechanism& mechanism = *findMechanism(experiment.mechanism);
    const Surroundings around{.experiment = experiment,
                              .program = workerProgram.empty() ? programDirectory() + "/ipclab-worker"
                                                               : std::move(workerProgram)};
    // In this order, so that whatever happens the names go last, and the reaper has nothing left to do then.
    NameJournal journal(privateDirectory());
    const Reaper reaper(around.program, journal.path());
    const auto channel = mechanism.open({.options = experiment.mechanismOptions,
                                         .largestMessage = messageSizes(experiment).largest,
                                         .journal = journal,
                                         .wait = experiment.wait});
    FoundCapacity found{.messageSize = messageSizes(experiment).largest,
                        .framing = framingOf(experiment, mechanism),
                        .stated = channel->capacity(),
                        .effective = channel->effective()};
    EndWorker holder("hold", ChannelEnd::Receiver, *channel, around);
    EndWorker filler("fill", ChannelEnd::Sender, *channel, around);
    channel->workersStarted();
    awaitEnd(filler, holder);
    found.messages = filler.sent();
    return found;
}

std::vector<FoundCapacity> findCapacities(const Experiment& asked, const std::string& workerProgram)
{
    std::vector<FoundCapacity> found{findCapacity(asked, workerProgram)};
    if (findMechanism(asked.mechanism)->info().traits.family == Family::ByteStream) {
        Experiment wholePages = asked;
        wholePages.messageSize = PIPE_BUF - found.front().framing;
        found.push_back(findCapacity(wholePages, workerProgram));
    }
    return found;
}

} // namespace ipclab
