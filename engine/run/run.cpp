#include "engine/run/run.h"

#include "engine/base/failure.h"
#include "engine/run/supervisor.h"

#include <poll.h>

namespace ipclab {

Run::Run(Experiment experiment, RunSettings settings)
    : m_supervisor(std::make_unique<Supervisor>(std::move(experiment), std::move(settings)))
{
}

Run::~Run() = default;

void Run::start()
{
    m_supervisor->start();
}

int Run::descriptor() const
{
    return m_supervisor->descriptor();
}

std::vector<RunEvent> Run::dispatch()
{
    return m_supervisor->dispatch();
}

void Run::stop()
{
    m_supervisor->stop();
}

void Run::setLocking(Locking locking)
{
    m_supervisor->setLocking(locking);
}

void Run::inject(Fault fault)
{
    m_supervisor->inject(std::move(fault));
}

bool Run::isOver() const
{
    return m_supervisor->isOver();
}

Nanoseconds Run::elapsed() const
{
    return m_supervisor->elapsed();
}

RunResult runToEnd(const Experiment& experiment, RunSettings settings)
{
    Run run(experiment, std::move(settings));
    run.start();
    for (;;) {
        pollfd request{run.descriptor(), POLLIN, 0};
        if (::poll(&request, 1, -1) < 0 && errno != EINTR)
            throwSystemError("poll");
        for (RunEvent& event : run.dispatch()) {
            if (auto* finished = std::get_if<RunFinished>(&event))
                return std::move(finished->result);
            if (auto* failed = std::get_if<RunFailed>(&event))
                return std::move(failed->result);
        }
    }
}

} // namespace ipclab
