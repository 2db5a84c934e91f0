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
    /// From what an earlier text() gave. Of a document that has a path, its file says what is not saved.
    bool restore(const QString& text, const QString& path);

    /// As it was saved or opened last.
    void revert();

    /// A sentence if the file could not be written; a file that was there before is then unchanged.
    QString save(const QString& path);

    const std::vector<Experiment>& experiments() const { return m_set.experiments; }
    void setExperiment(std::size_t index, const Experiment& experiment);

    QString path() const { return m_path; }
    /// For the window's title: of the file, or of the experiment.
    QString name() const;
    QString text() const;
    bool isModified() const;

private:
    QStringList read(const QString& path);

    /// Every option of its experiments is set, so that what means the same has the same text.
    ExperimentSet m_set;
    QString m_path; ///< empty for what has no file of its own
    QString m_savedText;
};

/// "FILE:12: message.size: …" without the file.
QString problemText(const Problem& problem);

} // namespace ipclab
