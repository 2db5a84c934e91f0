#include "tests/support/cli_program.h"

#include <QFile>
#include <QJsonDocument>
#include <QProcess>

#include <grp.h>
#include <unistd.h>

namespace ipclab {

QString cliProgram()
{
    return QStringLiteral(IPCLAB_BIN_DIR "/ipclab-cli");
}

Ended collect(QProcess& process)
{
    if (!process.waitForFinished(cliPatience)) {
        process.kill();
        process.waitForFinished();
        return {-1, "did not end", process.readAllStandardError()};
    }
    const bool isKilled = process.exitStatus() == QProcess::CrashExit;
    return {isKilled ? -1 : process.exitCode(), process.readAllStandardOutput(),
            process.readAllStandardError()};
}

void setRuntimeDirectory(QProcess& process, const QString& directory)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("XDG_RUNTIME_DIR", directory);
    process.setProcessEnvironment(environment);
}

Ended callCli(const QStringList& arguments, const QByteArray& input)
{
    QProcess process;
    process.start(cliProgram(), arguments);
    process.write(input);
    process.closeWriteChannel();
    return collect(process);
}

Ended callInShell(const QString& command)
{
    QProcess process;
    process.start("/bin/bash", {"-c", command, "bash", cliProgram()});
    return collect(process);
}

Ended callCliAsNobody(const QStringList& arguments)
{
    constexpr uid_t nobody = 65534;
    QProcess process;
    process.setChildProcessModifier([] {
        if (::geteuid() == 0 &&
            (::setgroups(0, nullptr) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0))
            ::_exit(cannotStart);
    });
    process.start(cliProgram(), arguments);
    const Ended ended = collect(process);
    return process.error() == QProcess::FailedToStart ? Ended{cannotStart, {}, {}} : ended;
}

QStringList shortRun(const QStringList& more)
{
    return QStringList{"run",           "--set", "duration=200 ms", "--set",
                       "warm_up=50 ms", "--set", "mechanism=pipe"} +
           more;
}

QJsonObject objectIn(const QString& text)
{
    return QJsonDocument::fromJson(text.toUtf8()).object();
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace ipclab
