#include "tests/bench/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace ipclab {

namespace {

std::string textOf(const std::vector<double>& measured)
{
    const auto [lowest, highest] = std::ranges::minmax(measured);
    if (measured.size() == 1)
        return fmt::format("{:.3g}", lowest);
    return fmt::format("{:.3f} ({:.3f} … {:.3f})", medianOf(measured), lowest, highest);
}

} // namespace

double medianOf(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

void Verdicts::atLeast(const std::string& what, const std::vector<double>& measured, double target)
{
    judge(what, measured, fmt::format("at least {:g}", target), medianOf(measured) >= target);
}

void Verdicts::atMost(const std::string& what, const std::vector<double>& measured, double target)
{
    judge(what, measured, fmt::format("at most {:g}", target), medianOf(measured) <= target);
}

void Verdicts::unjudged(const std::string& what, const std::vector<double>& measured)
{
    fmt::print("      {}  {}\n", what, textOf(measured));
    std::fflush(stdout);
}

void Verdicts::judge(const std::string& what, const std::vector<double>& measured, const std::string& target,
                     bool isReached)
{
    m_allPassed = m_allPassed && isReached;
    fmt::print("{}  {}  {}, {}\n", isReached ? "PASS" : "FAIL", what, textOf(measured), target);
    std::fflush(stdout);
}

int statusOf(const std::function<void(Verdicts&)>& benchmark)
{
    Verdicts verdicts;
    try {
        benchmark(verdicts);
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
    return verdicts.allPassed() ? 0 : 1;
}

} // namespace ipclab
