#pragma once

#include "engine/measure/statistics.h"
#include "engine/run/run_result.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ipclab {

enum class SpeedFigure {
    Messages, ///< per second
    Bytes,    ///< per second
    Response, ///< p50, nanoseconds: less is faster
};

/// How fast mechanisms are by the size of their messages, from runs that differ in nothing else. Runs of one
/// mechanism with one size are trials. A value.
class SpeedBySize final {
public:
    /// A run under other conditions than those before it begins anew; one with other options of its mechanism
    /// begins that mechanism's anew, one that looks at more or less of each message its size's. Passes over
    /// what showsSpeed() does not hold of, messages of several sizes, and the baseline, which moves nothing.
    void add(const RunResult& result);

    bool isEmpty() const { return m_curves.empty(); }
    std::vector<std::string> mechanisms() const; ///< in the order of their names
    std::size_t mostTrials() const;              ///< of any point
    /// Of the others, the one with the most messages per second at this one's smallest size; empty where none
    /// has run with that.
    std::string fastestBeside(const std::string& mechanism) const;
    /// The first run's experiment, whose conditions the others share. Not to be called while it is empty.
    const Experiment& first() const { return m_first; }

    struct Point {
        std::uint64_t size = 0; ///< bytes
        MedianInterval speed;
    };
    /// By size; empty for a mechanism that has not run.
    std::vector<Point> curve(const std::string& mechanism, SpeedFigure figure) const;

    struct Comparison {
        std::uint64_t size = 0;
        MedianInterval first;
        MedianInterval second;
        MedianInterval ratio; ///< of first to second, trial by trial
        Verdict verdict = Verdict::Undecided;
    };
    /// At each size that both have run with, looking at as much of each message.
    std::vector<Comparison> compare(const std::string& first, const std::string& second,
                                    SpeedFigure figure) const;

private:
    struct Trial {
        double messages = 0;
        double bytes = 0;
        double response = 0; ///< 0 where none was measured
    };
    struct Trials {
        Integrity integrity = Integrity::Sequence; ///< who checks every byte is slower
        std::vector<Trial> trials;
    };
    struct Curve {
        Experiment experiment; ///< with the mechanism's own options
        std::map<std::uint64_t, Trials> sizes;
    };
    static std::vector<double> valuesOf(const Trials& trials, SpeedFigure figure);

    Experiment m_first;
    std::map<std::string, Curve> m_curves;
};

/// By how much two figures may differ and still count as equivalent.
inline constexpr double equivalenceMargin = 0.05;

/// Where the faster of two mechanisms becomes the slower one.
struct Crossover {
    double size = 0; ///< bytes, between two sizes that were measured
    double speed = 0;
    std::uint64_t after = 0; ///< the two
    std::uint64_t before = 0;
    /// A smaller size and a larger one have been decided, each for another mechanism.
    bool isDecided = false;
};

/// From the medians, by a straight line between two sizes where both axes are logarithmic.
std::vector<Crossover> crossoversOf(const std::vector<SpeedBySize::Comparison>& comparisons);

} // namespace ipclab
