#include "tests/gui/window_fixture.h"

#include "engine/experiment/experiment_file.h"
#include "gui/appearance.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QMenu>
#include <QMessageBox>
#include <QSettings>
#include <QSignalSpy>
#include <QTimer>

namespace ipclab {

FreshSettings::FreshSettings()
{
    QCoreApplication::setOrganizationName("ipclab-test");
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_directory.path());
    QSettings().clear();
    prepareApplication(*qApp);
}

QString writeExperiment(const FreshSettings& settings, const QString& name, const Experiment& experiment)
{
    QFile file(settings.path(name));
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write(QByteArray::fromStdString(toText(experiment)));
    return file.fileName();
}

QWidget* inputOf(const QWidget& window, const QString& key)
{
    return window.findChild<QWidget*>(key);
}

QAction* actionNamed(const QWidget& window, const QString& text)
{
    for (QAction* action : window.findChildren<QAction*>()) {
        if (!action->menu() && action->text().remove('&') == text)
            return action;
    }
    return nullptr;
}

QList<int> childrenOf(qint64 pid)
{
    QList<int> children;
    for (const QString& task :
         QDir(QStringLiteral("/proc/%1/task").arg(pid)).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QFile list(QStringLiteral("/proc/%1/task/%2/children").arg(pid).arg(task));
        if (!list.open(QIODevice::ReadOnly))
            continue;
        for (const QByteArray& child : list.readAll().simplified().split(' ')) {
            if (!child.isEmpty())
                children << child.toInt();
        }
    }
    return children;
}

bool waitUntilOver(MainWindow& window)
{
    QSignalSpy over(&window, &MainWindow::seriesOver);
    return !window.isRunning() || over.wait(60'000);
}

void choosePathSoon(const QString& path, const std::function<void()>& meanwhile)
{
    auto* timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, timer, [timer, path, meanwhile] {
        auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
        if (!dialog)
            return;
        timer->deleteLater();
        meanwhile();
        dialog->selectFile(path);
        static_cast<QDialog*>(dialog)->accept();
    });
    timer->start(5);
}

DialogAnswer::DialogAnswer(const QString& button) : m_button(button)
{
    auto* timer = new QTimer(this);
    connect(timer, &QTimer::timeout, this, [this, timer] {
        if (!qobject_cast<QMessageBox*>(QApplication::activeModalWidget()))
            return;
        timer->stop();
        answer();
    });
    timer->start(5);
}

void DialogAnswer::answer()
{
    auto* dialog = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
    m_text = dialog->text();
    for (QAbstractButton* button : dialog->buttons()) {
        if (button->text().remove('&') == m_button)
            return button->click();
    }
    dialog->reject();
}

} // namespace ipclab
