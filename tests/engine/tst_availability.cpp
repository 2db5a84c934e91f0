#include "engine/experiment/experiment.h"
#include "engine/mechanisms/catalog.h"
#include "tests/support/cli_program.h"
#include "tests/support/forbidden_call.h"
#include "tests/support/test_process.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QtTest>

#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>

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

QTEST_GUILESS_MAIN(TestAvailability)
#include "tst_availability.moc"
