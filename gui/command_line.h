#pragma once

#include <QString>
#include <QStringList>

namespace ipclab {

/// What the program was started for.
struct CommandLine {
    enum class Task { ShowWindow, RunAndExport, PrintText, RefuseArguments };

    Task task = Task::ShowWindow;
    QString file;         ///< to open in the window; may be empty
    QString preset;       ///< to load and run in the window; may be empty
    QString run;          ///< file or preset to run without a window
    QString directory;    ///< where that run's charts and tables go
    QStringList settings; ///< KEY=VALUE, for that run
    QString text;         ///< to print: help, version, or why the arguments are refused
};

/// The first argument is the program's name, as in main().
CommandLine parseCommandLine(const QStringList& arguments);

} // namespace ipclab
