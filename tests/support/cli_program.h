#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>

class QProcess;

namespace ipclab {

/// Where ipclab-cli was built.
QString cliProgram();

/// How long a program may take to its end, or to its next word. Milliseconds.
inline constexpr int cliPatience = 60'000;

struct Ended {
    int status = -1; ///< -1 where it was killed, by a signal or for taking longer than cliPatience
    QString output;
    QString errors;
};

/// Waits for the end of a program that was started, and takes what it wrote.
Ended collect(QProcess& process);

/// A runtime directory of its own for a program that is yet to start: there its runs keep journals and
/// sockets.
void setRuntimeDirectory(QProcess& process, const QString& directory);

/// Runs ipclab-cli to its end with `input` as its standard input.
Ended callCli(const QStringList& arguments, const QByteArray& input = {});

/// Bash runs the command, where redirections can be had; "$1" in it is ipclab-cli.
Ended callInShell(const QString& command);

/// The status when another user may not start the program where it was built.
inline constexpr int cannotStart = 99;

/// Root may read and write everything, so what permission refuses can only be seen as somebody else.
Ended callCliAsNobody(const QStringList& arguments);

/// `run` with what is short enough for a test and long enough to have a series.
QStringList shortRun(const QStringList& more = {});

/// The JSON object in a text; an empty one where there is none.
QJsonObject objectIn(const QString& text);

/// Empty where the file cannot be read.
QByteArray contentOf(const QString& path);

} // namespace ipclab
