#pragma once

#include "engine/base/steered_rate.h"
#include "engine/mechanisms/traits.h"
#include "engine/run/logged_event.h"
#include "engine/run/saturation/saturation_search.h"
#include "engine/run/watch.h"
#include "engine/run/worker_process.h"

#include <memory>
#include <span>
#include <vector>

namespace ipclab {

/// Takes the workers of one run through the steps of a SaturationSearch: offers a rate, lets the channel run
/// empty, reads the response times of what was sent in the step, and goes on with the next. Never blocks.
class Saturator final {
public:
    struct Scene {
        std::span<const std::unique_ptr<WorkerProcess>> workers; ///< outlive the saturator
        SteeredRate& rate;                                       ///< which the workers read
        Loss loss = Loss::Never; ///< where messages may be lost, nobody knows when a channel is empty
        unsigned copies = 1;     ///< sent of each message
        Nanoseconds startAt{};   ///< of the load, on the clock
        Nanoseconds warmUp{};    ///< before the first step, at the start rate
    };

    /// Offers the start rate from the start of the load on.
    Saturator(const SaturationGoal& goal, Scene scene);

    /// Readable when step() has something to do.
    int descriptor() const { return m_timer.descriptor(); }
    /// Does what is due. Returns what is to be logged, without its time.
    std::vector<LoggedEvent> step();

    bool isOver() const { return m_stage == Stage::Over; }
    const Saturation& found() const { return m_search.found(); }
    /// How many messages have been due before `time` since the start of the load.
    double dueBefore(Nanoseconds time) const;

private:
    enum class Stage { WarmingUp, Stepping, Settling, Over };

    /// What all workers have counted so far.
    struct Totals {
        std::uint64_t sent = 0;
        std::uint64_t arrived = 0; ///< or known to be lost
    };

    void offer(double perSecond, Nanoseconds since);
    void beginSettling();
    void beginStep();
    LoggedEvent judgeStep();
    bool hasSettled();
    bool doAllSendersPace() const;
    Totals totals() const;
    LatencyCounts responses() const;
    Nanoseconds elapsed() const { return now() - m_scene.startAt; }

    Scene m_scene;
    SaturationSearch m_search;
    Timer m_timer;
    Stage m_stage = Stage::WarmingUp;
    bool m_hasStep = false; ///< to be judged when the channel is empty
    Nanoseconds m_stepBegan{};
    Totals m_atBegin;
    LatencyCounts m_responsesAtBegin;
    SaturationSearch::Figures m_figures;
    std::uint64_t m_lastArrived = 0;
    Nanoseconds m_lastArrival{};              ///< when that was seen to change
    std::vector<SteeredRate::Value> m_course; ///< all that was ever offered
};

} // namespace ipclab
