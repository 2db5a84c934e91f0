#include "gui/experiment/experiment_form.h"

#include "engine/mechanisms/catalog.h"
#include "engine/profiles/load_profile.h"
#include "gui/appearance.h"
#include "gui/widgets/option_editor.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

using namespace ipclab;

namespace {

QWidget* input(const ExperimentForm& form, const std::string& key)
{
    QWidget* found = nullptr;
    for (QWidget* widget : form.findChildren<QWidget*>(QString::fromStdString(key))) {
        if (!widget->isHidden())
            found = widget;
    }
    return found;
}

void type(const ExperimentForm& form, const std::string& key, const QString& text)
{
    auto* line = qobject_cast<QLineEdit*>(input(form, key));
    QVERIFY2(line, key.c_str());
    line->selectAll();
    QTest::keyClicks(line, text);
}

} // namespace

class TestExperimentForm : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { prepareApplication(*qApp); }
    void hasAnInputForEveryOptionOfEveryMechanism();
    void hasAnInputForEveryOptionOfEveryProfile();
    void everyInputHasAnAccessibleName();
    void goodInputChangesTheExperiment();
    void wrongInputStaysAndIsExplained();
    void aMessageAboveTheLimitIsExplainedAtItsField();
    void optionsOfAMechanismSurviveLookingAtAnother();
    void optionsOfOneExperimentAreNoneOfTheNext();
    void showingAnExperimentEmitsNothing();
    void aWaitThatTheMechanismCannotDoIsGreyedOut();
    void choicesAreGreyedOutWithTheirReason();
    void onlyARoundTripHasOutstandingQuestions();
    void clientsAndServerAreCalledSo();
    void aZeroThatIsNoAmountSaysWhatItMeans();
};

void TestExperimentForm::aZeroThatIsNoAmountSaysWhatItMeans()
{
    ExperimentForm form;
    form.show();
    const auto meaning = [&form](const char* key) {
        return input(form, key)->findChild<QLabel*>("fieldMeaning")->text();
    };
    QCOMPARE(meaning("messages"), QString("by duration"));
    QCOMPARE(meaning("receiver.work"), QString());
    type(form, "messages", "20");
    QCOMPARE(meaning("messages"), QString());
    type(form, "messages", "0");
    QCOMPARE(meaning("messages"), QString("by duration"));
    QVERIFY2(input(form, "messages")->accessibleDescription().contains("0: by duration."),
             qPrintable(input(form, "messages")->accessibleDescription()));
}

void TestExperimentForm::clientsAndServerAreCalledSo()
{
    ExperimentForm form;
    QCOMPARE(input(form, "receiver.work")->accessibleName(), QString("Receiver's work"));
    Experiment experiment;
    experiment.shape.kind = ShapeKind::ClientServer;
    experiment.exchange = Exchange::RoundTrip;
    form.setExperiment(experiment);
    QCOMPARE(input(form, "shape.senders")->accessibleName(), QString("Clients"));
    QCOMPARE(input(form, "receiver.work")->accessibleName(), QString("Server's work"));
    form.setExperiment(Experiment());
    QCOMPARE(input(form, "receiver.work")->accessibleName(), QString("Receiver's work"));
}

void TestExperimentForm::onlyARoundTripHasOutstandingQuestions()
{
    ExperimentForm form;
    Experiment experiment;
    QVERIFY(!input(form, "round_trip.ahead"));
    experiment.exchange = Exchange::RoundTrip;
    experiment.questionsAhead = 7;
    form.setExperiment(experiment);
    QVERIFY(input(form, "round_trip.ahead"));
    // Another exchange has no use for what was set.
    const auto choices = input(form, "exchange")->findChildren<QAbstractButton*>();
    QVERIFY(!choices.isEmpty());
    choices.front()->click();
    QCOMPARE(form.experiment().exchange, Exchange::OneWay);
    QTRY_VERIFY(!input(form, "round_trip.ahead"));
    QCOMPARE(form.experiment().questionsAhead, std::uint64_t{1});
    QVERIFY2(form.problems().isEmpty(), qPrintable(form.problems().join("\n")));
}

void TestExperimentForm::hasAnInputForEveryOptionOfEveryMechanism()
{
    ExperimentForm form;
    for (const Mechanism* mechanism : allMechanisms()) {
        Experiment experiment;
        experiment.mechanism = mechanism->info().id;
        form.setExperiment(experiment);
        for (const OptionSpec& spec : mechanism->info().options)
            QVERIFY2(input(form, "mechanism_options." + spec.id),
                     (mechanism->info().id + "." + spec.id).c_str());
    }
}

void TestExperimentForm::hasAnInputForEveryOptionOfEveryProfile()
{
    ExperimentForm form;
    for (const LoadProfile* profile : allLoadProfiles()) {
        Experiment experiment;
        experiment.load.profile = profile->info().id;
        form.setExperiment(experiment);
        for (const OptionSpec& spec : profile->info().options)
            QVERIFY2(input(form, "load." + spec.id), (profile->info().id + "." + spec.id).c_str());
    }
}

