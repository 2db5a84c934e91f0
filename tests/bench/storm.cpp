// Whether anything is left, hangs or tells a wrong tale when workers and supervisors are killed at random
// moments, a thousand and three hundred times, and when every fault is done over every mechanism, a hundred
// times.

#include "tests/support/fault_storm.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

using namespace ipclab;

int main(int argumentCount, char** arguments)
{
    unsigned workers = 1000;
    unsigned supervisors = 300;
    unsigned faults = 100;
    std::uint64_t seed = 1;
    CLI::App app{"Kills workers and supervisors at random moments and looks what is left."};
    app.add_option("--workers", workers, "Workers to kill")->capture_default_str();
    app.add_option("--supervisors", supervisors, "Supervisors to kill")->capture_default_str();
    app.add_option("--faults", faults, "Times to do each fault over each mechanism")->capture_default_str();
    app.add_option("--seed", seed, "Makes the same choices again")->capture_default_str();
    CLI11_PARSE(app, argumentCount, arguments);

    const StormResult ofWorkers = stormOfKilledWorkers(workers, seed);
    fmt::print("workers: {}\n", ofWorkers.text());
    const StormResult ofSupervisors = stormOfKilledSupervisors(supervisors, seed);
    fmt::print("supervisors: {}\n", ofSupervisors.text());
    const StormResult ofFaults = stormOfFaults(faults, seed);
    fmt::print("faults: {}\n", ofFaults.text());
    return ofWorkers.isClean() && ofSupervisors.isClean() && ofFaults.isClean() ? 0 : 1;
}
