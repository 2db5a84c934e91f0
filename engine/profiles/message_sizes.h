#pragma once

#include "engine/base/option.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

/// A distribution of message sizes. The shares are exact and only the order is random: sizes are drawn once,
/// at even steps of the distribution, and shuffled by the seed. A constant of the program.
struct SizeDistribution {
    std::string id; ///< "uniform"
    std::string title;
    std::string summary;
    std::vector<OptionSpec> options;
    /// The size, in bytes, below which a share (0 … 1) of the messages is, as a function of the share.
    /// Options are complete and have no problems. Null for "fixed" and "trace", whose sizes are said
    /// elsewhere.
    std::function<double(double share)> (*quantile)(const Options& options) = nullptr;
    /// What is wrong between options that are each fine by themselves; may be null.
    std::vector<OptionProblem> (*problems)(const Options& options) = nullptr;
};

/// In the order of a form. The first is "fixed": every message has the experiment's message.size; the last is
/// "trace": the load profile says how large each message is.
std::span<const SizeDistribution> allSizeDistributions();

/// Null if there is none with this id.
const SizeDistribution* findSizeDistribution(std::string_view id);

struct SizeRange {
    std::size_t smallest = 0; ///< bytes
    std::size_t largest = 0;
    double mean = 0;
};

/// Of a distribution that has quantiles.
SizeRange rangeOf(const SizeDistribution& distribution, const Options& options);

/// The sizes of one sender's messages, one after the other, again and again. A value.
class SizeSequence final {
public:
    /// `sender` tells senders of one seed apart.
    SizeSequence(const SizeDistribution& distribution, const Options& options, std::uint64_t seed,
                 unsigned sender);

    /// Hot path.
    std::size_t next() { return m_sizes[m_next++ % m_sizes.size()]; }

private:
    std::vector<std::uint32_t> m_sizes;
    std::size_t m_next = 0;
};

} // namespace ipclab
