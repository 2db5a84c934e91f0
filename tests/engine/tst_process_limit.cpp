#include "tests/support/cli_program.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <grp.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

using namespace ipclab;

namespace {

constexpr uid_t nobody = 65534;

/// Root is exempt from the limit.
uid_t userUnderTest()
{
    return ::getuid() == 0 ? nobody : ::getuid();
}

/// The directories under /proc of all processes of `user`.
QStringList processesOf(uid_t user)
{
    QStringList paths;
    for (const QString& name :
         QDir(QStringLiteral("/proc")).entryList({QStringLiteral("[0-9]*")}, QDir::Dirs)) {
        struct stat owner {};
        const QString path = QStringLiteral("/proc/") + name;
        if (::stat(qPrintable(path), &owner) == 0 && owner.st_uid == user)
            paths << path;
    }
    return paths;
}

/// How many processes and threads count against the limit of `user`.
rlim_t tasksOf(uid_t user)
{
    rlim_t count = 0;
    for (const QString& path : processesOf(user))
        count += static_cast<rlim_t>(
            QDir(path + QStringLiteral("/task")).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size());
    return count;
}

/// How many processes of `user` execute one of the programs under test.
auto programsOf(uid_t user)
{
    const QStringList paths = processesOf(user);
    return std::ranges::count_if(paths, [](const QString& path) {
        return QFileInfo(path + QStringLiteral("/exe")).symLinkTarget().startsWith(IPCLAB_BIN_DIR);
    });
}

} // namespace

/// More workers than this user may have processes.
class TestProcessLimit final : public QObject {
    Q_OBJECT

private slots:
    void tooManyWorkersAreExplainedAndNoneIsLeft();
};

void TestProcessLimit::tooManyWorkersAreExplainedAndNoneIsLeft()
{
    QTemporaryDir directory;
    const uid_t user = userUnderTest();
    if (::getuid() == 0)
        QCOMPARE(::chown(qPrintable(directory.path()), nobody, nobody), 0);
    const rlim_t before = tasksOf(user);
    const auto programsBefore = programsOf(user);
    constexpr rlim_t room = 6; // the program itself, its reaper and four workers
    QProcess process;
    setRuntimeDirectory(process, directory.path());
    process.setChildProcessModifier([user, before] {
        const rlimit limit{before + room, before + room};
        const bool isReady =
            ::getuid() != 0 || (::setgroups(0, nullptr) == 0 && ::setresgid(user, user, user) == 0);
        if (!isReady || ::setrlimit(RLIMIT_NPROC, &limit) != 0 || ::setresuid(user, user, user) != 0)
            ::_exit(125);
    });
    process.start(cliProgram(), {"run", "--set", "shape.kind=fan-in", "--set", "shape.senders=40", "--set",
                                 "duration=1 s"});
    if (!process.waitForStarted())
        QSKIP("another user may not start the programs where they were built");
    process.waitForFinished(30'000);
    if (process.error() == QProcess::FailedToStart)
        QSKIP("another user may not start the programs where they were built");
    QCOMPARE(process.state(), QProcess::NotRunning);
    const QString errors = QString::fromUtf8(process.readAllStandardError());
    if (process.exitCode() == 125)
        QSKIP("this process may not become another user");
    QVERIFY2(process.exitCode() == 1, qPrintable(QString::number(process.exitCode()) + errors));
    QVERIFY2(errors.contains("RLIMIT_NPROC") && errors.contains("ulimit -u"), qPrintable(errors));
    QTRY_COMPARE_WITH_TIMEOUT(programsOf(user), programsBefore, 5000);
}

QTEST_GUILESS_MAIN(TestProcessLimit)
#include "tst_process_limit.moc"
