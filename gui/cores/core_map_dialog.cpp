#include "gui/cores/core_map_dialog.h"

#include "engine/base/cores.h"
#include "engine/mechanisms/catalog.h"
#include "gui/charts/number_text.h"
#include "gui/cores/core_map_export.h"
#include "gui/cores/core_map_view.h"
#include "gui/file_dialog.h"
#include "gui/run_thread.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QVBoxLayout>

namespace ipclab {

CoreMapDialog::CoreMapDialog(const RunSettings& settings, QWidget* parent)
    : QDialog(parent), m_thread(new RunThread(settings, this))
{
    setWindowTitle(tr("Core-to-core map"));
    setModal(true);
    m_view = new CoreMapView(this);
    auto* layout = new QVBoxLayout(this);
    createControls();
    layout->addWidget(m_view, 1);
    layout->addWidget(m_state);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_save = buttons->addButton(tr("&Save…"), QDialogButtonBox::ActionRole);
    m_save->setToolTip(tr("As a picture (PNG, SVG) or a table (CSV)"));
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &CoreMapDialog::save);
    connect(m_thread, &RunThread::newsArrived, this, &CoreMapDialog::takeNews);
    showRequest();
}

const CoreMap& CoreMapDialog::map() const
{
    return m_map;
}

void CoreMapDialog::createControls()
{
    m_mechanisms = new QComboBox(this);
    m_mechanisms->setAccessibleName(tr("Mechanism"));
    for (const Mechanism* mechanism : allMechanisms())
        if (!mechanism->unavailable())
            m_mechanisms->addItem(QString::fromStdString(mechanism->info().title),
                                  QString::fromStdString(mechanism->info().id));
    m_mechanisms->setCurrentIndex(std::max(0, m_mechanisms->findData(QStringLiteral("shm_ring"))));
    m_measure = new QPushButton(tr("&Measure"), this);
    m_measure->setDefault(true);
    m_state = new QLabel(this);
    m_state->setWordWrap(true);
    m_state->setObjectName("note");
    auto* row = new QHBoxLayout;
    row->addWidget(new QLabel(tr("Over"), this));
    row->addWidget(m_mechanisms, 1);
    row->addWidget(m_measure);
    qobject_cast<QVBoxLayout*>(layout())->addLayout(row);
    connect(m_mechanisms, &QComboBox::activated, this, &CoreMapDialog::showRequest);
    connect(m_measure, &QPushButton::clicked, this,
            [this] { m_thread->isBusy() ? m_thread->stop() : measure(); });
}

CoreMapRequest CoreMapDialog::request() const
{
    return {.mechanism = m_mechanisms->currentData().toString().toStdString(), .cores = usableCores()};
}

void CoreMapDialog::showRequest()
{
    const CoreMapRequest wanted = request();
    m_map = {.mechanism = wanted.mechanism, .cores = wanted.cores, .pairs = {}};
    m_view->show(m_map);
    const double seconds = std::chrono::duration<double>(estimatedTime(wanted)).count();
    if (wanted.cores.size() == 1)
        showState(tr("Only one core may be used here: there is only the pair of it with itself."));
    else
        showState(tr("%1 cores, %2 pairs: it takes about %3.")
                      .arg(wanted.cores.size())
                      .arg(wanted.cores.size() * wanted.cores.size())
                      .arg(secondsText(seconds)));
}

void CoreMapDialog::measure()
{
    showRequest();
    std::vector<Experiment> experiments = experimentsFor(request());
    for (const Experiment& experiment : experiments)
        for (const Problem& problem : problems(experiment))
            return showState(QString::fromStdString(problem.sentence));
    m_thread->start(std::move(experiments));
    showState(tr("Starting"));
}

void CoreMapDialog::takeNews()
{
    for (const RunNews& news : m_thread->takeNews())
        note(news);
    m_view->show(m_map);
}

void CoreMapDialog::note(const RunNews& news)
{
    if (const auto* began = std::get_if<RunBegan>(&news)) {
        const std::vector<int>& cores = began->experiment.coreList;
        showState(tr("%1 of %2: core %3 and core %4")
                      .arg(began->index + 1)
                      .arg(began->count)
                      .arg(cores[0])
                      .arg(cores[1]));
    } else if (const auto* over = std::get_if<RunFinished>(&news)) {
        if (over->result.summary.outcome == RunOutcome::Finished)
            m_map.pairs.push_back(corePairOf(over->result));
    } else if (const auto* failed = std::get_if<RunFailed>(&news)) {
        m_map.pairs.push_back(corePairOf(failed->result, failed->failure.sentence()));
    } else if (std::holds_alternative<SeriesOver>(news) && !m_thread->isBusy()) {
        const bool isComplete = m_map.pairs.size() == m_map.cores.size() * m_map.cores.size();
        showState(isComplete ? tr("Measured over %1.").arg(m_mechanisms->currentText())
                             : tr("Stopped before its end."));
        emit measured();
    }
}

void CoreMapDialog::save()
{
    const QString path = askForFileToSave(this, tr("Save the map"), QStringLiteral("cores.png"),
                                          tr("Picture (*.png);;Drawing (*.svg);;Table (*.csv)"));
    if (path.isEmpty())
        return;
    if (const std::optional<QString> failure = exportCoreMap(m_map, path))
        QMessageBox::warning(this, tr("Not saved"), *failure);
    else
        showState(tr("Saved to %1").arg(path));
}

void CoreMapDialog::showState(const QString& text)
{
    m_state->setText(text);
    m_measure->setText(m_thread->isBusy() ? tr("&Stop") : tr("&Measure"));
    m_mechanisms->setEnabled(!m_thread->isBusy());
    if (m_save)
        m_save->setEnabled(!m_map.pairs.empty() && !m_thread->isBusy());
}

} // namespace ipclab
