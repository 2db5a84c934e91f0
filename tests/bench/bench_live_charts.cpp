// What the live charts cost the window: four charts with sixteen traces at 30 Hz, for windows of time from
// five seconds to a whole run of ten minutes. Prints the share of one core that this process used, and its
// memory.

#include "gui/charts/live_chart.h"

#include <QApplication>
#include <QFile>
#include <QGridLayout>
#include <QTimer>

#include <fmt/format.h>

#include <cmath>
#include <ctime>
#include <memory>

using namespace ipclab;

namespace {

constexpr int framesPerSecond = 30;
constexpr double historySeconds = 600;

double secondsOf(clockid_t clock)
{
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double residentMegabytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        return std::nan("");
    return file.readAll().split(' ').value(1).toDouble() * 4096 / 1e6;
}

ChartFace face(const char* title, Quantity quantity, ScaleKind scale, std::initializer_list<ColourRole> roles)
{
    ChartFace face{
        .id = {}, .title = title, .description = {}, .quantity = quantity, .scale = scale, .traces = {}};
    for (const ColourRole role : roles)
        face.traces.push_back({QStringLiteral("trace %1").arg(face.traces.size()), role});
    return face;
}

class Window : public QWidget {
public:
    Window()
    {
        using enum ColourRole;
        add(face("Throughput", Quantity::MessagesPerSecond, ScaleKind::Linear,
                 {Delivered, Offered, Maximum, Event}));
        add(face("Latency", Quantity::Duration, ScaleKind::Logarithmic,
                 {Percentile50, Percentile90, Percentile99, Percentile999, Maximum}));
        add(face("Time", Quantity::Share, ScaleKind::Stacked,
                 {Running, Ready, BlockedSending, BlockedReceiving, Pacing}));
        add(face("Fill", Quantity::Bytes, ScaleKind::Linear, {Fill, Capacity}));
        resize(1280, 800);
    }

    void append(double seconds)
    {
        for (const auto& chart : m_charts) {
            const double share = 1.0 / static_cast<double>(chart->face().traces.size());
            m_values.clear();
            for (std::size_t trace = 0; trace < chart->face().traces.size(); ++trace)
                m_values.push_back(chart->face().quantity == Quantity::Share ? share : wave(seconds, trace));
            chart->append(seconds, m_values);
        }
    }

    void refresh()
    {
        for (const auto& chart : m_charts)
            chart->refresh();
    }

    void setWindow(std::optional<double> seconds)
    {
        for (const auto& chart : m_charts)
            chart->setWindow(seconds);
    }

private:
    static double wave(double seconds, std::size_t trace)
    {
        const double base = 1e4 * std::pow(4.0, static_cast<double>(trace));
        return base *
               (1.5 + std::sin(seconds * 1.7) + 0.2 * std::sin(seconds * 91 + static_cast<double>(trace)));
    }

    void add(ChartFace face)
    {
        const int index = static_cast<int>(m_charts.size());
        m_charts.push_back(std::make_unique<LiveChart>(std::move(face)));
        m_layout.addWidget(m_charts.back().get(), index / 2, index % 2);
    }

    QGridLayout m_layout{this};
    std::vector<std::unique_ptr<LiveChart>> m_charts;
    std::vector<double> m_values;
};

/// Lets the event loop run and returns the share of one core that it took.
double costOf(Window& window, std::optional<double> timeWindow, double& now, double seconds)
{
    window.setWindow(timeWindow);
    QTimer frames;
    frames.setTimerType(Qt::PreciseTimer);
    QObject::connect(&frames, &QTimer::timeout, &window, [&] {
        now += 1.0 / framesPerSecond;
        window.append(now);
        window.refresh();
    });
    QEventLoop loop;
    QTimer::singleShot(static_cast<int>(seconds * 1000), &loop, &QEventLoop::quit);
    frames.start(1000 / framesPerSecond);
    const double cpuBefore = secondsOf(CLOCK_PROCESS_CPUTIME_ID);
    const double wallBefore = secondsOf(CLOCK_MONOTONIC);
    loop.exec();
    return (secondsOf(CLOCK_PROCESS_CPUTIME_ID) - cpuBefore) / (secondsOf(CLOCK_MONOTONIC) - wallBefore);
}

} // namespace

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("DISPLAY") && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const double seconds = argc > 1 ? std::atof(argv[1]) : 10;

    Window window;
    window.show();
    const double memoryBefore = residentMegabytes();
    double now = 0;
    while (now < historySeconds)
        window.append(now += 1.0 / framesPerSecond);

    fmt::print("four live charts, 16 traces, {} Hz, {} s each, platform {}\n", framesPerSecond, seconds,
               QGuiApplication::platformName().toStdString());
    for (const std::optional<double> timeWindow :
         {std::optional(5.0), std::optional(60.0), std::optional<double>()}) {
        const double share = costOf(window, timeWindow, now, seconds);
        fmt::print("{:>10}: {:4.1f} % of one core\n",
                   timeWindow ? fmt::format("{} s", *timeWindow) : "whole run", share * 100);
    }
    fmt::print("memory: {:.1f} MB at the start, {:.1f} MB after {:.0f} s of run\n", memoryBefore,
               residentMegabytes(), now);
}
