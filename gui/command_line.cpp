#include "gui/command_line.h"

#include <QCommandLineParser>
#include <QCoreApplication>

namespace ipclab {

namespace {

CommandLine printing(const QString& text)
{
    CommandLine result;
    result.task = CommandLine::Task::PrintText;
    result.text = text;
    return result;
}

CommandLine refused(const QString& reason)
{
    CommandLine result;
    result.task = CommandLine::Task::RefuseArguments;
    result.text = reason;
    return result;
}

QString tr(const char* text)
{
    return QCoreApplication::translate("CommandLine", text);
}

QString helpText()
{
    return tr("Usage: ipclab [FILE]\n"
              "       ipclab --preset ID\n"
              "       ipclab --run FILE|ID|default --export DIRECTORY [--set KEY=VALUE]...\n"
              "\n"
              "Runs experiments on inter-process communication and charts them live.\n"
              "\n"
              "  FILE                 open this experiment (TOML) in the window\n"
              "  --preset ID          load this preset and run it in the window\n"
              "  --run WHAT           run without showing a window: a file, the id of a preset,\n"
              "                       or \"default\"; needs --export\n"
              "  --export DIRECTORY   write charts (PNG, SVG), tables (CSV) and run.json there\n"
              "  --set KEY=VALUE      with --run: change one key of the experiment; may be repeated\n"
              "  --help, --version\n"
              "\n"
              "Exit status: 0 all runs finished and their self-checks hold; 1 a run failed, a check\n"
              "is violated or the results could not be written; 2 wrong usage or experiment.\n"
              "`ipclab-cli list presets` prints the ids of presets.\n");
}

/// A sentence if the options do not go together.
QString contradiction(const CommandLine& line, qsizetype files)
{
    if (files > 1)
        return tr("Only one file can be opened.");
    if (line.run.isEmpty() != line.directory.isEmpty())
        return tr("--run and --export need each other: what to run, and where its results go.");
    if (line.run.isEmpty() && !line.settings.isEmpty())
        return tr("--set needs --run.");
    const int purposes = int(!line.file.isEmpty()) + int(!line.preset.isEmpty()) + int(!line.run.isEmpty());
    if (purposes > 1)
        return tr("Give one of FILE, --preset and --run.");
    for (const QString& setting : line.settings) {
        if (!setting.contains('='))
            return tr("--set takes KEY=VALUE, not “%1”.").arg(setting);
    }
    return {};
}

} // namespace

CommandLine parseCommandLine(const QStringList& arguments)
{
    QCommandLineParser parser;
    parser.addOptions({{"preset", {}, "ID"},
                       {"run", {}, "WHAT"},
                       {"export", {}, "DIRECTORY"},
                       {"set", {}, "KEY=VALUE"},
                       {{"h", "help"}, {}},
                       {{"v", "version"}, {}}});
    if (!parser.parse(arguments))
        return refused(parser.errorText());
    if (parser.isSet("help"))
        return printing(helpText());
    if (parser.isSet("version"))
        return printing(tr("IPC Lab %1\n").arg(QCoreApplication::applicationVersion()));

    CommandLine line;
    line.file = parser.positionalArguments().value(0);
    line.preset = parser.value("preset");
    line.run = parser.value("run");
    line.directory = parser.value("export");
    line.settings = parser.values("set");
    if (!line.run.isEmpty())
        line.task = CommandLine::Task::RunAndExport;
    const QString reason = contradiction(line, parser.positionalArguments().size());
    return reason.isEmpty() ? line : refused(reason);
}

} // namespace ipclab
