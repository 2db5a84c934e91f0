#include "engine/experiment/shape.h"
#include "tests/support/problem_sentences.h"

#include <QtTest>

using namespace ipclab;

/// Which shapes go together with what, without a run.
class TestShapeProblems final : public QObject {
    Q_OBJECT

private slots:
    void whatDoesNotGoTogetherIsSaidInASentence_data()
    {
        QTest::addColumn<QStringList>("keys");
        QTest::addColumn<QString>("said");
        const auto add = [](const char* name, const QStringList& keys, const char* said) {
            QTest::newRow(name) << keys << QString(said);
        };
        add("two senders in a pair", {"shape.senders=2"}, "shape.senders must be 1 in a pair");
        add("two receivers in a fan-in", {"shape.kind=fan-in", "shape.receivers=2"},
            "shape.receivers must be 1");
        add("answers in a fan-in", {"shape.kind=fan-in", "exchange=round-trip"}, "client-server");
        add("a server without questions", {"shape.kind=client-server"}, "exchange must be round-trip");
        add("duplex in a chain", {"shape.kind=chain", "exchange=full-duplex"}, "pair");
        add("70 workers", {"shape.kind=many-to-many", "shape.senders=35", "shape.receivers=35"},
            "at most 64");
        add("more than PIPE_BUF at once", {"shape.kind=fan-in", "shape.senders=2", "message.size=4093"},
            "PIPE_BUF");
        add("no room for the sender", {"shape.kind=fan-in", "shape.senders=2", "message.size=16"},
            "separate");
        add("competing for a pipe", {"shape.kind=fan-out", "shape.receivers=2", "shape.delivery=competing"},
            "posix_mq");
        add("competing over separate channels",
            {"mechanism=posix_mq", "shape.kind=fan-out", "shape.receivers=2", "shape.delivery=competing",
             "shape.channels=separate"},
            "shape.channels must be shared");
        add("strangers in a fan-in",
            {"mechanism=fifo", "shape.kind=fan-in", "shape.senders=2", "rendezvous=by-name"},
            "rendezvous must be inherited");
        add("signals in a chain", {"mechanism=signal", "message.size=8", "shape.kind=chain"},
            "one queue for a signal");
        add("fewer messages than senders", {"shape.kind=fan-in", "shape.senders=8", "messages=7"},
            "at least 8");
    }
    void whatDoesNotGoTogetherIsSaidInASentence()
    {
        QFETCH(QStringList, keys);
        QFETCH(QString, said);
        Experiment experiment;
        for (const QString& key : keys)
            setKey(experiment, key.section('=', 0, 0).toStdString(), key.section('=', 1).toStdString());
        const std::string sentences = sentencesOf(problems(experiment));
        QVERIFY2(QString::fromStdString(sentences).contains(said), sentences.c_str());
    }

    void anotherShapeBringsItsCountsAndExchange()
    {
        for (const ShapeKind kind :
             {ShapeKind::FanIn, ShapeKind::FanOut, ShapeKind::ManyToMany, ShapeKind::Chain, ShapeKind::Ring,
              ShapeKind::ClientServer, ShapeKind::Pair}) {
            Experiment experiment;
            experiment.exchange = Exchange::FullDuplex;
            experiment = reshaped(experiment, kind);
            const std::string sentences = sentencesOf(problems(experiment));
            QVERIFY2(sentences.empty(), sentences.c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestShapeProblems)
#include "tst_shape_problems.moc"
