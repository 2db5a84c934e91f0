#include "gui/frame_pace.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>

using namespace ipclab;

class TestFramePace final : public QObject {
    Q_OBJECT

private slots:
    void theFirstIsDrawnAtOnce();
    void whatComesTooSoonIsDrawnLaterAndTogether();
    void manyAreDrawnThirtyTimesASecond();
    void nothingIsDrawnWithoutAReason();
};

void TestFramePace::theFirstIsDrawnAtOnce()
{
    FramePace pace;
    QSignalSpy frames(&pace, &FramePace::due);
    pace.ask();
    QCOMPARE(frames.size(), 1);
}

void TestFramePace::whatComesTooSoonIsDrawnLaterAndTogether()
{
    FramePace pace;
    QSignalSpy frames(&pace, &FramePace::due);
    for (int times = 0; times < 5; ++times)
        pace.ask();
    QVERIFY(frames.size() < 5);
    QTRY_VERIFY(frames.size() >= 2);
}

void TestFramePace::manyAreDrawnThirtyTimesASecond()
{
    FramePace pace;
    QSignalSpy frames(&pace, &FramePace::due);
    QTimer news;
    connect(&news, &QTimer::timeout, &pace, &FramePace::ask);
    QElapsedTimer clock;
    clock.start();
    news.start(1);
    QTRY_VERIFY(frames.size() >= 10);
    QVERIFY2(clock.elapsed() >= 9 * 30, qPrintable(QString("10 frames in %1 ms").arg(clock.elapsed())));
}

void TestFramePace::nothingIsDrawnWithoutAReason()
{
    FramePace pace;
    QSignalSpy frames(&pace, &FramePace::due);
    pace.ask();
    QVERIFY(!frames.wait(200));
    QCOMPARE(frames.size(), 1);
}

QTEST_GUILESS_MAIN(TestFramePace)
#include "tst_frame_pace.moc"
