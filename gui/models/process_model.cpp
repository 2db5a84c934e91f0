#include "gui/models/process_model.h"

#include "gui/charts/chart_theme.h"
#include "gui/charts/number_text.h"
#include "gui/state_colour.h"

#include <QApplication>
#include <QPalette>

#include <array>
#include <optional>

namespace ipclab {

namespace {

/// A state that lasts less than this changes too fast to be worth a "since".
constexpr Nanoseconds worthTelling = std::chrono::milliseconds(100);

constexpr int swatchSize = 64; // pixels; icons are made smaller, never larger

QColor colourOf(WorkerState state)
{
    const Theme theme = Theme::fromPalette(QApplication::palette());
    return theme.colour(colourRoleOf(state));
}

bool isAtWork(const WorkerStatus& worker)
{
    return worker.phase == "measuring" || worker.phase == "warming up" || worker.phase == "draining";
}

/// As the charts colour it: who waits busily is running. Nothing for who is not there yet or any more.
std::optional<WorkerState> shownState(const WorkerStatus& worker)
{
    if (worker.phase == word(WorkerState::Stopped))
        return WorkerState::Stopped;
    if (!isAtWork(worker))
        return std::nullopt;
    return worker.busyWaiting ? WorkerState::Running : worker.state;
}

double seconds(Nanoseconds time)
{
    return std::chrono::duration<double>(time).count();
}

Qt::Alignment alignmentOf(int column)
{
    const bool isNumber =
        column == ProcessModel::Pid || (column >= ProcessModel::Messages && column != ProcessModel::Place);
    return Qt::AlignVCenter | (isNumber ? Qt::AlignRight : Qt::AlignLeft);
}

} // namespace

void ProcessModel::show(std::vector<WorkerStatus> workers)
{
    if (workers.size() != m_workers.size()) {
        beginResetModel();
        m_workers = std::move(workers);
        endResetModel();
        return;
    }
    m_workers = std::move(workers);
    if (!m_workers.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int ProcessModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_workers.size());
}

int ProcessModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ProcessModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const WorkerStatus& worker = m_workers[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return text(worker, index.column());
    case Qt::ToolTipRole:
        return toolTip(worker, index.column());
    case Qt::DecorationRole:
        return index.column() == State ? swatchOf(worker) : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(alignmentOf(index.column()));
    default:
        return {};
    }
}

QVariant ProcessModel::swatchOf(const WorkerStatus& worker) const
{
    const std::optional<WorkerState> state = shownState(worker);
    return state ? QVariant(swatch(colourOf(*state))) : QVariant();
}

QIcon ProcessModel::swatch(const QColor& colour) const
{
    QIcon& icon = m_swatches[colour.rgba()];
    if (icon.isNull()) {
        QPixmap pixmap(swatchSize, swatchSize);
        pixmap.fill(colour);
        icon = QIcon(pixmap);
        icon.addPixmap(pixmap, QIcon::Selected); // else the style tints it in a chosen row
    }
    return icon;
}

QVariant ProcessModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(alignmentOf(section));
    if (role != Qt::DisplayRole)
        return {};
    const std::array<QString, ColumnCount> titles{tr("Role"),     tr("PID"), tr("State"),   tr("Waiting in"),
                                                  tr("Messages"), tr("CPU"), tr("Blocked"), tr("Cores")};
    return titles[static_cast<std::size_t>(section)];
}

QString ProcessModel::text(const WorkerStatus& worker, int column) const
{
    switch (column) {
    case Role: {
        const QString role = QString::fromStdString(worker.role);
        return role.left(1).toUpper() + role.mid(1);
    }
    case Pid:
        return worker.pid > 0 ? QString::number(worker.pid) : tr("—");
    case State:
        return stateText(worker);
    case WaitsIn:
        return worker.waitsIn.empty() ? tr("—") : QString::fromStdString(worker.waitsIn);
    case Messages:
        return groupedText(
            static_cast<qint64>(worker.sent > worker.received ? worker.sent : worker.received));
    case Cpu:
        return quantityText(worker.cpuShare, Quantity::Share);
    case Blocked:
        return quantityText(worker.blockedShare, Quantity::Share);
    default:
        return worker.place.empty() ? tr("—") : QString::fromStdString(worker.place);
    }
}

/// The whole text, what the kernel's words mean, and how to see more.
QString ProcessModel::toolTip(const WorkerStatus& worker, int column) const
{
    const QString more = tr("Double-click to look inside this process.");
    if (column != WaitsIn && column != State)
        return more;
    const QString whole = text(worker, column) + u'\n'; // the column may be too narrow for it
    if (worker.waitsIn.empty())
        return whole + more;
    const QString sentence =
        worker.waitSentence.empty()
            ? tr("asleep in the kernel's function %1").arg(QString::fromStdString(worker.waitsIn))
            : QString::fromStdString(worker.waitSentence);
    return whole + sentence.left(1).toUpper() + sentence.mid(1) + QStringLiteral(".\n") + more;
}

QString ProcessModel::stateText(const WorkerStatus& worker) const
{
    if (!isAtWork(worker))
        return QString::fromStdString(worker.phase);
    if (worker.busyWaiting)
        return tr("busy-waiting");
    const QString state =
        QString::fromUtf8(word(worker.state).data(), static_cast<qsizetype>(word(worker.state).size()));
    return worker.inState < worthTelling ? state
                                         : tr("%1 for %2").arg(state, secondsText(seconds(worker.inState)));
}

} // namespace ipclab
