#include "gui/experiment/experiment_document.h"

#include "engine/base/failure.h"
#include "engine/library/atomic_file.h"

#include <QFileInfo>

#include <algorithm>

namespace ipclab {

namespace {

/// Without the lines, which change as soon as something is edited.
ExperimentSet completed(ExperimentSet set)
{
    for (Experiment& experiment : set.experiments)
        experiment = completed(std::move(experiment));
    set.lines.clear();
    return set;
}

} // namespace

ExperimentDocument::ExperimentDocument()
{
    m_set.experiments = {Experiment()};
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
    m_set = completed(std::move(set));
    m_path = path;
    m_savedText = path.isEmpty()
                      ? this->text()
                      : QString::fromStdString(toText(completed(readExperiments(path.toStdString()))));
    return true;
}

void ExperimentDocument::revert()
{
    ExperimentSet set = parseExperiments(m_savedText.toStdString());
    if (set.experiments.empty())
        *this = ExperimentDocument(); // what it was before nobody knows
    else
        m_set = completed(std::move(set));
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
    Experiment& present = m_set.experiments.at(index);
    const bool isWhole = experiments().size() == 1 && present.title == m_set.title;
    present = experiment;
    if (isWhole)
        m_set.title = experiment.title;
}

QString ExperimentDocument::name() const
{
    if (!m_path.isEmpty())
        return QFileInfo(m_path).fileName();
    const bool hasVariants = experiments().size() > 1 && !m_set.title.empty();
    return QString::fromStdString(hasVariants ? m_set.title : experiments().front().title);
}

QString ExperimentDocument::text() const
{
    return QString::fromStdString(toText(m_set));
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
    m_set = completed(std::move(set));
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
