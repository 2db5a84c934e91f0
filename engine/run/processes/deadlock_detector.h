#pragma once

#include "engine/measure/control_page.h"
#include "engine/run/processes/wait_graph.h"
#include "engine/run/watch.h"
#include "engine/run/worker_process.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ipclab {

/// Finds workers that wait for one another for ever: each has been in one and the same wait for a second, in
/// which it was asleep at every look, or busy with nothing but trying, and everybody who could end that wait
/// is one of them, or has died inside the lock that it is about. So a slow, a stopped, a pacing or a starved
/// worker is no deadlock, nor is whoever waits for it. Says so within two seconds.
class DeadlockDetector final {
public:
    struct Scene {
        std::span<const std::unique_ptr<WorkerProcess>> workers; ///< outlives the detector
        std::span<const std::unique_ptr<Channel>> channels;      ///< likewise
        std::vector<std::string> names;                          ///< of the channels
        const ControlPage& control;
        Wait wait = Wait::Block;
        ReadOrder reads = ReadOrder::AtOnce;
    };
    explicit DeadlockDetector(Scene scene);

    /// Readable when look() has something to do: four times a second.
    int descriptor() const { return m_timer.descriptor(); }

    /// The deadlock, once when it is certain. Some 20 µs for each worker that waits.
    std::optional<WaitGraph> look();

private:
    struct Sight {
        Nanoseconds since{}; ///< when the present wait began; zero if it does not wait
        Nanoseconds cpu{};
        Nanoseconds idleSince{}; ///< since when every look has found it so; zero if it was not
        std::vector<std::size_t> awaited = {};
        std::string what = {}; ///< "room in channel 1"
    };

    void see(std::size_t worker, Nanoseconds moment);
    bool isIdle(const WorkerProcess& worker, Nanoseconds cpuBefore) const;
    void findAwaited(std::size_t worker, Window window);
    std::optional<std::size_t> holderOfLock(unsigned channel, std::size_t waiter) const;
    std::vector<std::size_t> awaitedBy(std::size_t worker, Window window) const;
    bool isDead(std::size_t worker) const { return m_scene.workers[worker]->hasEnded(); }
    std::vector<bool> stuck(Nanoseconds moment) const;
    WaitGraph graphOf(const std::vector<bool>& stuck) const;

    Scene m_scene;
    Timer m_timer;
    std::vector<Sight> m_sights;
    WaitGraph m_found;
};

} // namespace ipclab
