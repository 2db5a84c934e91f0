#include "gui/file_dialog.h"

#include <QFileDialog>
#include <QFileIconProvider>
#include <QFileInfo>

namespace ipclab {

namespace {

/// Tells folders from files by their status alone.
class PlainIcons final : public QFileIconProvider {
public:
    using QFileIconProvider::icon;
    QIcon icon(const QFileInfo& info) const override { return icon(info.isDir() ? Folder : File); }
    QString type(const QFileInfo& info) const override
    {
        return info.isDir() ? QFileDialog::tr("Folder") : info.suffix();
    }
};

struct Question {
    QFileDialog::AcceptMode acceptMode;
    QFileDialog::FileMode fileMode;
    QString title;
    QString directory;
    QString name = {};
    QString filter = {};
};

QString ask(QWidget* window, const Question& question)
{
    PlainIcons icons;
    QFileDialog dialog(window, question.title, question.directory, question.filter);
    dialog.setIconProvider(&icons);
    dialog.setAcceptMode(question.acceptMode);
    dialog.setFileMode(question.fileMode);
    dialog.setOption(QFileDialog::ShowDirsOnly, question.fileMode == QFileDialog::Directory);
    dialog.selectFile(question.name);
    return dialog.exec() == QDialog::Accepted ? dialog.selectedFiles().value(0) : QString();
}

} // namespace

QString askForDirectory(QWidget* window, const QString& title, const QString& directory)
{
    return ask(window, {QFileDialog::AcceptOpen, QFileDialog::Directory, title, directory});
}

QString askForFileToSave(QWidget* window, const QString& title, const QString& proposal,
                         const QString& filter)
{
    const QFileInfo file(proposal);
    return ask(window, {QFileDialog::AcceptSave, QFileDialog::AnyFile, title, file.absolutePath(),
                        file.fileName(), filter});
}

QString askForFileToOpen(QWidget* window, const QString& title, const QString& proposal,
                         const QString& filter)
{
    const QFileInfo file(proposal);
    return ask(window, {QFileDialog::AcceptOpen, QFileDialog::ExistingFile, title, file.absolutePath(),
                        file.fileName(), filter});
}

} // namespace ipclab
