#pragma once

#include <functional>
#include <string>
#include <vector>

namespace ipclab {

/// `values` must not be empty.
double medianOf(std::vector<double> values);

/// Prints the figures of a benchmark, one line each, against what is asked of them, and remembers whether all
/// were reached. Of several measurements the median counts, and the lowest and highest are shown.
class Verdicts final {
public:
    void atLeast(const std::string& what, const std::vector<double>& measured, double target);
    void atMost(const std::string& what, const std::vector<double>& measured, double target);
    /// Nothing is asked of it.
    void unjudged(const std::string& what, const std::vector<double>& measured);

    bool allPassed() const { return m_allPassed; }

private:
    void judge(const std::string& what, const std::vector<double>& measured, const std::string& target,
               bool isReached);

    bool m_allPassed = true;
};

/// Runs a benchmark and returns its exit status: 0 when all figures were reached; an exception is said on
/// standard error.
int statusOf(const std::function<void(Verdicts&)>& benchmark);

} // namespace ipclab
