#include "gui/experiment/experiment_document.h"

#include "engine/base/failure.h"
#include "engine/library/atomic_file.h"

#include <QFileInfo>

#include <algorithm>

namespace ipclab {

ExperimentDocument::ExperimentDocument()
{
    const auto presets = allPresets();
    if (!presets.empty())
        read(QString::fromStdString(presets.front().path));
    m_savedText = text();
}

QStringList ExperimentDocument::open(const QString& path)
{
    QStringList problems = read(path);
    if (problems.isEmpty()) {
        m_path = path;
        m_savedText = text();
    }
    return problems;
}

QStringList ExperimentDocument::openPreset(const QString& id)
{
    const auto presets = allPresets();
    const auto found = std::ranges::find(presets, id.toStdString(), &Preset::id);
    if (found == presets.end())
        return {QObject::tr("There is no preset named “%1”.").arg(id)};
    QStringList problems = read(QString::fromStdString(found->path));
    if (problems.isEmpty()) {
        m_path.clear();
        m_savedText = text();
    }
    return problems;
}

bool ExperimentDocument::restore(const QString& text, const QString& path)
{
    ExperimentSet set = parseExperiments(text.toStdString());
    if (!set.problems.empty() || set.experiments.empty())
        return false;
    m_experiments = std::move(set.experiments);
    m_title = QString::fromStdString(set.title);
    m_path = path;
    const ExperimentSet onDisk = path.isEmpty() ? ExperimentSet() : readExperiments(path.toStdString());
    m_savedText = path.isEmpty() ? this->text() : QString::fromStdString(toText(onDisk.experiments));
    return true;
}

QString ExperimentDocument::save(const QString& path)
{
    try {
        writeFileAtomically(path.toStdString(), text().toStdString());
    } catch (const FailureError& error) {
        return QString::fromStdString(error.failure().sentence());
    }
    m_path = path;
    m_savedText = text();
    return {};
}

void ExperimentDocument::setExperiment(std::size_t index, const Experiment& experiment)
{
    m_experiments.at(index) = experiment;
}

QString ExperimentDocument::name() const
{
    if (!m_path.isEmpty())
        return QFileInfo(m_path).fileName();
    const bool hasVariants = m_experiments.size() > 1 && !m_title.isEmpty();
    return hasVariants ? m_title : QString::fromStdString(m_experiments.front().title);
}

QString ExperimentDocument::text() const
{
    return QString::fromStdString(m_experiments.size() == 1 ? toText(m_experiments.front())
                                                            : toText(m_experiments));
}

bool ExperimentDocument::isModified() const
{
    return text() != m_savedText;
}

QStringList ExperimentDocument::read(const QString& path)
{
    ExperimentSet set = readExperiments(path.toStdString());
    QStringList problems;
    for (const Problem& problem : set.problems)
        problems << problemText(problem);
    if (problems.isEmpty() && set.experiments.empty())
        problems << QObject::tr("The file defines no experiment.");
    if (!problems.isEmpty())
        return problems;
    m_experiments = std::move(set.experiments);
    m_title = QString::fromStdString(set.title);
    for (Experiment& experiment : m_experiments)
        experiment = completed(std::move(experiment));
    return problems;
}

QString problemText(const Problem& problem)
{
    QString text = QString::fromStdString(problem.sentence);
    if (!problem.key.empty() && !text.contains(QString::fromStdString(problem.key)))
        text.prepend(QString::fromStdString(problem.key) + ": ");
    return problem.line > 0 ? QObject::tr("Line %1: %2").arg(problem.line).arg(text) : text;
}

} // namespace ipclab
