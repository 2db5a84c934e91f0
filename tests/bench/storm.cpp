// Whether anything is left, hangs or tells a wrong tale when workers and supervisors are killed at random
// moments, a thousand and three hundred times.

#include "tests/support/storm.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

using namespace ipclab;

int main(int argumentCount, char** arguments)
{
    unsigned workers = 1000;
    unsigned supervisors = 300;
    std::uint64_t seed = 1;
    CLI::App app{"Kills workers and supervisors at random moments and looks what is left."};
    app.add_option("--workers", workers, "Workers to kill")->capture_default_str();
    app.add_option("--supervisors", supervisors, "Supervisors to kill")->capture_default_str();
    app.add_option("--seed", seed, "Makes the same choices again")->capture_default_str();
    CLI11_PARSE(app, argumentCount, arguments);

    const StormResult ofWorkers = stormOfKilledWorkers(workers, seed);
    fmt::print("workers: {}\n", ofWorkers.text());
    const StormResult ofSupervisors = stormOfKilledSupervisors(supervisors, seed);
    fmt::print("supervisors: {}\n", ofSupervisors.text());
    return ofWorkers.isClean() && ofSupervisors.isClean() ? 0 : 1;
}