void TestExperimentForm::everyInputHasAnAccessibleName()
{
    ExperimentForm form;
    for (const QWidget* widget : form.findChildren<QWidget*>()) {
        const bool isInput = qobject_cast<const QLineEdit*>(widget) ||
                             qobject_cast<const QComboBox*>(widget) ||
                             qobject_cast<const QAbstractButton*>(widget);
        QVERIFY2(!isInput || !widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
    }
}

void TestExperimentForm::goodInputChangesTheExperiment()
{
    ExperimentForm form;
    form.show();
    QSignalSpy edited(&form, &ExperimentForm::edited);
    type(form, "message.size", "4 KiB");
    QVERIFY(edited.count() > 0);
    QCOMPARE(form.experiment().messageSize, std::uint64_t(4096));
    QVERIFY(form.problems().isEmpty());
}

void TestExperimentForm::wrongInputStaysAndIsExplained()
{
    ExperimentForm form;
    form.show();
    type(form, "duration", "soon");
    QCOMPARE(form.problems().size(), 1);
    auto* line = qobject_cast<QLineEdit*>(input(form, "duration"));
    QCOMPARE(line->text(), QString("soon"));
    QCOMPARE(form.experiment().duration, Experiment().duration);
    QVERIFY(line->property("wrong").toBool());
    type(form, "duration", "2 s");
    QVERIFY(form.problems().isEmpty());
    QVERIFY(!line->property("wrong").toBool());
}

void TestExperimentForm::aMessageAboveTheLimitIsExplainedAtItsField()
{
    ExperimentForm form;
    form.show();
    Experiment experiment;
    experiment.mechanism = "posix_mq";
    form.setExperiment(experiment);
    type(form, "message.size", "16 MiB");
    QVERIFY(!form.problems().isEmpty());
    QVERIFY(input(form, "message.size")->property("wrong").toBool());
}

void TestExperimentForm::optionsOfAMechanismSurviveLookingAtAnother()
{
    ExperimentForm form;
    form.show();
    type(form, "mechanism_options.capacity", "128 KiB");
    auto* mechanisms = qobject_cast<QComboBox*>(input(form, "mechanism"));
    QVERIFY(mechanisms);
    mechanisms->setFocus();
    const QString pipe = mechanisms->currentText();
    QTest::keyClick(mechanisms, Qt::Key_Down);
    QVERIFY(mechanisms->currentText() != pipe);
    QTest::keyClick(mechanisms, Qt::Key_Up);
    QCOMPARE(form.experiment().mechanism, std::string("pipe"));
    QCOMPARE(form.experiment().mechanismOptions.text("capacity"), std::string("128 KiB"));
    QCOMPARE(qobject_cast<QLineEdit*>(input(form, "mechanism_options.capacity"))->text(), QString("128 KiB"));
}

void TestExperimentForm::optionsOfOneExperimentAreNoneOfTheNext()
{
    ExperimentForm form;
    form.show();
    type(form, "mechanism_options.capacity", "128 KiB");
    form.useMechanism("shm_ring");
    Experiment next;
    next.mechanism = "shm_ring";
    form.setExperiment(next);
    form.useMechanism("pipe");
    QCOMPARE(form.experiment().mechanismOptions, completed(Experiment()).mechanismOptions);
}

void TestExperimentForm::showingAnExperimentEmitsNothing()
{
    ExperimentForm form;
    QSignalSpy edited(&form, &ExperimentForm::edited);
    Experiment experiment;
    experiment.mechanism = "shm_ring";
    form.setExperiment(experiment);
    QCOMPARE(edited.count(), 0);
}

void TestExperimentForm::aWaitThatTheMechanismCannotDoIsGreyedOut()
{
    ExperimentForm form;
    const auto* waits = qobject_cast<QComboBox*>(input(form, "wait"));
    QVERIFY(waits);
    const auto greyedOut = [waits] {
        QStringList reasons;
        for (int i = 0; i < waits->count(); ++i) {
            if (!(waits->model()->flags(waits->model()->index(i, 0)) & Qt::ItemIsEnabled))
                reasons << waits->itemData(i, Qt::ToolTipRole).toString();
        }
        return reasons;
    };
    QCOMPARE(greyedOut(), QStringList());
    Experiment experiment;
    experiment.mechanism = "sysv_mq";
    form.setExperiment(experiment);
    QCOMPARE(greyedOut().size(), 1);
    QVERIFY2(greyedOut().front().contains("System V message queue"), qPrintable(greyedOut().front()));
    form.setExperiment(Experiment());
    QCOMPARE(greyedOut(), QStringList());
}

void TestExperimentForm::choicesAreGreyedOutWithTheirReason()
{
    const OptionSpec spec{.id = "mechanism",
                          .label = "Mechanism",
                          .help = "",
                          .kind = OptionKind::Choice,
                          .initial = "a",
                          .choices = {{"a", "A", "the first"},
                                      {"b", "B", "the second"},
                                      {"c", "C", "the third"},
                                      {"d", "D", "the fourth"},
                                      {"e", "E", "the last"}}};
    QWidget parent;
    OptionEditor* editor = OptionEditor::make(spec, &parent);
    editor->setText("a");
    auto* combo = parent.findChild<QComboBox*>();
    QVERIFY(combo);
    editor->refuseChoices({{"b", "not built in"}});
    QVERIFY(!(combo->model()->flags(combo->model()->index(1, 0)) & Qt::ItemIsEnabled));
    QCOMPARE(combo->itemData(1, Qt::ToolTipRole).toString(), QString("not built in"));
    QTest::keyClick(combo, Qt::Key_Down);
    QCOMPARE(editor->text(), QString("c"));
    QWheelEvent wheel({5, 5}, combo->mapToGlobal(QPointF(5, 5)), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(combo, &wheel);
    QVERIFY(!wheel.isAccepted()); // it scrolls the form
    QCOMPARE(editor->text(), QString("c"));
    editor->refuseChoices({});
    QCOMPARE(combo->itemData(1, Qt::ToolTipRole).toString(), QString("the second"));
    QTest::keyClick(combo, Qt::Key_Up);
    QCOMPARE(editor->text(), QString("b"));
}

QTEST_MAIN(TestExperimentForm)
#include "tst_experiment_form.moc"
