// A sine makes the load swell and ebb without a jump, as a day does in small. A pair that follows a slow wave
// may fail to follow a fast one of the same height, for what counts is how much comes in above capacity
// before the ebb: the buffer either holds that or does not.

#include "engine/profiles/load_profile.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ipclab {

namespace {

/// Nanoseconds: up to here a phase in double precision tells one nanosecond from the next.
constexpr double longestPeriod = 3600e9;
/// How exactly a due time is solved for, in nanoseconds.
constexpr double exactness = 0.01;

/// The rate is mean · (1 + swing · sin phase), so by the phase p, in radians since the start,
/// mean · period / 2π · (p + swing · (1 − cos p)) messages are due.
struct Wave {
    double mean = 0;  ///< per second
    double swing = 0; ///< from 0 to 1
    Nanoseconds period{};

    double phaseAt(Nanoseconds time) const { return phaseOf(static_cast<double>((time % period).count())); }

    double phaseOf(double nanoseconds) const
    {
        return 2 * std::numbers::pi * nanoseconds / static_cast<double>(period.count());
    }

    Nanoseconds timeAt(double phase) const
    {
        constexpr double perRadian = 0.5 / std::numbers::pi;
        return Nanoseconds(std::llround(phase * perRadian * static_cast<double>(period.count())));
    }

    long double messagesPerPeriod() const { return static_cast<long double>(mean) * period.count() / 1e9L; }
};

/// Sine and cosine of an angle that moves in small steps. Near an anchor they are turned from its own by
/// short series: exact to the last bits, in a tenth of the time, and without errors that add up.
class TurningAngle final {
public:
    double value() const { return m_value; }
    double sine() const { return m_sine; }
    double cosine() const { return m_cosine; }

    void moveTo(double value)
    {
        m_value = value;
        if (std::abs(value - m_anchor) > reach) {
            m_anchor = value;
            m_anchorSine = std::sin(value);
            m_anchorCosine = std::cos(value);
        }
        const double turn = value - m_anchor;
        const double square = turn * turn;
        const double sine = turn * (1 - square * (1.0 / 6 - square * (1.0 / 120 - square * (1.0 / 5040))));
        const double cosine = 1 - square * (1.0 / 2 - square * (1.0 / 24 - square * (1.0 / 720)));
        m_sine = m_anchorSine * cosine + m_anchorCosine * sine;
        m_cosine = m_anchorCosine * cosine - m_anchorSine * sine;
    }

private:
    static constexpr double reach = 0.02; ///< what the series leave out is below 1e-18 up to here

    double m_value = 0;
    double m_sine = 0;
    double m_cosine = 1;
    double m_anchor = 0;
    double m_anchorSine = 0;
    double m_anchorCosine = 1;
};

/// Solves p + swing · (1 − cos p) = progress for p, for a progress that never decreases within a period.
/// There is no closed form (it is Kepler's equation), but the solution before is a good place to begin.
class PhaseSolver final {
public:
    PhaseSolver(double swing, double tolerance)
        : m_swing(swing), m_tolerance(tolerance), m_lastStep(std::cbrt(tolerance))
    {
    }

    void restart() { m_phase.moveTo(0); }

    /// Halley's method, kept between bounds where the rate is next to nothing and the curve nearly flat.
    double solve(double progress)
    {
        double least = std::max(m_phase.value(), progress - 2 * m_swing);
        double most = progress;
        for (int step = 0; step < mostSteps; ++step) {
            const double here = m_phase.value();
            const double error = here + m_swing * (1 - m_phase.cosine()) - progress;
            (error < 0 ? least : most) = here;
            const double correction = halleyStep(error);
            const bool isInside = here - correction >= least && here - correction <= most;
            const double next = isInside ? here - correction : (least + most) / 2;
            if (std::abs(next - here) <= m_tolerance)
                break;
            m_phase.moveTo(next);
            if (isInside && std::abs(correction) < m_lastStep * slope())
                break;
        }
        return m_phase.value();
    }

private:
    static constexpr int mostSteps = 60;

    double slope() const { return 1 + m_swing * m_phase.sine(); }

    double halleyStep(double error) const
    {
        return error * slope() / (slope() * slope() - error * m_swing * m_phase.cosine() / 2);
    }

