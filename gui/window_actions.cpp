#include "gui/window_actions.h"

#include "gui/widgets/view_controls.h"

#include <QAction>
#include <QActionGroup>
#include <QCoreApplication>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>

#include <array>

namespace ipclab {

namespace {

QString aboutText()
{
    return WindowActions::tr(
               "<h3>IPC Lab %1</h3>"
               "<p>Starts real processes, sends messages between them over a mechanism of your "
               "choice, and charts throughput, latency and blocking while they run.</p><p>MIT licence.</p>")
        .arg(QCoreApplication::applicationVersion());
}

QString shortcutsText()
{
    const std::array rows{
        std::pair{"F5", WindowActions::tr("Run")},
        std::pair{"Shift+F5", WindowActions::tr("Stop")},
        std::pair{"Esc", WindowActions::tr("Leave a zoom, else stop")},
        std::pair{"Ctrl+L", WindowActions::tr("Switch the lock of shared memory on or off")},
        std::pair{"Ctrl+P", WindowActions::tr("Pause or resume the view; the run goes on")},
        std::pair{"Ctrl+0", WindowActions::tr("Reset the zoom")},
        std::pair{"Ctrl+Shift+C", WindowActions::tr("Copy the current chart")},
        std::pair{"Ctrl+N, Ctrl+O, Ctrl+S", WindowActions::tr("New, open, save experiment")},
        std::pair{"← →", WindowActions::tr("In a chart: move the cursor")},
    };
    QString text = QStringLiteral("<table cellspacing=6>");
    for (const auto& [keys, meaning] : rows)
        text +=
            QStringLiteral("<tr><td><b>%1</b></td><td>%2</td></tr>").arg(QString::fromUtf8(keys), meaning);
    text += QStringLiteral("</table>");
    return text + WindowActions::tr("<p>Drag across a chart to zoom, double-click to see all again.</p>");
}

} // namespace

WindowActions::WindowActions(QMainWindow& window, const std::vector<Preset>& list, QMenu* exportMenu)
    : QObject(&window), m_window(window)
{
    QMenuBar& bar = *window.menuBar();
    createPresets(list);
    createFileMenu(bar, exportMenu);
    createRunMenu(bar);
    createViewMenu(bar);
    createHelpMenu(bar);
}

void WindowActions::showLocking(std::optional<Locking> locking)
{
    m_locking = locking.value_or(Locking::On);
    const bool isOn = m_locking == Locking::On;
    lock->setVisible(locking.has_value());
    lock->setText(isOn ? tr("Switch the &lock off") : tr("Switch the &lock on"));
    lock->setToolTip(isOn ? tr("Let both processes into the shared memory at once (Ctrl+L)")
                          : tr("Keep each process out while the other one is in the shared memory (Ctrl+L)"));
}

void WindowActions::setWindowChecked(int index)
{
    m_windows->actions().at(index)->setChecked(true);
}

void WindowActions::setThemeChecked(ThemeChoice choice)
{
    m_themes->actions().at(static_cast<int>(choice))->setChecked(true);
}

void WindowActions::createFileMenu(QMenuBar& bar, QMenu* exportMenu)
{
    QMenu* file = bar.addMenu(tr("&File"));
    file->addAction(tr("&New experiment"), QKeySequence::New, this, &WindowActions::newWanted);
    file->addAction(tr("&Open experiment…"), QKeySequence::Open, this, &WindowActions::openWanted);
    file->addAction(tr("&Save experiment"), QKeySequence::Save, this, &WindowActions::saveWanted);
    file->addAction(tr("Save experiment &as…"), QKeySequence::SaveAs, this, &WindowActions::saveAsWanted);
    file->addSeparator();
    file->addMenu(exportMenu);
    file->addSeparator();
    file->addAction(tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), &m_window, &QWidget::close);
}

void WindowActions::createRunMenu(QMenuBar& bar)
{
    QMenu* menu = bar.addMenu(tr("&Run"));
    run = menu->addAction(tr("&Run"));
    run->setShortcut(Qt::Key_F5);
    stop = menu->addAction(tr("&Stop"));
    stop->setShortcut(Qt::SHIFT | Qt::Key_F5);
    lock = menu->addAction(QString(), this, [this] {
        emit lockingWanted(m_locking == Locking::On ? Locking::Off : Locking::On);
    });
    lock->setShortcut(Qt::CTRL | Qt::Key_L);
    showLocking(std::nullopt);
    menu->addSeparator();
    menu->addMenu(presets);
    coreMap = menu->addAction(tr("&Core-to-core map…"));
    coreMap->setToolTip(tr("The round trip between every two cores"));
    escape = new QAction(this);
    escape->setShortcut(Qt::Key_Escape);
    m_window.addAction(escape);
}

void WindowActions::createViewMenu(QMenuBar& bar)
{
    QMenu* view = bar.addMenu(tr("&View"));
    pauseView = view->addAction(tr("&Pause view"));
    pauseView->setCheckable(true);
    pauseView->setShortcut(Qt::CTRL | Qt::Key_P);
    view->addAction(tr("Reset &zoom"), QKeySequence(Qt::CTRL | Qt::Key_0), this,
                    &WindowActions::resetZoomWanted);

    QMenu* windows = view->addMenu(tr("&Window of time"));
    m_windows = new QActionGroup(this);
    int index = 0;
    for (const ViewControls::Window& window : ViewControls::windows()) {
        QAction* action = windows->addAction(window.title, this, [this, index] { emit windowWanted(index); });
        action->setCheckable(true);
        m_windows->addAction(action);
        ++index;
    }

    QMenu* themes = view->addMenu(tr("&Theme"));
    m_themes = new QActionGroup(this);
    const std::array choices{std::pair{ThemeChoice::System, tr("&System")},
                             std::pair{ThemeChoice::Light, tr("&Light")},
                             std::pair{ThemeChoice::Dark, tr("&Dark")}};
    for (const auto& [choice, title] : choices) {
        QAction* action =
            themes->addAction(title, this, [this, wanted = choice] { emit themeWanted(wanted); });
        action->setCheckable(true);
        m_themes->addAction(action);
    }
}

void WindowActions::createHelpMenu(QMenuBar& bar)
{
    QMenu* help = bar.addMenu(tr("&Help"));
    help->addAction(tr("&Keyboard shortcuts"), this,
                    [this] { QMessageBox::about(&m_window, tr("Keyboard shortcuts"), shortcutsText()); });
    help->addAction(tr("&About IPC Lab"), this,
                    [this] { QMessageBox::about(&m_window, tr("About IPC Lab"), aboutText()); });
}

void WindowActions::createPresets(const std::vector<Preset>& list)
{
    presets = new QMenu(tr("&Presets"), &m_window);
    QMenu* group = presets;
    for (const Preset& preset : list) {
        if (const QString title = QString::fromStdString(preset.group); title != group->title()) {
            group = presets->addMenu(title);
            group->setToolTipsVisible(true);
        }
        const QString id = QString::fromStdString(preset.id);
        QAction* action = group->addAction(QString::fromStdString(preset.title), this,
                                           [this, id] { emit presetWanted(id); });
        action->setToolTip(QString::fromStdString(preset.summary));
    }
}

} // namespace ipclab
