#include "engine/base/private_directory.h"

#include "engine/base/failure.h"

#include <QTemporaryDir>
#include <QtTest>

#include <sys/stat.h>
#include <unistd.h>

#include <memory>

using namespace ipclab;

namespace {

constexpr uid_t nobody = 65534;

/// A variable of the environment, put back as it was.
class KeptVariable final {
public:
    explicit KeptVariable(const char* name)
        : m_name(name), m_wasSet(qEnvironmentVariableIsSet(name)), m_before(qgetenv(name))
    {
    }
    KeptVariable(const KeptVariable&) = delete;
    KeptVariable& operator=(const KeptVariable&) = delete;
    ~KeptVariable()
    {
        if (m_wasSet)
            qputenv(m_name, m_before);
        else
            qunsetenv(m_name);
    }

private:
    const char* m_name;
    bool m_wasSet;
    QByteArray m_before;
};

} // namespace

/// Where runs keep their journals and sockets: a directory that nobody else can reach into.
class TestPrivateDirectory final : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        QVERIFY2(m_directory->isValid(), qPrintable(m_directory->errorString()));
    }
    void cleanup() { m_directory.reset(); }

    void isMadeForThisUserOnly();
    void fallsBackToTheTemporaryOne();
    void whatIsNotPrivateIsRefused_data();
    void whatIsNotPrivateIsRefused();

private:
    QString inDirectory(const QString& name) const { return m_directory->filePath(name); }

    std::unique_ptr<QTemporaryDir> m_directory;
};

void TestPrivateDirectory::isMadeForThisUserOnly()
{
    const KeptVariable runtime("XDG_RUNTIME_DIR");
    qputenv("XDG_RUNTIME_DIR", m_directory->path().toLocal8Bit());
    const QString expected = inDirectory("ipclab");
    QCOMPARE(QString::fromStdString(privateDirectory()), expected);
    QCOMPARE(QString::fromStdString(privateDirectory()), expected);
    struct stat status {};
    QCOMPARE(::lstat(qPrintable(expected), &status), 0);
    QVERIFY(S_ISDIR(status.st_mode));
    QCOMPARE(status.st_mode & 0777, 0700U);
}

void TestPrivateDirectory::fallsBackToTheTemporaryOne()
{
    const KeptVariable runtime("XDG_RUNTIME_DIR");
    const KeptVariable temporary("TMPDIR");
    qputenv("TMPDIR", m_directory->path().toLocal8Bit());
    const QString expected = inDirectory(QString("ipclab-%1").arg(::geteuid()));
    for (const char* unusable : {"", "relative", "/nowhere/at/all"}) {
        qputenv("XDG_RUNTIME_DIR", unusable);
        QCOMPARE(QString::fromStdString(privateDirectory()), expected);
    }
}

void TestPrivateDirectory::whatIsNotPrivateIsRefused_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("reason");
    QTest::newRow("link") << "link"
                          << "it is a symbolic link";
    QTest::newRow("file") << "file"
                          << "it is not a directory";
    QTest::newRow("open to others") << "open"
                                    << "other users may look into it or change it";
    QTest::newRow("of another user") << "foreign"
                                     << "it belongs to user 65534";
}

void TestPrivateDirectory::whatIsNotPrivateIsRefused()
{
    QFETCH(QString, kind);
    QFETCH(QString, reason);
    if (kind == "foreign" && ::geteuid() != 0)
        QSKIP("only root can give a directory to another user");
    const KeptVariable runtime("XDG_RUNTIME_DIR");
    qputenv("XDG_RUNTIME_DIR", m_directory->path().toLocal8Bit());
    const QByteArray path = inDirectory("ipclab").toLocal8Bit();
    if (kind == "link")
        QVERIFY(QDir().mkdir(inDirectory("target")) && QFile::link(inDirectory("target"), path));
    else if (kind == "file")
        QVERIFY(QFile(path).open(QIODevice::WriteOnly));
    else
        QCOMPARE(::mkdir(path, 0700), 0);
    if (kind == "open")
        QCOMPARE(::chmod(path, 0755), 0);
    if (kind == "foreign")
        QCOMPARE(::chown(path, nobody, nobody), 0);
    try {
        privateDirectory();
        QFAIL("it was taken");
    } catch (const FailureError& error) {
        QVERIFY2(error.failure().sentence().find(reason.toStdString()) != std::string::npos, error.what());
    }
}

QTEST_GUILESS_MAIN(TestPrivateDirectory)
#include "tst_private_directory.moc"
