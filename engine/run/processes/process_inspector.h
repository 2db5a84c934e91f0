#pragma once

#include "engine/run/processes/neighbourhood.h"
#include "engine/run/processes/process_facts.h"

#include <string>

namespace ipclab {

/// What is seen of a process at one moment. A value.
struct Inspection {
    int pid = 0;
    bool isGone = false; ///< it has ended; all else is what was seen last
    ProcessActivity activity;
    ProcessBelongings belongings;
    std::string
        waitSentence; ///< "waiting for room in the pipe that receiver shares"; empty if it does not wait

    // Since the inspection before.
    bool hasRates = false; ///< false in the first: all of these are 0 then
    double userShare = 0;  ///< of one core
    double systemShare = 0;
    double voluntaryPerSecond = 0;
    double involuntaryPerSecond = 0;
    double faultsPerSecond = 0;
};

/// How often whoever watches processes inspects them.
constexpr Nanoseconds inspectionInterval = std::chrono::milliseconds(500);

/// Looks at one process again and again, from outside: it reads /proc, and the process notices nothing. What
/// takes longer is read every fourth time only. Needs no privileges for processes of the same user, but the
/// kernel may keep the present system call to itself.
class ProcessInspector final {
public:
    explicit ProcessInspector(int pid) : m_pid(pid) {}

    int pid() const { return m_pid; }

    /// With the `neighbours`, all workers of the run and this one among them, objects are shared. They are of
    /// this round of inspections, and asked only when it is time for what takes longer.
    const Inspection& inspect(Neighbourhood& neighbours);

private:
    void noteRates(const ProcessActivity& newer, Nanoseconds at);
    void noteSharing(Neighbourhood& neighbours);
    std::string waitSentence() const;

    int m_pid;
    unsigned m_count = 0;
    Nanoseconds m_at{};
    Inspection m_last;
};

/// What a descriptor is, in words, from how /proc names it: "pipe", "memory file ipclab control", "eventfd".
std::string describeTarget(const std::string& target);

} // namespace ipclab
