#pragma once

#include "engine/base/clock.h"
#include "engine/base/mapping.h"
#include "engine/base/unique_fd.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ipclab {

/// The kernel's own record of when a process was on a core: perf_event_open(2) with PERF_RECORD_SWITCH, times
/// on CLOCK_MONOTONIC. For processes with one thread.
class SwitchRecord final {
public:
    /// Begins to record. Where the kernel does not permit it, refusal() says why and nothing is ever
    /// recorded.
    explicit SwitchRecord(int pid);

    const std::string& refusal() const { return m_refusal; }

    /// Takes what has been recorded since the last call: often enough, or records get lost.
    void collect();
    bool hasLost() const { return m_hasLost; }

    /// How long the process was off its cores between two moments, up to the last switch in it that was
    /// collected.
    struct OffCore {
        Nanoseconds whileWilling{}; ///< another took its place
        Nanoseconds byItself{};     ///< it slept, or had been woken and waited for a core
    };
    OffCore offCore(Nanoseconds from, Nanoseconds to) const;

private:
    struct Switch {
        Nanoseconds at;
        bool isOut;
        bool isPreempted;
    };

    void take(const char* record);

    UniqueFd m_event;
    Mapping m_ring;
    std::string m_refusal;
    std::vector<Switch> m_switches;
    bool m_hasLost = false;
};

} // namespace ipclab
