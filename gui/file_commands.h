#pragma once

#include <QObject>
#include <QStringList>

class QWidget;

namespace ipclab {

class ExperimentDocument;

/// Opens and saves the window's document, with the dialogs that belong to it. Whatever goes wrong is said in
/// a dialog, and the document is then unchanged.
class FileCommands final : public QObject {
    Q_OBJECT

public:
    /// Both outlive this object.
    FileCommands(ExperimentDocument& document, QWidget* window);

    void createNew();
    void askAndOpen();
    /// Both return true if it is open now.
    bool open(const QString& path);
    bool openPreset(const QString& id);
    /// True if it is on disk now.
    bool save();
    bool saveAs();

    /// Asks about unsaved changes, if there are any: true if the present document may go.
    bool mayDiscard();

signals:
    /// Another experiment is there to be shown.
    void replaced();
    void saved();

private:
    /// Says the problems of reading `what`, or that it has replaced the document.
    bool replaceUnless(const QString& what, const QStringList& problems);
    bool saveTo(const QString& path);

    ExperimentDocument& m_document;
    QWidget* m_window;
};

} // namespace ipclab
