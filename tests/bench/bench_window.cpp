// What a person at the window waits for, and what the window costs while a run goes on.

#include "gui/appearance.h"
#include "gui/charts/live_chart.h"
#include "tests/bench/first_paint.h"
#include "tests/bench/verdict.h"
#include "tests/bench/window_run.h"

#include <CLI/CLI.hpp>
#include <QApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <fmt/format.h>

#include <ctime>
#include <optional>
#include <thread>

using namespace ipclab;
using namespace std::chrono_literals;

namespace {

struct Settings {
    bool isFirstPaintOnly = false;
    unsigned repetitions = 5;
    double costSeconds = 5;
    double historySeconds = 60;
    double runSeconds = 2;
};

double milliseconds(Nanoseconds time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

Nanoseconds toDuration(double seconds)
{
    return std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>(seconds));
}

/// The body of ipclab's own main(), up to the first paint. Prints the milliseconds since the process started.
int showFirstPaint(QApplication& application)
{
    prepareApplication(application);
    MainWindow window({.workerProgram = IPCLAB_BIN_DIR "/ipclab-worker", .sampleEvery = {}});
    PaintWatch watch([&window](QObject* painted) { return painted == &window; });
    window.show();
    const std::optional<Nanoseconds> painted = watch.wait();
    if (!painted)
        return 1;
    fmt::print("{}\n", milliseconds(*painted - processStart()));
    return 0;
}

void measureFirstPaint(const Settings& settings, Verdicts& verdicts)
{
    std::vector<double> taken;
    for (unsigned repetition = 0; repetition < settings.repetitions; ++repetition) {
        QProcess program;
        program.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--first-paint")});
        if (!program.waitForFinished() || program.exitCode() != 0)
            throw std::runtime_error("the window was not painted");
        taken.push_back(program.readAllStandardOutput().trimmed().toDouble());
    }
    verdicts.atMost("from the start of the process to the first paint, ms", taken, 400);
}

bool isChartWithPoint(QObject* painted)
{
    const auto* chart = qobject_cast<LiveChart*>(painted);
    return chart != nullptr && showsFirstPoint(*chart);
}

void measureFirstPoint(const Settings& settings, Verdicts& verdicts)
{
    std::vector<double> taken;
    for (unsigned repetition = 0; repetition < settings.repetitions; ++repetition) {
        BenchedWindow benched;
        letRun(300ms);
        PaintWatch watch(isChartWithPoint);
        const Nanoseconds clicked = now();
        benched.clickRun();
        const std::optional<Nanoseconds> painted = watch.wait();
        if (!painted)
            throw std::runtime_error("no point appeared on a chart");
        taken.push_back(milliseconds(*painted - clicked));
    }
    verdicts.atMost("from the click on Run to the first point painted, ms", taken, 300);
}

double processorSeconds()
{
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

/// In per cent of one core, of this process with all its threads.
double costOf(double seconds)
{
    const double before = processorSeconds();
    const Nanoseconds begun = now();
    letRun(std::chrono::milliseconds(static_cast<int>(seconds * 1000)));
    return 100 * (processorSeconds() - before) / std::chrono::duration<double>(now() - begun).count();
}

void measureCost(const Settings& settings, Verdicts& verdicts)
{
    BenchedWindow benched;
    Experiment experiment;
    experiment.duration = toDuration(settings.historySeconds + 4 * settings.costSeconds + 10);
    benched.open(experiment);
    benched.clickRun();
    letRun(1500ms);
    const auto measure = [&](std::optional<double> time, const std::string& name) {
        benched.chooseTime(time);
        letRun(500ms);
        verdicts.atMost(
            fmt::format("the window's processor time during a run, {} in sight, % of a core", name),
            {costOf(settings.costSeconds)}, 8);
    };
    measure(5.0, "5 s");
    letRun(std::chrono::milliseconds(static_cast<int>(settings.historySeconds * 1000)));
    measure(60.0, "60 s");
    measure(std::nullopt, "the whole run");
}

double throughputWithoutWindow(const Experiment& experiment, const FreshSettings& settings)
{
    QProcess program;
    program.start(QStringLiteral(IPCLAB_BIN_DIR "/ipclab-cli"),
                  {QStringLiteral("run"), writeExperiment(settings, QStringLiteral("cli.toml"), experiment),
                   QStringLiteral("--json"), QStringLiteral("-"), QStringLiteral("--quiet")});
    if (!program.waitForFinished() || program.exitCode() != 0)
        throw std::runtime_error("ipclab-cli failed");
    const QJsonObject result = QJsonDocument::fromJson(program.readAllStandardOutput()).object();
    return result[QStringLiteral("summary")][QStringLiteral("messages_per_second")].toDouble();
}

double throughputWithWindow(const Experiment& experiment)
{
    BenchedWindow benched;
    benched.open(experiment);
    benched.clickRun();
    return benched.waitForResult().summary.messagesPerSecond;
}

std::vector<double> observerEffect(const Settings& settings, CorePlacement cores)
{
    const FreshSettings files;
    Experiment experiment;
    experiment.cores = cores;
    experiment.duration = toDuration(settings.runSeconds);
    std::vector<double> ratios;
    for (unsigned repetition = 0; repetition < settings.repetitions; ++repetition) {
        const double alone = throughputWithoutWindow(experiment, files);
        ratios.push_back(throughputWithWindow(experiment) / alone);
    }
    return ratios;
}

void measureAll(const Settings& settings, Verdicts& verdicts)
{
    fmt::print("platform {}, {} cores: the window shares them with both workers\n\n",
               QGuiApplication::platformName().toStdString(), std::thread::hardware_concurrency());
    measureFirstPaint(settings, verdicts);
    measureFirstPoint(settings, verdicts);
    measureCost(settings, verdicts);
    verdicts.atLeast("throughput with the window ÷ with ipclab-cli, workers on different cores",
                     observerEffect(settings, CorePlacement::Different), 0.95);
    verdicts.unjudged("throughput with the window ÷ with ipclab-cli, workers on any core",
                      observerEffect(settings, CorePlacement::Any));
}

} // namespace

int main(int argumentCount, char** arguments)
{
    Settings settings;
    CLI::App app{"Measures the window: what one waits for, and what it costs while a run goes on."};
    app.add_flag("--first-paint", settings.isFirstPaintOnly,
                 "Show the window, print how long that took, and exit");
    app.add_option("--repetitions", settings.repetitions, "Of which the median counts")
        ->capture_default_str();
    app.add_option("--history", settings.historySeconds, "Seconds of run before the longer windows of time")
        ->capture_default_str();
    CLI11_PARSE(app, argumentCount, arguments);

    chooseDisplay();
    QApplication application(argumentCount, arguments);
    if (settings.isFirstPaintOnly)
        return showFirstPaint(application);
    return statusOf([&](Verdicts& verdicts) { measureAll(settings, verdicts); });
}
