#pragma once

#include "engine/run/run_result.h"
#include "gui/charts/plot.h"

#include <QObject>

#include <functional>
#include <map>
#include <optional>
#include <vector>

class QAction;
class QMenu;
class QWidget;

namespace ipclab {

class ChartBoard;
class LiveChart;
struct ChartFileKind;

/// The menus by which charts and runs leave the program, and the file dialogs behind them. While one of them
/// is open a run may begin and replace the charts: what is saved is what was there when it was chosen.
class ExportCommands final : public QObject {
    Q_OBJECT

public:
    /// All three outlive its use; dialogs belong to `window`. `results` are those of the present series,
    /// none while its first run goes on.
    ExportCommands(ChartBoard& charts, const std::vector<RunResult>& results, QWidget* window);

    QMenu* menu() const { return m_menu; }
    void showChartMenu(LiveChart* chart, const QPoint& globalPosition);
    void showPlotMenu(const Plot& plot, const QPoint& globalPosition);

    /// The results have changed.
    void noteResults();
    /// Is exported together with all charts when it compares anything; instead of an earlier one with its id.
    void setComparison(const Plot& plot);

signals:
    /// "Saved to …", for the status bar.
    void done(const QString& sentence);

private:
    void addKinds(QMenu* menu, const std::function<void(const ChartFileKind&)>& command);
    void exportAll(const ChartFileKind& kind);
    void saveChart(const LiveChart& chart, const ChartFileKind& kind);
    void savePlot(const Plot& plot, const ChartFileKind& kind);
    void exportTables();
    void exportAsJson();
    void exportEverything();
    void copyChart(const LiveChart& chart);
    QString askForDirectory(const QString& title);
    QString askForFile(const QString& title, const QString& name);
    /// Asks if some of these files are there already.
    bool mayReplace(const QString& directory, const QStringList& names);
    QStringList chartFiles(const ChartFileKind& kind) const;
    QString description() const;
    QString descriptionOf(const Plot& plot) const;
    /// How it went. Where something was saved is where the next dialog begins.
    void tell(const std::optional<QString>& failure, const QString& target);

    ChartBoard& m_charts;
    const std::vector<RunResult>& m_results;
    QWidget* m_window;
    QMenu* m_menu;
    std::vector<QAction*> m_needResults;
    std::map<QString, Plot> m_comparisons; ///< by id
};

} // namespace ipclab
