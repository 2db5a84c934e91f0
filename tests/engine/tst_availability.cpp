#include "engine/experiment/experiment.h"
#include "engine/mechanisms/catalog.h"
#include "tests/support/cli_program.h"
#include "tests/support/forbidden_call.h"
#include "tests/support/own_namespaces.h"
#include "tests/support/test_process.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QtTest>

#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

using namespace ipclab;

namespace {

constexpr int cannotFilter = 99;

/// What a mechanism cannot live without, forbidden by a filter of system calls.
struct Lack {
    const char* mechanism;
    unsigned call;
    unsigned error;
    const char* reason;
};

constexpr Lack lacks[] = {
    {"posix_mq", SYS_mq_getsetattr, ENOSYS, "this kernel does not offer mq_open(3)"},
    {"posix_mq", SYS_mq_getsetattr, EPERM, "a filter of system calls (seccomp(2)) forbids mq_open(3) here"},
    {"process_vm", SYS_process_vm_readv, EPERM, "forbids process_vm_readv(2) here"},
    {"io_uring", SYS_io_uring_setup, ENOSYS, "this kernel does not offer io_uring_setup(2)"},
    {"pipe_splice", SYS_vmsplice, EPERM, "forbids vmsplice(2) here"},
};

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

QByteArray outputOfCli(const QStringList& arguments, const Lack& lack)
{
    QProcess process;
    process.setChildProcessModifier([&lack] {
        if (!forbidSystemCall(lack.call, lack.error))
            ::_exit(cannotFilter);
    });
    process.start(cliProgram(), arguments);
    process.waitForFinished();
    return process.readAllStandardOutput();
}

/// In the mount namespace of this process, over all that is in /proc/sys/kernel.
void setYama(const char* scope)
{
    require(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "mount(MS_PRIVATE)");
    require(::mount("none", "/proc/sys/kernel", "tmpfs", 0, nullptr) == 0, "mount(tmpfs)");
    require(::mkdir("/proc/sys/kernel/yama", 0755) == 0, "mkdir");
    std::ofstream file("/proc/sys/kernel/yama/ptrace_scope");
    file << scope << '\n' << std::flush;
    require(file.good(), "write");
}

void dropCapabilities()
{
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3]{};
    require(::syscall(SYS_capset, &header, none) == 0, "capset");
}

} // namespace

/// What this host does not offer is said everywhere, with the reason and what would help. Every host can be
/// made to offer less.
class TestAvailability : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void aLackIsFoundWithItsReason_data() { addRows(); }
    void aLackIsFoundWithItsReason();
    void anExperimentWithItIsRefused_data() { addRows(); }
    void anExperimentWithItIsRefused();
    void listsSayIt_data() { addRows(); }
    void listsSayIt();
    void descriptionsSayIt_data() { addRows(); }
    void descriptionsSayIt();
    void yamasSettingsAreToldApart_data();
    void yamasSettingsAreToldApart();

private:
    static void addRows();
};

void TestAvailability::initTestCase()
{
    TestProcess trial([](const Talk&) { require(forbidSystemCall(SYS_acct, EPERM), "no filter"); });
    if (!trial.finish().empty())
        QSKIP("this host offers no filter of system calls (seccomp(2))");
}

void TestAvailability::addRows()
{
    QTest::addColumn<Lack>("lack");
    for (const Lack& lack : lacks)
        QTest::addRow("%s, %s", lack.mechanism, lack.error == ENOSYS ? "ENOSYS" : "EPERM") << lack;
}

void TestAvailability::aLackIsFoundWithItsReason()
{
    QFETCH(Lack, lack);
    const Mechanism& mechanism = *findMechanism(lack.mechanism);
    TestProcess process([&](const Talk&) {
        require(forbidSystemCall(lack.call, lack.error), "no filter");
        const auto found = mechanism.unavailable();
        require(found.has_value(), "nothing is missed");
        require(contains(found->reason, lack.reason), "another reason: " + found->reason);
        require(!found->remedy.empty(), "nothing to do about it");
    });
    QCOMPARE(QString::fromStdString(process.finish()), QString());
}

void TestAvailability::anExperimentWithItIsRefused()
{
    QFETCH(Lack, lack);
    TestProcess process([&](const Talk&) {
        require(forbidSystemCall(lack.call, lack.error), "no filter");
        Experiment experiment;
        experiment.mechanism = lack.mechanism;
        const std::vector<Problem> found = problems(experiment);
        const auto about = std::ranges::find(found, "mechanism", &Problem::key);
        require(about != found.end(), "it would be tried");
        require(contains(about->sentence, lack.reason), "another sentence: " + about->sentence);
    });
    QCOMPARE(QString::fromStdString(process.finish()), QString());
}

void TestAvailability::listsSayIt()
{
    QFETCH(Lack, lack);
    const QByteArray json = outputOfCli({"list", "mechanisms", "--json"}, lack);
    const QJsonArray all = QJsonDocument::fromJson(json).array();
    QVERIFY(!all.isEmpty());
    for (const QJsonValue& each : all) {
        if (each["id"].toString() != lack.mechanism)
            continue;
        QCOMPARE(each["is_available"], QJsonValue(false));
        QVERIFY(each["unavailable"]["reason"].toString().contains(lack.reason));
        QVERIFY(!each["unavailable"]["remedy"].toString().isEmpty());
    }
    const QString text = QString::fromUtf8(outputOfCli({"list", "mechanisms"}, lack)).simplified();
    QVERIFY2(text.contains("Not available on this host, because") && text.contains(lack.reason),
             qPrintable(text));
}

void TestAvailability::descriptionsSayIt()
{
    QFETCH(Lack, lack);
    const QByteArray json = outputOfCli({"describe", lack.mechanism, "--json"}, lack);
    const QJsonObject described = QJsonDocument::fromJson(json).object();
    QCOMPARE(described["is_available"], QJsonValue(false));
    QVERIFY(described["unavailable"]["reason"].toString().contains(lack.reason));
    const QString text = QString::fromUtf8(outputOfCli({"describe", lack.mechanism}, lack)).simplified();
    QVERIFY2(text.contains("not available, because") && text.contains(lack.reason), qPrintable(text));
}

void TestAvailability::yamasSettingsAreToldApart_data()
{
    QTest::addColumn<QByteArray>("scope");
    QTest::addColumn<QByteArray>("reason");
    QTest::addColumn<QByteArray>("remedy");
    QTest::newRow("2") << QByteArray("2") << QByteArray("only the privileged")
                       << QByteArray("sysctl kernel.yama.ptrace_scope=1");
    // Once it is 3 it can be set to nothing else.
    QTest::newRow("3") << QByteArray("3") << QByteArray("no process may look")
                       << QByteArray("start the system anew");
}

void TestAvailability::yamasSettingsAreToldApart()
{
    QFETCH(QByteArray, scope);
    QFETCH(QByteArray, reason);
    QFETCH(QByteArray, remedy);
    TestProcess process([&](const Talk&) {
        require(standApart(CLONE_NEWNS), noOwnNamespaces);
        setYama(scope.constData());
        dropCapabilities();
        const auto found = findMechanism("process_vm")->unavailable();
        require(found.has_value(), "nothing is missed");
        require(contains(found->reason, reason.constData()), "another reason: " + found->reason);
        require(contains(found->remedy, remedy.constData()), "another remedy: " + found->remedy);
    });
    const QString error = QString::fromStdString(process.finish());
    if (error.contains(noOwnNamespaces))
        QSKIP(noOwnNamespaces);
    QCOMPARE(error, QString());
}

QTEST_GUILESS_MAIN(TestAvailability)
#include "tst_availability.moc"
