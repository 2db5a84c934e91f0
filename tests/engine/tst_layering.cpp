#include <QtTest>

namespace {

/// What each folder of the engine may include besides itself; the window and the tests may include
/// everything.
const QMap<QString, QStringList> allowed{
    {"base", {}},
    {"mechanisms", {"base"}},
    {"profiles", {"base"}},
    {"measure", {"base"}},
    {"experiment", {"base", "mechanisms", "profiles", "measure"}},
    {"run", {"base", "mechanisms", "profiles", "measure", "experiment"}},
    {"library", {"base", "mechanisms", "profiles", "measure", "experiment", "run"}},
    {"worker", {"base", "mechanisms", "profiles", "measure", "experiment"}},
    {"cli", {"base", "mechanisms", "profiles", "measure", "experiment", "run", "library"}},
};

struct Include {
    QString file;
    QString included;
};

QList<Include> includesBelow(const QString& folder)
{
    static const QRegularExpression pattern("^\\s*.include\\s+[\"<]([^\">]+)[\">]",
                                            QRegularExpression::MultilineOption);
    QList<Include> found;
    QDirIterator files(QString(IPCLAB_SOURCE_DIR "/") + folder, {"*.h", "*.cpp"}, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (!file.open(QIODevice::ReadOnly))
            continue;
        for (const QRegularExpressionMatch& match : pattern.globalMatch(QString::fromUtf8(file.readAll())))
            found.append({QDir(IPCLAB_SOURCE_DIR).relativeFilePath(file.fileName()), match.captured(1)});
    }
    return found;
}

} // namespace

class TestLayering final : public QObject {
    Q_OBJECT

private slots:
    void dependenciesGoOneWay_data()
    {
        QTest::addColumn<QString>("folder");
        for (const QString& folder : allowed.keys())
            QTest::newRow(qPrintable(folder)) << folder;
    }
    void dependenciesGoOneWay()
    {
        QFETCH(QString, folder);
        const QList<Include> includes = includesBelow("engine/" + folder);
        QVERIFY(!includes.isEmpty());
        for (const Include& include : includes) {
            const QStringList parts = include.included.split('/');
            if (parts.size() < 3 || parts[0] != "engine")
                continue;
            QVERIFY2(parts[1] == folder || allowed[folder].contains(parts[1]),
                     qPrintable(include.file + " includes " + include.included));
        }
    }

    void theEngineKnowsNoQtAndNoWindow()
    {
        for (const Include& include : includesBelow("engine"))
            QVERIFY2(!include.included.startsWith('Q') && !include.included.startsWith("gui/"),
                     qPrintable(include.file + " includes " + include.included));
    }

    void nobodyIncludesAMechanism()
    {
        QStringList headers;
        QFile list(IPCLAB_SOURCE_DIR "/engine/mechanisms/mechanisms.def");
        QVERIFY(list.open(QIODevice::ReadOnly));
        static const QRegularExpression line("IPCLAB_MECHANISM\\((\\w+)\\)");
        for (const QRegularExpressionMatch& match : line.globalMatch(QString::fromUtf8(list.readAll())))
            headers.append("engine/mechanisms/" + match.captured(1));
        QVERIFY(headers.size() >= 5);
        for (const char* folder : {"engine", "gui", "tests"})
            for (const Include& include : includesBelow(folder))
                for (const QString& header : headers)
                    QVERIFY2(include.included != header + ".h" && include.included != header + ".cpp",
                             qPrintable(include.file + " includes " + include.included));
    }

    void onlyTheRunThreadTouchesARun()
    {
        for (const Include& include : includesBelow("gui"))
            QVERIFY2(include.included != "engine/run/run.h" || include.file.startsWith("gui/run_thread"),
                     qPrintable(include.file + " includes " + include.included));
    }

    void pagesDoNotIncludeEachOther()
    {
        for (const Include& include : includesBelow("gui/pages")) {
            const QString own = "gui/pages/" + QFileInfo(include.file).completeBaseName() + ".h";
            QVERIFY2(!include.included.startsWith("gui/pages/") || include.included == own,
                     qPrintable(include.file + " includes " + include.included));
        }
    }
};

QTEST_GUILESS_MAIN(TestLayering)
#include "tst_layering.moc"
