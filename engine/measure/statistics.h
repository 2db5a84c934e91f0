#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace ipclab {

// What several trials of one measurement say together. Nothing is assumed of how their figures are
// distributed: on a shared host they have two peaks as often as one.

/// The median of some trials and the interval in which that of all imaginable trials lies.
struct MedianInterval {
    double median = 0;
    double low = 0;
    double high = 0;
    /// The chance that an interval made like this one covers it, 0 … 1: at least 0.95 from six trials on; 0
    /// for one trial.
    double confidence = 0;
    std::size_t trials = 0;
    bool operator==(const MedianInterval&) const = default;
};

/// Between two of the values, by the binomial distribution (Conover, Practical Nonparametric
/// Statistics, 3.2): the narrowest such interval of at least 0.95, or the widest where there are too few.
/// `values` must not be empty.
MedianInterval medianInterval(std::vector<double> values);

enum class Verdict {
    More,
    Less,
    Equivalent, ///< differs by less than matters
    Undecided,  ///< too few trials, or trials too different from each other
};

/// What the ratio of two figures says of the first, where `margin` is the largest part by which they may
/// differ and still count as equivalent. Nothing is decided below a confidence of 0.9, which takes five
/// trials.
Verdict verdictOn(const MedianInterval& ratio, double margin);

std::string_view word(Verdict verdict);

} // namespace ipclab
