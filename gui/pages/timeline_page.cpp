#include "gui/pages/timeline_page.h"

#include "gui/charts/number_text.h"
#include "gui/state_colour.h"
#include "gui/trace_indexer.h"
#include "gui/widgets/state_lanes.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>

#include <algorithm>

namespace ipclab {

namespace {

constexpr qint64 repaintEveryMilliseconds = 250;

/// A square of the state's colour that follows the theme.
class ColourSample final : public QWidget {
public:
    ColourSample(WorkerState state, QWidget* parent) : QWidget(parent), m_state(state)
    {
        setFixedSize(11, 11);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter(this).fillRect(rect(), Theme::fromPalette(palette()).colour(colourRoleOf(m_state)));
    }

private:
    WorkerState m_state;
};

/// "All 65 337 events were kept; recording one took up to 47 ns."
QString keptText(const RunTrace& trace)
{
    qint64 kept = 0;
    qint64 missing = 0;
    Nanoseconds cost{};
    for (const WorkerTrace& worker : trace.workers) {
        kept += static_cast<qint64>(worker.events.size());
        missing += static_cast<qint64>(worker.missing());
        cost = std::max(cost, worker.costPerEvent);
    }
    const QString events = missing == 0 ? TimelinePage::tr("All %1 events were kept").arg(groupedText(kept))
                                        : TimelinePage::tr("%1 of %2 events were kept")
                                              .arg(groupedText(kept), groupedText(kept + missing));
    return TimelinePage::tr("%1; recording one took up to %2.")
        .arg(events, quantityText(static_cast<double>(cost.count()), Quantity::Duration));
}

} // namespace

TimelinePage::TimelinePage(QWidget* parent)
    : QWidget(parent),
      m_hint(new QLabel(
          tr("Run an experiment (F5): here is what each of its processes does, moment by moment."), this)),
      m_lanes(new StateLanes(this)), m_indexer(new TraceIndexer(this))
{
    setObjectName("page");
    setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 12);
    layout->setSpacing(10);
    m_hint->setObjectName("note");
    m_hint->setWordWrap(true);
    layout->addWidget(m_hint);
    layout->addWidget(createLegend());
    layout->addWidget(createMessageBar());
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    auto* content = new QWidget(scroll);
    content->setObjectName("page");
    auto* rows = new QVBoxLayout(content);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addWidget(m_lanes);
    scroll->setWidget(content);
    layout->addWidget(scroll, 1);
    connect(m_indexer, &TraceIndexer::indexed, this, &TimelinePage::showTrace);
}

void TimelinePage::take(const RunNews& news)
{
    std::visit([this](const auto& what) { on(what); }, news);
}

void TimelinePage::refresh()
{
    if (!isVisible() || (m_sinceRepaint.isValid() && m_sinceRepaint.elapsed() < repaintEveryMilliseconds))
        return;
    m_lanes->update();
    m_sinceRepaint.start();
}

QWidget* TimelinePage::createLegend()
{
    auto* legend = new QWidget(this);
    auto* layout = new QHBoxLayout(legend);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    for (std::size_t state = 0; state < workerStateCount; ++state) {
        const std::string_view name = word(static_cast<WorkerState>(state));
        layout->addWidget(new ColourSample(static_cast<WorkerState>(state), legend));
        layout->addWidget(
            new QLabel(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())), legend));
        layout->addSpacing(10);
    }
    layout->addStretch();
    return legend;
}

QWidget* TimelinePage::createMessageBar()
{
    m_messageBar = new QWidget(this);
    auto* layout = new QHBoxLayout(m_messageBar);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    const auto addButton = [&](const QString& text, const QString& help, auto act) {
        auto* button = new QPushButton(text, m_messageBar);
        button->setToolTip(help);
        connect(button, &QPushButton::clicked, m_lanes, act);
        layout->addWidget(button);
    };
    addButton(tr("◀ Previous"), tr("The send or receive before the chosen one (Left)"),
              [this] { m_lanes->step(StateLanes::Step::Back); });
    addButton(tr("Next ▶"), tr("The send or receive after the chosen one (Right)"),
              [this] { m_lanes->step(StateLanes::Step::Forward); });
    addButton(tr("Whole run"), tr("Zooms out (Home)"), [this] { m_lanes->showAll(); });
    m_follow = new QCheckBox(tr("Follow this message"), m_messageBar);
    m_follow->setToolTip(tr("Highlights the whole way of the chosen message through all processes (F)"));
    connect(m_follow, &QCheckBox::toggled, m_lanes, &StateLanes::setFollowing);
    connect(m_lanes, &StateLanes::followingToggled, m_follow, &QCheckBox::toggle);
    layout->addWidget(m_follow);
    m_sentence = new QLabel(m_messageBar);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_sentence->setWordWrap(true);
    connect(m_lanes, &StateLanes::told, m_sentence, &QLabel::setText);
    layout->addWidget(m_sentence, 1);
    m_messageBar->hide();
    return m_messageBar;
}

void TimelinePage::on(const RunFinished& news)
{
    showTraceOf(news.result);
}

void TimelinePage::on(const RunFailed& news)
{
    showTraceOf(news.result);
}

void TimelinePage::showTraceOf(const RunResult& result)
{
    m_messageBar->hide();
    m_indexer->index(result.trace);
    m_hint->setToolTip({});
    m_hint->setText(
        result.trace
            ? tr("Preparing the trace…")
            : tr("Each column is an interval between two samples, filled by what the worker's time went to. "
                 "The wheel zooms, dragging moves, a double click shows the whole run. To see single "
                 "messages, let the run record them: set Trace (measure.trace) to 100 k, and run again."));
}

void TimelinePage::showTrace(const std::shared_ptr<const TraceIndex>& index)
{
    const RunTrace& trace = index->trace();
    m_messageBar->show();
    m_hint->setText(
        tr("Zoom in with the wheel to single messages: sends above, receives below, joined by arrows. A "
           "click chooses one; Left and Right go on from there. %1")
            .arg(keptText(trace)));
    QStringList byWorker;
    for (const WorkerTrace& worker : trace.workers)
        byWorker << tr("%1: %2").arg(QString::fromStdString(worker.role),
                                     QString::fromStdString(traceSentence(worker, trace.keep)));
    m_hint->setToolTip(byWorker.join('\n'));
    m_lanes->setTrace(index);
}

void TimelinePage::on(const WorkersStarted& news)
{
    m_messageBar->hide();
    m_indexer->index(nullptr);
    QStringList roles;
    for (const WorkerStatus& worker : news.workers)
        roles << QString::fromStdString(worker.role);
    m_lanes->begin(roles);
    m_hint->setText(
        tr("Each column is an interval between two samples, filled by what the worker's time went to. The "
           "wheel zooms, dragging moves, a double click shows the whole run."));
}

void TimelinePage::on(const SampleTaken& news)
{
    m_lanes->append(news.point);
}

void TimelinePage::on(const Happened& news)
{
    if (news.event.at < Nanoseconds::zero())
        return;
    const std::string_view kind = word(news.event.kind);
    QString text = QString::fromUtf8(kind.data(), static_cast<qsizetype>(kind.size()));
    if (!news.event.worker.empty())
        text = tr("%1 %2").arg(QString::fromStdString(news.event.worker), text);
    m_lanes->mark(std::chrono::duration<double>(news.event.at).count(), text);
}

} // namespace ipclab
