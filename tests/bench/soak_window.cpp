// Whether the window's memory stays flat over a long run: it is printed every thirty seconds. The series of a
// run grows by what its result keeps, so that flat means a few megabytes in ten minutes, not none.

#include "tests/bench/verdict.h"
#include "tests/bench/window_run.h"

#include <CLI/CLI.hpp>
#include <QApplication>
#include <fmt/format.h>

using namespace ipclab;

namespace {

constexpr double mostGrowthMegabytes = 10;

struct Settings {
    double seconds = 600;
    double every = 30;
};

std::chrono::milliseconds toMilliseconds(double seconds)
{
    return std::chrono::milliseconds(static_cast<int>(seconds * 1000));
}

void soak(const Settings& settings, Verdicts& verdicts)
{
    BenchedWindow benched;
    Experiment experiment;
    experiment.duration = toMilliseconds(settings.seconds + 10);
    benched.open(experiment);
    benched.clickRun();
    const double settled = std::min(60.0, settings.seconds / 2);
    double atBegin = 0;
    for (double elapsed = 0; elapsed < settings.seconds;) {
        const double step = std::min(settings.every, settings.seconds - elapsed);
        letRun(toMilliseconds(step));
        if (!benched.isRunning())
            throw std::runtime_error("the run is over before its time");
        elapsed += step;
        const double megabytes = residentMegabytes();
        if (atBegin == 0 && elapsed >= settled)
            atBegin = megabytes;
        fmt::print("{:>6.0f} s {:>8.1f} MB\n", elapsed, megabytes);
        std::fflush(stdout);
    }
    verdicts.atMost(fmt::format("growth after the first {:.0f} s, MB", settled),
                    {residentMegabytes() - atBegin}, mostGrowthMegabytes);
}

} // namespace

int main(int argumentCount, char** arguments)
{
    Settings settings;
    CLI::App app{"Watches the window's memory over a long run."};
    app.add_option("--seconds", settings.seconds, "Length of the run")->capture_default_str();
    app.add_option("--every", settings.every, "Seconds between two lines")->capture_default_str();
    CLI11_PARSE(app, argumentCount, arguments);

    chooseDisplay();
    QApplication application(argumentCount, arguments);
    return statusOf([&](Verdicts& verdicts) { soak(settings, verdicts); });
}
