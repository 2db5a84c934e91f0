#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace ipclab {

/// What one stretch of time holds of one trace. `count` is 0 where nothing was pushed; `gap` tells that a
/// missing value was pushed there, so that a line must not be joined across it. Sixteen bytes: a picture
/// needs no more digits, and there are thousands of buckets to every trace.
struct TraceBucket {
    float low = std::numeric_limits<float>::infinity();
    float high = -std::numeric_limits<float>::infinity();
    float sum = 0;
    std::uint32_t count : 31 = 0;
    std::uint32_t gap : 1 = 0;

    double mean() const { return static_cast<double>(sum) / count; }
    void add(const TraceBucket& other);
    bool operator==(const TraceBucket&) const = default;
};

/// A ring of buckets of one width. Bucket k covers the run time [k · width, (k + 1) · width), wherever the
/// view stands, so that a value never moves from one bucket to another and nothing shimmers.
class BucketRing {
public:
    static constexpr std::int64_t capacity = 4096;

    explicit BucketRing(double width);

    double width() const { return m_width; }
    std::int64_t firstIndex() const { return m_first; }
    std::int64_t endIndex() const { return m_end; }
    std::int64_t indexOf(double seconds) const;

    /// Only for firstIndex() <= index < endIndex().
    const TraceBucket& at(std::int64_t index) const;

    /// Adds to a bucket, forgetting the oldest ones when it lies ahead of all; ignored when it is older than
    /// all.
    void add(std::int64_t index, const TraceBucket& sample);

private:
    TraceBucket& slot(std::int64_t index);

    double m_width;
    std::int64_t m_first = 0;
    std::int64_t m_end = 0;
    std::vector<TraceBucket> m_slots; ///< as many of the capacity as have been needed
};

/// The values of one trace over a run of any length, at every resolution a view may ask for. A push costs
/// O(levels) and a view at most BucketRing::capacity buckets; a ring of four times the width is added when
/// the widest one is half full, so memory grows by one ring each time the run's length quadruples. A value
/// type.
class TraceHistory {
public:
    static constexpr double finestWidth = 1.0 / 64;
    static constexpr std::int64_t widening = 4; ///< from one ring to the next

    TraceHistory();

    /// NaN records that there was no value. Times that are negative or not finite are ignored.
    void push(double seconds, double value) { push(seconds, value, value, value); }
    void push(double seconds, double low, double mean, double high);
    void clear();

    /// The ring to draw from: the widest buckets not wider than `columnSeconds`, unless those have already
    /// forgotten the time `from`; then the finest that still remembers it.
    const BucketRing& ringFor(double columnSeconds, double from) const;

    /// Mean of the bucket nearest to `seconds` in the finest ring that remembers it, within `tolerance`
    /// seconds; NaN if there is none.
    double valueNear(double seconds, double tolerance) const;

private:
    void widenToHold(double seconds);

    std::vector<BucketRing> m_rings;
};

} // namespace ipclab
