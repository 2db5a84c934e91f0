#include "engine/base/cores.h"

#include <fmt/format.h>

#include <sched.h>
#include <unistd.h>

namespace ipclab {

std::vector<int> usableCores()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    std::vector<int> cores;
    if (::sched_getaffinity(0, sizeof set, &set) != 0)
        return cores;
    for (int core = 0; core < CPU_SETSIZE; ++core)
        if (CPU_ISSET(static_cast<std::size_t>(core), &set))
            cores.push_back(core);
    return cores;
}

int coresOfMachine()
{
    return static_cast<int>(::sysconf(_SC_NPROCESSORS_CONF));
}

std::string coresText(const std::vector<int>& cores)
{
    std::string text;
    for (std::size_t first = 0; first < cores.size();) {
        std::size_t last = first;
        while (last + 1 < cores.size() && cores[last + 1] == cores[last] + 1)
            ++last;
        text += fmt::format("{}{}", text.empty() ? "" : ", ", cores[first]);
        if (last > first)
            text += fmt::format("–{}", cores[last]);
        first = last + 1;
    }
    return text;
}

} // namespace ipclab
