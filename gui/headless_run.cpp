#include "gui/headless_run.h"

#include "engine/base/wording.h"
#include "engine/experiment/experiment_file.h"
#include "gui/charts/number_text.h"
#include "gui/experiment/experiment_document.h"
#include "gui/export/run_export.h"
#include "gui/run_thread.h"

#include <QFileInfo>

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace ipclab {

namespace {

void writeLine(FILE* stream, const QString& text)
{
    std::fprintf(stream, "%s\n", text.toUtf8().constData());
    std::fflush(stream);
}

bool onTerminal()
{
    return isatty(STDERR_FILENO) == 1;
}

QString presetPath(const QString& id, QStringList& problems)
{
    const auto presets = allPresets();
    std::vector<std::string> ids;
    for (const Preset& preset : presets) {
        if (preset.id == id.toStdString() || id == QLatin1String("default"))
            return QString::fromStdString(preset.path);
        ids.push_back(preset.id);
    }
    const auto nearest = nearestWord(id.toStdString(), ids);
    problems << QObject::tr("“%1” is neither a file nor a preset.").arg(id) +
                    (nearest ? QObject::tr(" Did you mean “%1”?").arg(QString::fromStdString(*nearest))
                             : QString());
    return {};
}

void apply(const QStringList& settings, Experiment& experiment, QStringList& problems)
{
    for (const QString& setting : settings) {
        const qsizetype equals = setting.indexOf('=');
        const std::string key = setting.left(equals).trimmed().toStdString();
        const std::string value = setting.mid(equals + 1).trimmed().toStdString();
        if (const auto problem = setKey(experiment, key, value))
            problems << problemText(*problem);
    }
    if (!problems.isEmpty())
        return;
    for (const Problem& problem : ipclab::problems(experiment))
        problems << problemText(problem);
}

} // namespace

HeadlessRun::HeadlessRun(std::vector<Experiment> experiments, QString directory, RunSettings settings)
    : m_experiments(std::move(experiments)), m_directory(std::move(directory)),
      m_thread(new RunThread(std::move(settings), this))
{
    connect(m_thread, &RunThread::newsArrived, this, &HeadlessRun::takeNews);
}

void HeadlessRun::start()
{
    // Before the first run, which may take long.
    if (const ExportFailure failure = prepareDirectory(m_directory)) {
        writeLine(stderr, *failure);
        return emit done(1);
    }
    m_thread->start(m_experiments);
}

void HeadlessRun::takeNews()
{
    for (const RunNews& news : m_thread->takeNews())
        std::visit([this](const auto& what) { on(what); }, news);
}

void HeadlessRun::on(const RunBegan& news)
{
    m_current = news.experiment;
    const QString title = QString::fromStdString(news.experiment.title);
    m_name = news.count > 1 ? tr("%1 of %2, %3").arg(news.index + 1).arg(news.count).arg(title) : title;
    m_sinceLine.invalidate();
}

void HeadlessRun::on(const SampleTaken& news)
{
    const int every = onTerminal() ? 100 : 1000;
    if (m_sinceLine.isValid() && m_sinceLine.elapsed() < every)
        return;
    m_sinceLine.start();
    const double left =
        std::chrono::duration<double>(m_current.warmUp + m_current.duration - news.point.at).count();
    QString text =
        tr("%1: %2").arg(m_name, quantityText(news.point.receivedPerSecond(), Quantity::MessagesPerSecond));
    if (m_current.messages == 0)
        text += tr(", %1 s left").arg(std::max(0.0, left), 0, 'f', 1);
    showProgress(text);
}

void HeadlessRun::on(const RunFinished& news)
{
    endProgress();
    m_results.push_back(news.result);
    const RunSummary& summary = news.result.summary;
    writeLine(stdout,
              tr("%1: %2 after %3, %4, response time p50 %5")
                  .arg(m_name, QString::fromStdString(std::string(word(summary.outcome))),
                       secondsText(summary.seconds),
                       quantityText(summary.messagesPerSecond, Quantity::MessagesPerSecond),
                       quantityText(static_cast<double>(summary.response.p50.count()), Quantity::Duration)));
    for (const SelfCheck& check : news.result.checks) {
        if (!check.holds)
            writeLine(stderr, tr("Self-check violated: %1").arg(QString::fromStdString(check.sentence)));
    }
    if (summary.outcome != RunOutcome::Finished || !news.result.checksHold())
        m_exitStatus = 1;
}

void HeadlessRun::on(const RunFailed& news)
{
    endProgress();
    m_results.push_back(news.result);
    m_exitStatus = 1;
    writeLine(stderr, tr("%1: %2").arg(m_name, QString::fromStdString(news.failure.sentence())));
}

void HeadlessRun::on(const SeriesOver&)
{
    if (const ExportFailure failure = exportRuns(m_results, m_directory)) {
        writeLine(stderr, *failure);
        m_exitStatus = 1;
    } else {
        writeLine(stdout, tr("Charts (PNG, SVG), tables (CSV) and run.json are in %1")
                              .arg(QFileInfo(m_directory).absoluteFilePath()));
    }
    emit done(m_exitStatus);
}

void HeadlessRun::showProgress(const QString& text)
{
    if (!onTerminal()) {
        writeLine(stderr, text);
        return;
    }
    std::fprintf(stderr, "\r\033[K%s", text.toUtf8().constData());
    std::fflush(stderr);
    m_lineOpen = true;
}

void HeadlessRun::endProgress()
{
    if (m_lineOpen)
        std::fputs("\r\033[K", stderr);
    m_lineOpen = false;
}

NamedExperiments experimentsNamed(const QString& what, const QStringList& settings)
{
    NamedExperiments named;
    const QString path = QFileInfo::exists(what) ? what : presetPath(what, named.problems);
    if (!named.problems.isEmpty())
        return named;
    ExperimentSet set = readExperiments(path.toStdString());
    for (const Problem& problem : set.problems)
        named.problems << path + ": " + problemText(problem);
    for (Experiment& experiment : set.experiments)
        apply(settings, experiment, named.problems);
    if (named.problems.isEmpty())
        named.experiments = std::move(set.experiments);
    return named;
}

} // namespace ipclab
