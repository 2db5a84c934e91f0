#pragma once

#include "engine/base/unique_fd.h"
#include "engine/measure/control_page.h"
#include "engine/run/faults/fault_outcome.h"
#include "engine/run/logged_event.h"
#include "engine/run/watch.h"

#include <memory>
#include <optional>
#include <vector>

namespace ipclab {

/// Does the faults of one run when they are due, undoes what has a length, and finds out what came of each.
/// Never blocks, but for the few milliseconds in which it asks /proc who holds a leaked end.
class FaultInjector final {
public:
    FaultInjector(FaultScene scene, Nanoseconds startAt);

    /// Readable when step() has something to do.
    int descriptor() const { return m_timer.descriptor(); }

    /// For a fault of which the time has passed: at once. What comes of it is told by step().
    void add(Fault fault);

    /// Does what is due. Returns what is to be logged, without its time.
    std::vector<LoggedEvent> step();

    /// Undoes what can be undone, so that the workers can come to their end, and forgets what was not due
    /// yet.
    std::vector<LoggedEvent> undoAll();

    /// Nobody will look any more: what has come of the rest. Then records() has all.
    std::vector<LoggedEvent> lastWords();
    /// All that were done or refused.
    const std::vector<FaultRecord>& records() const { return m_records; }

    /// Somebody will wait for ever for one who has gone, and that is what there is to see.
    bool hasLeaks() const;
    bool hasClosedEnds() const;
    /// It was killed inside a lock, and nobody is to be told before it is known what comes of that: never,
    /// where nobody can free the lock.
    bool keepsQuietAbout(std::size_t worker) const;

private:
    struct Active {
        Injection injection;
        std::optional<Nanoseconds> undoAt = {};
        std::vector<UniqueFd> leaked = {};
        bool isUndone = false;
        bool isDecided = false;
        FaultOutcome outcome = FaultOutcome::Unseen; ///< once that is decided
    };

    void begin(const Fault& fault);
    std::optional<std::size_t> findTarget(const Fault& fault);
    std::optional<std::string> act(Active& active);
    std::optional<std::string> leak(Active& active);
    std::optional<std::string> orderLock(const Active& active, LockOrder order);
    std::optional<std::string> setLocking(Locking locking);
    void carryOut(Active& active);
    void undoIfDue(Active& active);
    void undo(Active& active);
    void orderWork(std::size_t target);
    void look(Active& active);
    void decide(Active& active, FaultFinding finding);
    void refuse(const Fault& fault, std::string sentence);
    std::vector<std::string> leakedEndsOf(std::size_t target) const;
    void setTimer();
    std::string roleOf(const Active& active) const;
    WorkerOrders& ordersFor(const Active& active) { return m_scene.control.orders[active.injection.target]; }
    WorkerProcess& worker(const Active& active) { return *m_scene.workers[active.injection.target]; }

    FaultScene m_scene;
    Nanoseconds m_startAt;
    Timer m_timer;
    std::vector<Fault> m_pending; ///< the next one due is last
    std::vector<std::unique_ptr<Active>> m_active;
    std::vector<FaultRecord> m_records;
    std::vector<LoggedEvent> m_news;
};

} // namespace ipclab
