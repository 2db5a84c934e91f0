#include "engine/library/atomic_file.h"

#include "engine/base/failure.h"
#include "engine/base/unique_fd.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

using namespace ipclab;

namespace {

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read");
}

/// What writeFileAtomically says when it fails; empty if it does not.
QString complaint(const QString& path, std::string_view content)
{
    try {
        writeFileAtomically(path.toStdString(), content);
        return {};
    } catch (const FailureError& error) {
        return error.what();
    }
}

/// No file of this process may become larger, as on a full disk, for as long as this lives.
class FileSizeLimit final {
public:
    explicit FileSizeLimit(rlim_t bytes)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_previous);
        const rlimit limit{bytes, m_previous.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;
    ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &m_previous); }

private:
    rlimit m_previous{};
};

} // namespace

class TestAtomicFile final : public QObject {
    Q_OBJECT

private slots:
    void init();
    void makesANewFileThatTheUmaskAllows();
    void replacesTheContentAndKeepsTheMode();
    void followsASymbolicLink();
    void oldContentSurvivesAFullDisk();
    void deviceIsWrittenToAndStaysADevice();
    void fifoWithoutAReaderIsRefused();
    void fifoWithAReaderGetsTheContent();
    void missingDirectoryIsNamedBeforehandAndWhenWriting();
    void aDirectoryThatCannotBeMadeIsNamedWithTheReason();
    void directoryIsNoFile();

private:
    QString path(const QString& name) const { return m_directory->filePath(name); }
    QStringList files() const
    {
        return QDir(m_directory->path())
            .entryList(QDir::AllEntries | QDir::System | QDir::Hidden | QDir::NoDotAndDotDot);
    }

    std::unique_ptr<QTemporaryDir> m_directory;
};

void TestAtomicFile::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    QVERIFY(m_directory->isValid());
}

void TestAtomicFile::makesANewFileThatTheUmaskAllows()
{
    const mode_t previous = ::umask(027);
    QCOMPARE(complaint(path("new"), "content"), QString());
    ::umask(previous);
    QCOMPARE(contentOf(path("new")), "content");
    struct stat status {};
    QCOMPARE(::stat(qPrintable(path("new")), &status), 0);
    QCOMPARE(status.st_mode & 07777, mode_t{0640});
    QCOMPARE(files(), QStringList{"new"});
}

void TestAtomicFile::replacesTheContentAndKeepsTheMode()
{
    QCOMPARE(complaint(path("file"), "old and long"), QString());
    QCOMPARE(::chmod(qPrintable(path("file")), 0604), 0);
    QCOMPARE(complaint(path("file"), "new"), QString());
    QCOMPARE(contentOf(path("file")), "new");
    struct stat status {};
    QCOMPARE(::stat(qPrintable(path("file")), &status), 0);
    QCOMPARE(status.st_mode & 07777, mode_t{0604});
}

void TestAtomicFile::followsASymbolicLink()
{
    QCOMPARE(complaint(path("file"), "old"), QString());
    QVERIFY(QFile::link(path("file"), path("link")));
    QCOMPARE(complaint(path("link"), "new"), QString());
    QVERIFY(QFileInfo(path("link")).isSymLink());
    QCOMPARE(contentOf(path("file")), "new");
}

void TestAtomicFile::oldContentSurvivesAFullDisk()
{
    QCOMPARE(complaint(path("file"), "old"), QString());
    const FileSizeLimit limit(4096);
    const QString sentence = complaint(path("file"), std::string(100'000, 'x'));
    QVERIFY2(sentence.contains(path("file")) && sentence.contains("EFBIG"), qPrintable(sentence));
    QCOMPARE(contentOf(path("file")), "old");
    QCOMPARE(files(), QStringList{"file"});
}

void TestAtomicFile::deviceIsWrittenToAndStaysADevice()
{
    QCOMPARE(complaint("/dev/null", "content"), QString());
    const QString sentence = complaint("/dev/full", "content");
    QVERIFY2(sentence.contains("/dev/full") && sentence.contains("ENOSPC"), qPrintable(sentence));
    struct stat status {};
    QCOMPARE(::stat("/dev/full", &status), 0);
    QVERIFY(S_ISCHR(status.st_mode));
}

void TestAtomicFile::fifoWithoutAReaderIsRefused()
{
    QCOMPARE(::mkfifo(qPrintable(path("fifo")), 0600), 0);
    const QString sentence = complaint(path("fifo"), "content");
    QVERIFY2(sentence.contains("ENXIO"), qPrintable(sentence));
}

void TestAtomicFile::fifoWithAReaderGetsTheContent()
{
    QCOMPARE(::mkfifo(qPrintable(path("fifo")), 0600), 0);
    const UniqueFd reader(::open(qPrintable(path("fifo")), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    QVERIFY(reader);
    QCOMPARE(complaint(path("fifo"), "content"), QString());
    std::array<char, 16> buffer{};
    QCOMPARE(::read(reader.get(), buffer.data(), buffer.size()), ssize_t{7});
    QCOMPARE(files(), QStringList{"fifo"});
}

void TestAtomicFile::aDirectoryThatCannotBeMadeIsNamedWithTheReason()
{
    try {
        requireWritableDirectory("/proc/results"); // not even root makes one there
        QFAIL("it was made");
    } catch (const FailureError& error) {
        const QString sentence = QString::fromStdString(error.failure().sentence());
        QVERIFY2(sentence.contains("/proc/results") && !sentence.contains("filesystem"),
                 qPrintable(sentence));
    }
}

void TestAtomicFile::missingDirectoryIsNamedBeforehandAndWhenWriting()
{
    const QString target = path("missing/file");
    QVERIFY(complaint(target, "content").contains(target));
    QVERIFY_EXCEPTION_THROWN(requireWritableFile(target.toStdString()), FailureError);
}

void TestAtomicFile::directoryIsNoFile()
{
    const QString sentence = complaint(m_directory->path(), "content");
    QVERIFY2(sentence.contains("EISDIR"), qPrintable(sentence));
    QVERIFY_EXCEPTION_THROWN(requireWritableFile(m_directory->path().toStdString()), FailureError);
}

QTEST_APPLESS_MAIN(TestAtomicFile)
#include "tst_atomic_file.moc"
