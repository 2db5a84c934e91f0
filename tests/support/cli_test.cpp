#include "tests/support/cli_test.h"

#include <QFile>
#include <QtTest>

#include <sys/prctl.h>
#include <sys/wait.h>

#include <cerrno>

namespace ipclab {

QString CliTest::fileWith(const QByteArray& text) const
{
    QFile file(path("experiment.toml"));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        qFatal("cannot write the experiment");
    return file.fileName();
}

void CliTest::initTestCase()
{
    // Workers and reapers that outlive the program become this process's children.
    QCOMPARE(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
}

void CliTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    QVERIFY(m_directory->isValid());
}

void CliTest::cleanup()
{
    QTRY_COMPARE(::waitpid(-1, nullptr, WNOHANG), -1);
    QCOMPARE(errno, ECHILD);
}

} // namespace ipclab