    double m_swing;
    double m_tolerance;
    double m_lastStep; ///< what remains after a step of Halley's is about its cube
    TurningAngle m_phase;
};

class SineSchedule final : public Schedule {
public:
    SineSchedule(const Wave& wave, const ScheduleRequest& request)
        : m_wave(wave), m_solver(wave.swing, wave.phaseOf(exactness)), m_perPeriod(wave.messagesPerPeriod()),
          m_phasePerMessage(2 * std::numbers::pi_v<long double> / m_perPeriod), m_next(request.sender),
          m_step(request.senders)
    {
        beginPeriodOfNext();
    }

    /// Hot path. Whole periods are counted off exactly; only the place within one is solved for.
    Nanoseconds next() override
    {
        if (static_cast<long double>(m_next) >= m_end) [[unlikely]]
            beginPeriodOfNext();
        if (m_start == neverDue) [[unlikely]]
            return neverDue;
        const long double inPeriod = std::max(static_cast<long double>(m_next) - m_before, 0.0L);
        m_next += m_step;
        const double phase = m_solver.solve(static_cast<double>(inPeriod * m_phasePerMessage));
        return m_start + m_wave.timeAt(phase);
    }

private:
    void beginPeriodOfNext()
    {
        const long double periods = std::floor(static_cast<long double>(m_next) / m_perPeriod);
        m_before = periods * m_perPeriod;
        m_end = m_before + m_perPeriod;
        const bool isNever = periods >= static_cast<long double>(neverDue / m_wave.period);
        m_start = isNever ? neverDue : static_cast<std::int64_t>(periods) * m_wave.period;
        m_solver.restart();
    }

    Wave m_wave;
    PhaseSolver m_solver;
    long double m_perPeriod;
    long double m_phasePerMessage;
    std::uint64_t m_next;
    std::uint64_t m_step;
    Nanoseconds m_start{};    ///< of the period of the last message
    long double m_before = 0; ///< messages due before it
    long double m_end = 0;    ///< messages due before the next one
};

class Sine final : public LoadProfile {
public:
    const LoadProfileInfo& info() const override { return m_info; }

    std::unique_ptr<Schedule> schedule(const ScheduleRequest& request) const override
    {
        return std::make_unique<SineSchedule>(wave(request.options), request);
    }

    std::optional<double> rateAt(const Options& options, Nanoseconds time) const override
    {
        const Wave shape = wave(options);
        return shape.mean * (1 + shape.swing * std::sin(shape.phaseAt(time)));
    }

    double dueBefore(const Options& options, Nanoseconds time) const override
    {
        const Wave shape = wave(options);
        const double inPeriod = (shape.phaseAt(time) + shape.swing * (1 - std::cos(shape.phaseAt(time)))) /
                                (2 * std::numbers::pi);
        const auto whole = static_cast<long double>(time / shape.period);
        return static_cast<double>((whole + inPeriod) * shape.messagesPerPeriod());
    }

private:
    static Wave wave(const Options& options)
    {
        return {options.rate("mean_rate"), options.ratio("amplitude"), options.duration("period")};
    }

    const LoadProfileInfo m_info{
        .id = "sine",
        .title = "Sine wave",
        .summary = "The load swells and ebbs around its mean, beginning at the mean and upwards.",
        .loop = Loop::Open,
        .options = {{.id = "mean_rate",
                     .label = "Mean rate",
                     .help = "The load around which the wave swings, of all senders together.",
                     .kind = OptionKind::Rate,
                     .initial = "10 k/s",
                     .least = leastRate,
                     .most = mostRate},
                    {.id = "amplitude",
                     .label = "Amplitude",
                     .help =
                         "How far the load swings to either side, as a share of the mean: with 100 % it goes "
                         "down to nothing and up to twice the mean.",
                     .kind = OptionKind::Ratio,
                     .initial = "50 %",
                     .least = 0,
                     .most = 1},
                    {.id = "period",
                     .label = "Period",
                     .help = "How long one wave takes.",
                     .kind = OptionKind::Duration,
                     .initial = "2 s",
                     .least = leastLength,
                     .most = longestPeriod}},
    };
};

} // namespace

const LoadProfile& sineProfile()
{
    static const Sine profile;
    return profile;
}

} // namespace ipclab
