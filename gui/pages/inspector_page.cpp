#include "gui/pages/inspector_page.h"

#include "gui/process_watch.h"
#include "gui/widgets/process_card.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>

#include <algorithm>
#include <utility>

namespace ipclab {

InspectorPage::InspectorPage(QWidget* parent)
    : QWidget(parent), m_hint(new QLabel(this)), m_body(new QScrollArea(this)),
      m_watch(new ProcessWatch(this))
{
    setObjectName("page");
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 10, 10, 8);
    m_hint->setObjectName("note");
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setWordWrap(true);
    m_hint->setText(tr("Run an experiment (F5): here its processes are shown from inside, two at a time."));
    layout->addWidget(m_hint, 1);
    layout->addWidget(m_body, 1);
    auto* cards = new QWidget(m_body);
    cards->setObjectName("page");
    m_body->setFrameShape(QFrame::NoFrame);
    m_body->setWidgetResizable(true);
    m_body->setFocusPolicy(Qt::NoFocus);
    auto* columns = new QHBoxLayout(cards);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(8);
    const std::array names{tr("Left process"), tr("Right process")};
    for (std::size_t index = 0; index < m_cards.size(); ++index) {
        m_cards[index] = new ProcessCard(names[index], cards);
        columns->addWidget(m_cards[index], 1);
        connect(m_cards[index], &ProcessCard::chosenChanged, this, &InspectorPage::arrange);
    }
    m_body->setWidget(cards);
    m_body->hide();
    connect(m_watch, &ProcessWatch::inspected, this, &InspectorPage::showInspections);
}

void InspectorPage::take(const RunNews& news)
{
    std::visit([this](const auto& what) { on(what); }, news);
}

void InspectorPage::inspect(int row)
{
    if (m_cards.back()->chosen() != row)
        m_cards.front()->choose(row);
}

void InspectorPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    arrange();
}

void InspectorPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_watch->watch({}, {});
}

void InspectorPage::on(const WorkersStarted& news)
{
    m_workers = news.workers;
    m_isOver = false;
    m_hint->hide();
    m_body->show();
    for (ProcessCard* card : m_cards)
        card->setWorkers(m_workers);
    if (m_cards.front()->chosen() == m_cards.back()->chosen() && m_workers.size() > 1)
        m_cards.back()->choose(m_cards.front()->chosen() == 0 ? static_cast<int>(m_workers.size()) - 1 : 0);
    arrange();
}

void InspectorPage::on(const SampleTaken& news)
{
    const bool areSame =
        std::ranges::equal(m_workers, news.workers, {}, &WorkerStatus::pid, &WorkerStatus::pid);
    m_workers = news.workers;
    if (areSame)
        return;
    for (ProcessCard* card : m_cards)
        card->renewPids(m_workers); // a worker was started anew
    arrange();
}

void InspectorPage::on(const RunFinished& news)
{
    end(news.result);
}

void InspectorPage::on(const RunFailed& news)
{
    end(news.result);
}

void InspectorPage::end(const RunResult& result)
{
    for (std::size_t index = 0; index < std::min(m_workers.size(), result.workers.size()); ++index) {
        m_workers[index].phase = result.workers[index].exit;
        m_workers[index].standardError = result.workers[index].standardError;
    }
    m_isOver = true;
    arrange();
}

void InspectorPage::arrange()
{
    showStatus();
    std::vector<Inspectable> workers;
    for (const WorkerStatus& worker : m_workers)
        workers.push_back({worker.pid, worker.role});
    std::vector<int> shown;
    for (const ProcessCard* card : m_cards)
        if (isVisible() && !m_isOver && card->pid() > 0)
            shown.push_back(card->pid());
    m_watch->watch(std::move(workers), std::move(shown));
}

void InspectorPage::showStatus()
{
    for (ProcessCard* card : m_cards)
        if (const int row = card->chosen(); row >= 0 && row < static_cast<int>(m_workers.size()))
            card->show(m_workers[static_cast<std::size_t>(row)]);
    if (!m_isOver)
        return;
    for (ProcessCard* card : m_cards)
        card->showEnd();
}

void InspectorPage::showInspections()
{
    showStatus();
    if (m_isOver) // an inspection that was under way
        return;
    for (const Inspection& inspection : m_watch->inspections())
        for (ProcessCard* card : m_cards)
            card->show(inspection);
}

} // namespace ipclab
