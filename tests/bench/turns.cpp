#include "tests/bench/turns.h"

#include "engine/base/clock.h"
#include "tests/support/test_process.h"

#include <algorithm>
#include <bit>
#include <csignal>
#include <deque>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

namespace ipclab {

namespace {

constexpr Nanoseconds lengthOfTurn = std::chrono::milliseconds(20);

/// The process that a contestant measures in.
class Host final {
public:
    explicit Host(const Contestant& contestant)
        : m_process([&contestant](const Talk& talk) {
              const double figure = contestant([&talk](std::span<const pid_t> processes) {
                  talk.tell(processes.size());
                  for (const pid_t process : processes)
                      talk.tell(static_cast<std::uint64_t>(process));
              });
              talk.tell(std::bit_cast<std::uint64_t>(figure));
          })
    {
        for (std::uint64_t left = hear(); left > 0; --left)
            m_measured.push_back(static_cast<pid_t>(hear()));
        signal(SIGSTOP);
    }

    /// From now on until the end nobody stops its processes.
    double finish()
    {
        signal(SIGCONT);
        const double figure = std::bit_cast<double>(m_figure ? *m_figure : hear());
        if (const std::string error = m_process.finish(); !error.empty())
            throw std::runtime_error(error);
        return figure;
    }

    bool isDone()
    {
        if (!m_figure)
            m_figure = m_process.talk().hear(Deadline::immediately());
        return m_figure.has_value();
    }

    void takeTurn()
    {
        const Nanoseconds begun = now();
        signal(SIGCONT);
        std::this_thread::sleep_for(lengthOfTurn);
        signal(SIGSTOP);
        m_active += now() - begun;
    }

    Nanoseconds active() const { return m_active; }

private:
    std::uint64_t hear()
    {
        if (const auto number = m_process.talk().hear(Deadline::after(std::chrono::seconds(10))))
            return *number;
        throw std::runtime_error("a contestant says nothing: " + m_process.finish(Deadline::immediately()));
    }

    void signal(int number) const
    {
        if (!m_figure) // else they have gone
            for (const pid_t process : m_measured)
                ::kill(process, number);
    }

    TestProcess m_process;
    std::vector<pid_t> m_measured;
    std::optional<std::uint64_t> m_figure;
    Nanoseconds m_active{};
};

} // namespace

std::vector<TurnFigure> takeTurns(const std::vector<Contestant>& contestants)
{
    std::deque<Host> hosts;
    for (const Contestant& contestant : contestants)
        hosts.emplace_back(contestant);
    const Nanoseconds begun = now();
    const Nanoseconds end = begun + TestProcess::usualLife;
    for (std::size_t turn = 0; !std::ranges::all_of(hosts, &Host::isDone) && now() < end; ++turn)
        hosts[turn % hosts.size()].takeTurn();
    const auto all = static_cast<double>((now() - begun).count());
    std::vector<TurnFigure> figures;
    for (Host& host : hosts) {
        const double share = static_cast<double>(host.active().count()) / all;
        figures.push_back({host.finish(), share});
    }
    return figures;
}

} // namespace ipclab
