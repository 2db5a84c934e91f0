#include "gui/appearance.h"
#include "gui/command_line.h"
#include "gui/headless_run.h"
#include "gui/main_window.h"

#include <QApplication>
#include <QSettings>
#include <QTimer>

#include <cstdio>

namespace {

using ipclab::CommandLine;

enum ExitStatus { Success = 0, Failure = 1, WrongUsage = 2 };

constexpr const char* platformVariable = "QT_QPA_PLATFORM";

int print(FILE* stream, const QString& text, int status)
{
    std::fputs(text.toUtf8().constData(), stream);
    return status;
}

/// Where no window is wanted no display is needed. Whoever names a platform gets it. Before the application.
void doWithoutDisplay()
{
    if (qEnvironmentVariableIsEmpty(platformVariable))
        qputenv(platformVariable, "offscreen");
}

/// Where nothing says that there is one, Qt would end the program by SIGABRT.
bool hasDisplay()
{
    return !(qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") &&
             qEnvironmentVariableIsEmpty(platformVariable));
}

int runAndExport(const CommandLine& line)
{
    const ipclab::NamedExperiments named = ipclab::experimentsNamed(line.run, line.settings);
    if (!named.problems.isEmpty())
        return print(stderr, named.problems.join('\n') + '\n', WrongUsage);
    ipclab::HeadlessRun run(named.experiments, line.directory);
    QObject::connect(&run, &ipclab::HeadlessRun::done, qApp, &QCoreApplication::exit, Qt::QueuedConnection);
    run.start();
    return QApplication::exec();
}

/// The first thing a newcomer sees is moving charts.
bool isFirstStart()
{
    QSettings settings;
    const bool first = !settings.value("startedBefore").toBool();
    settings.setValue("startedBefore", true);
    return first;
}

int showWindow(const CommandLine& line)
{
    const bool firstStart = isFirstStart();
    ipclab::MainWindow window;
    window.show();
    QTimer::singleShot(0, &window, [&] {
        if (!line.file.isEmpty())
            window.openFile(line.file);
        else if (!line.preset.isEmpty() ? window.openPreset(line.preset) : firstStart)
            window.startRun();
    });
    return QApplication::exec();
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication::setOrganizationName("ipclab");
    QCoreApplication::setApplicationName("ipclab");
    QCoreApplication::setApplicationVersion(IPCLAB_VERSION);
    const CommandLine line = ipclab::parseCommandLine(QStringList(argv, argv + argc));
    if (line.task == CommandLine::Task::PrintText)
        return print(stdout, line.text, Success);
    if (line.task == CommandLine::Task::RefuseArguments)
        return print(stderr, line.text + '\n', WrongUsage);

    if (line.task == CommandLine::Task::RunAndExport)
        doWithoutDisplay();
    else if (!hasDisplay())
        return print(stderr,
                     "ipclab: There is no display to open a window on. Without one: ipclab --run FILE "
                     "--export DIRECTORY, or ipclab-cli run FILE\n",
                     Failure);
    QApplication application(argc, argv);
    ipclab::prepareApplication(application);
    return line.task == CommandLine::Task::RunAndExport ? runAndExport(line) : showWindow(line);
}
