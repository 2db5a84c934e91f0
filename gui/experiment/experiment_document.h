#pragma once

#include "engine/experiment/experiment_file.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace ipclab {

/// What the window edits: one experiment or several variants, and the file they came from. A value; it knows
/// nothing of dialogs. There is always at least one experiment.
class ExperimentDocument final {
public:
    ExperimentDocument();

    /// Both return sentences that say what is wrong; then nothing has changed.
    QStringList open(const QString& path);
    QStringList openPreset(const QString& id);
    /// From what an earlier toText() gave. The document counts as not saved if it came from no file.
    bool restore(const QString& text, const QString& path);

    /// A sentence if the file could not be written; a file that was there before is then unchanged.
    QString save(const QString& path);

    const std::vector<Experiment>& experiments() const { return m_experiments; }
    void setExperiment(std::size_t index, const Experiment& experiment);

    QString path() const { return m_path; }
    /// For the window's title: of the file, or of the experiment.
    QString name() const;
    QString text() const;
    bool isModified() const;

private:
    QStringList read(const QString& path);

    std::vector<Experiment> m_experiments{Experiment()};
    QString m_title; ///< of the whole, where there are variants
    QString m_path;  ///< empty for what has no file of its own
    QString m_savedText;
};

/// "FILE:12: message.size: …" without the file.
QString problemText(const Problem& problem);

} // namespace ipclab
