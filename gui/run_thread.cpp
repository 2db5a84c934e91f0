#include "gui/run_thread.h"

#include "engine/base/failure.h"

#include <QSocketNotifier>

#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <iterator>
#include <memory>
#include <system_error>
#include <utility>

namespace ipclab {

namespace {

UniqueFd makeSignal()
{
    return UniqueFd(check(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"));
}

void raise(const UniqueFd& signal)
{
    // Cannot fail but when 2^64 signals have gathered, and then it is readable anyway.
    [[maybe_unused]] const int ignored = eventfd_write(signal.get(), 1);
}

void lower(const UniqueFd& signal)
{
    eventfd_t count = 0;
    [[maybe_unused]] const int ignored = eventfd_read(signal.get(), &count);
}

bool endsRun(const RunNews& news)
{
    return std::holds_alternative<RunFinished>(news) || std::holds_alternative<RunFailed>(news);
}

RunNews newsOf(RunEvent&& event)
{
    return std::visit([](auto&& what) -> RunNews { return std::move(what); }, std::move(event));
}

} // namespace

/// What lives in the thread and is touched by no other.
class RunThread::Host final {
public:
    explicit Host(RunThread& owner) : m_owner(owner) {}

    void live()
    {
        while (obey()) {
            waitForSomething();
            if (m_run)
                advance();
        }
    }

private:
    /// False when the program ends.
    bool obey()
    {
        Commands commands = m_owner.takeCommands();
        if (commands.quit)
            return false;
        if (commands.start)
            startSeries(std::move(*commands.start));
        if (commands.locking && m_run)
            m_run->setLocking(*commands.locking);
        for (unsigned stop = 0; stop < commands.stops && m_run; ++stop) {
            m_series.experiments.resize(m_next);
            m_run->stop();
        }
        for (Fault& fault : commands.faults)
            if (m_run)
                m_run->inject(std::move(fault));
        return true;
    }

    void startSeries(Series series)
    {
        if (m_run)
            endSeries();
        m_series = std::move(series);
        m_next = 0;
        m_count = m_series.experiments.size();
        startNextRun();
    }

    void endSeries()
    {
        m_run.reset();
        m_owner.publish({SeriesOver{m_series.number}});
    }

    void startNextRun()
    {
        m_run.reset();
        while (!m_run && m_next < m_series.experiments.size())
            tryToStart(m_series.experiments[m_next++]);
        if (!m_run)
            endSeries();
    }

    void tryToStart(const Experiment& experiment)
    {
        m_owner.publish({RunBegan{.index = m_next - 1, .count = m_count, .experiment = experiment}});
        try {
            m_run = std::make_unique<Run>(experiment, m_owner.m_settings);
            m_run->start();
        } catch (const std::system_error& error) {
            reportFailure(explain(error, "prepare the run"), experiment);
        } catch (const FailureError& error) {
            reportFailure(error.failure(), experiment);
        }
    }

    void reportFailure(Failure failure, const Experiment& experiment)
    {
        m_run.reset();
        RunFailed failed{.failure = std::move(failure), .result = {}};
        failed.result.experiment = experiment;
        m_owner.publish({std::move(failed)});
    }

    void waitForSomething()
    {
        std::array<pollfd, 2> watched{
            {{.fd = m_owner.m_commandSignal.get(), .events = POLLIN, .revents = 0},
             {.fd = m_run ? m_run->descriptor() : -1, .events = POLLIN, .revents = 0}}};
        poll(watched.data(), watched.size(), -1);
    }

    void advance()
    {
        std::vector<RunNews> news;
        for (RunEvent& event : m_run->dispatch())
            news.push_back(newsOf(std::move(event)));
        const bool over = !news.empty() && endsRun(news.back());
        if (!news.empty())
            m_owner.publish(std::move(news));
        if (over)
            startNextRun();
    }

    RunThread& m_owner;
    std::unique_ptr<Run> m_run;
    Series m_series;
    std::size_t m_next = 0; ///< of the series, to be run after the present one
    std::size_t m_count = 0;
};

template <typename Change>
void RunThread::command(Change change)
{
    {
        const std::lock_guard lock(m_mutex);
        change(m_commands);
    }
    raise(m_commandSignal);
}

RunThread::RunThread(RunSettings settings, QObject* parent)
    : QObject(parent), m_settings(std::move(settings)), m_commandSignal(makeSignal()),
      m_newsSignal(makeSignal()),
      m_newsNotifier(new QSocketNotifier(m_newsSignal.get(), QSocketNotifier::Read, this)),
      m_thread([this] { Host(*this).live(); })
{
    connect(m_newsNotifier, &QSocketNotifier::activated, this, [this] {
        lower(m_newsSignal);
        emit newsArrived();
    });
}

RunThread::~RunThread()
{
    command([](Commands& commands) { commands.quit = true; });
    m_thread.join();
    delete m_newsNotifier; // before the descriptor it watches is closed
}

void RunThread::start(std::vector<Experiment> experiments)
{
    Series series{.number = ++m_lastStarted, .experiments = std::move(experiments)};
    command([&series](Commands& commands) {
        commands.start = std::move(series);
        commands.stops = 0;
        commands.faults.clear();
    });
}

void RunThread::stop()
{
    command([](Commands& commands) { ++commands.stops; });
}

void RunThread::setLocking(Locking locking)
{
    command([locking](Commands& commands) { commands.locking = locking; });
}

void RunThread::inject(Fault fault)
{
    command([&fault](Commands& commands) { commands.faults.push_back(std::move(fault)); });
}

std::vector<RunNews> RunThread::takeNews()
{
    std::vector<RunNews> news;
    {
        const std::lock_guard lock(m_mutex);
        news.swap(m_news);
    }
    for (const RunNews& one : news) {
        if (const auto* over = std::get_if<SeriesOver>(&one))
            m_lastOver = over->series;
    }
    return news;
}

RunThread::Commands RunThread::takeCommands()
{
    lower(m_commandSignal);
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_commands, {});
}

void RunThread::publish(std::vector<RunNews> news)
{
    {
        const std::lock_guard lock(m_mutex);
        std::move(news.begin(), news.end(), std::back_inserter(m_news));
    }
    raise(m_newsSignal);
}

} // namespace ipclab
