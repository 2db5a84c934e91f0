#include "gui/file_commands.h"

#include "gui/experiment/experiment_document.h"
#include "gui/file_dialog.h"

#include <QMessageBox>

namespace ipclab {

namespace {

QString fileFilter()
{
    return FileCommands::tr("Experiments (*.toml);;All files (*)");
}

} // namespace

FileCommands::FileCommands(ExperimentDocument& document, QWidget* window)
    : QObject(window), m_document(document), m_window(window)
{
}

void FileCommands::createNew()
{
    if (!mayDiscard())
        return;
    m_document = ExperimentDocument();
    emit replaced();
}

void FileCommands::askAndOpen()
{
    const QString path = askForFileToOpen(m_window, tr("Open experiment"), m_document.path(), fileFilter());
    if (!path.isEmpty())
        open(path);
}

bool FileCommands::open(const QString& path)
{
    return mayDiscard() && replaceUnless(path, m_document.open(path));
}

bool FileCommands::openPreset(const QString& id)
{
    return mayDiscard() && replaceUnless(id, m_document.openPreset(id));
}

bool FileCommands::save()
{
    return m_document.path().isEmpty() ? saveAs() : saveTo(m_document.path());
}

bool FileCommands::saveAs()
{
    const QString proposal =
        m_document.path().isEmpty() ? QStringLiteral("experiment.toml") : m_document.path();
    const QString path = askForFileToSave(m_window, tr("Save experiment"), proposal, fileFilter());
    return !path.isEmpty() && saveTo(path);
}

bool FileCommands::mayDiscard()
{
    if (!m_document.isModified())
        return true;
    const auto answer = QMessageBox::question(
        m_window, tr("Unsaved changes"), tr("“%1” has changes that are not saved.").arg(m_document.name()),
        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel);
    if (answer == QMessageBox::Save)
        return save();
    return answer == QMessageBox::Discard;
}

bool FileCommands::replaceUnless(const QString& what, const QStringList& problems)
{
    if (problems.isEmpty()) {
        emit replaced();
        return true;
    }
    QMessageBox::warning(m_window, tr("Not opened"),
                         tr("%1 could not be opened:\n\n%2").arg(what, problems.join(QStringLiteral("\n"))));
    return false;
}

bool FileCommands::saveTo(const QString& path)
{
    const QString failure = m_document.save(path);
    if (!failure.isEmpty()) {
        QMessageBox::warning(m_window, tr("Not saved"), failure);
        return false;
    }
    emit saved();
    return true;
}

} // namespace ipclab
