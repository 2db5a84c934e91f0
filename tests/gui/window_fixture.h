#pragma once

#include "engine/experiment/experiment.h"
#include "gui/main_window.h"

#include <QTemporaryDir>
#include <QTest>

#include <functional>

namespace ipclab {

/// Settings of a person who starts the program for the first time, in a directory that goes with the object.
/// Styles the application once. Before the first window.
class FreshSettings final {
public:
    FreshSettings();
    QString path(const QString& name) const { return m_directory.filePath(name); }

private:
    QTemporaryDir m_directory;
};

/// A file that holds the experiment, in the directory of `settings`.
QString writeExperiment(const FreshSettings& settings, const QString& name, const Experiment& experiment);

/// The widget of an option by its key.
QWidget* inputOf(const QWidget& window, const QString& key);

/// The window makes most of its pages after its first paint: waits for this one. Null after five seconds.
template <typename Page>
Page* pageOf(const QWidget& window)
{
    Page* page = nullptr;
    const bool found = QTest::qWaitFor([&] { return (page = window.findChild<Page*>()) != nullptr; });
    return found ? page : nullptr;
}

/// The action, no menu, with this text, "&" aside.
QAction* actionNamed(const QWidget& window, const QString& text);

/// The processes that any thread of process `pid` has started and that have not been reaped.
QList<int> childrenOf(qint64 pid);

/// Waits until the window's series is over. False after a minute.
bool waitUntilOver(MainWindow& window);

/// When the next dialog asks for a file or folder, something happens, and then it is this one.
void choosePathSoon(
    const QString& path, const std::function<void()>& meanwhile = [] {});

/// When the next dialog opens, remembers what it says and answers with its button.
class DialogAnswer final : public QObject {
public:
    explicit DialogAnswer(const QString& button);
    const QString& text() const { return m_text; }

private:
    void answer();

    QString m_button;
    QString m_text;
};

} // namespace ipclab
