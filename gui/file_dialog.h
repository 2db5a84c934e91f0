#pragma once

#include <QString>

class QWidget;

namespace ipclab {

// Dialogs that ask for a place in the file system and return it, or nothing when they are cancelled. Unlike
// those of QFileDialog's static functions they look into no file to find its icon: in /proc some would keep
// the window waiting for ever.

QString askForDirectory(QWidget* window, const QString& title, const QString& directory);

/// `proposal` is a path, or a name in the present directory; what is there is only chosen after a question.
QString askForFileToSave(QWidget* window, const QString& title, const QString& proposal,
                         const QString& filter = {});
QString askForFileToOpen(QWidget* window, const QString& title, const QString& proposal,
                         const QString& filter);

} // namespace ipclab
