#include "gui/widgets/run_progress.h"

#include "engine/experiment/layers.h"
#include "engine/mechanisms/catalog.h"
#include "gui/charts/number_text.h"
#include "gui/widgets/elided_label.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QStyle>

#include <algorithm>

namespace ipclab {

namespace {

constexpr int fullBar = 1000;
constexpr int betweenLooks = 200; // milliseconds

double seconds(Nanoseconds time)
{
    return std::chrono::duration<double>(time).count();
}

QString mechanismTitle(const Experiment& experiment)
{
    const Mechanism* mechanism = findMechanism(experiment.mechanism);
    return QString::fromStdString(mechanism ? mechanism->info().title : experiment.mechanism);
}

/// " (3 of 3: What a queue adds)"; empty where a run is alone.
QString variantText(const RunBegan& run)
{
    if (run.count < 2)
        return {};
    const QString title = QString::fromStdString(run.experiment.title);
    const QString place = RunProgress::tr("%1 of %2").arg(run.index + 1).arg(run.count);
    return title.isEmpty() ? RunProgress::tr(" (%1)").arg(place)
                           : RunProgress::tr(" (%1: %2)").arg(place, title);
}

/// With one decimal always, so that the text does not jump ten times a second.
QString steadySeconds(double time)
{
    return RunProgress::tr("%1 s").arg(std::max(0.0, time), 0, 'f', 1);
}

} // namespace

RunProgress::RunProgress(QWidget* parent)
    : QWidget(parent), m_text(new ElidedLabel(this)), m_bar(new QProgressBar(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    m_text->setObjectName("note");
    m_text->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_bar->setAccessibleName(tr("Progress of the run"));
    m_bar->setTextVisible(false);
    m_bar->setFixedSize(130, 8);
    m_bar->setRange(0, fullBar);
    m_bar->hide();
    layout->addWidget(m_text, 1);
    layout->addWidget(m_bar);
}

void RunProgress::setObstacle(const QString& sentence)
{
    m_obstacle = sentence;
    showText();
}

void RunProgress::take(const RunNews& news)
{
    std::visit([this](const auto& what) { on(what); }, news);
}

void RunProgress::on(const RunBegan& news)
{
    ++m_number;
    m_sinceShown.invalidate();
    m_received = 0;
    m_experiment = news.experiment;
    m_run = tr("Run %1%2").arg(QString::number(m_number), variantText(news));
    m_name =
        tr("%1 · %2 · %3")
            .arg(m_run, mechanismTitle(news.experiment), QString::fromStdString(sizesText(news.experiment)));
    for (const std::string& caption : layerCaptions(news.experiment))
        m_name += tr(" · %1").arg(QString::fromStdString(caption));
    show(tr("starting"), 0);
}

void RunProgress::on(const SampleTaken& news)
{
    m_received += news.point.warmUp ? 0 : news.point.received;
    if (m_sinceShown.isValid() && m_sinceShown.elapsed() < betweenLooks)
        return;
    m_sinceShown.start();
    const double measured = seconds(news.point.at - m_experiment.warmUp);
    const double length = seconds(m_experiment.duration);
    if (news.point.warmUp)
        show(tr("warming up"), 0);
    else if (m_experiment.messages > 0)
        show(tr("%1 of %2 messages")
                 .arg(groupedText(static_cast<qint64>(m_received)),
                      groupedText(static_cast<qint64>(m_experiment.messages))),
             static_cast<double>(m_received) / static_cast<double>(m_experiment.messages));
    else
        show(tr("%1 of %2, %3 left")
                 .arg(steadySeconds(measured), secondsText(length), steadySeconds(length - measured)),
             measured / length);
}

void RunProgress::on(const RunFinished& news)
{
    const auto outcome = word(news.result.summary.outcome);
    const QString text = QString::fromUtf8(outcome.data(), static_cast<qsizetype>(outcome.size()));
    show(tr("%1 after %2").arg(text, secondsText(news.result.summary.seconds)), 1);
    m_bar->hide();
    showText();
}

void RunProgress::on(const RunFailed&)
{
    show(tr("failed"), 0);
    m_bar->hide();
    showText();
}

void RunProgress::show(const QString& stage, double share)
{
    m_line = m_name + tr(" · ") + stage;
    m_bar->setVisible(true);
    m_bar->setValue(static_cast<int>(std::clamp(share, 0.0, 1.0) * fullBar));
    showText();
}

void RunProgress::showText()
{
    const bool isObstacle = m_bar->isHidden() && !m_obstacle.isEmpty();
    const QString& text = isObstacle ? m_obstacle : m_line;
    m_text->setText(text);
    m_text->setToolTip(text);
    const QString name = isObstacle ? QStringLiteral("fieldProblem") : QStringLiteral("note");
    if (name == m_text->objectName())
        return;
    m_text->setObjectName(name);
    m_text->style()->unpolish(m_text);
    m_text->style()->polish(m_text);
}

} // namespace ipclab
