#include "gui/pages/timeline_page.h"

#include "gui/state_colour.h"
#include "gui/widgets/state_lanes.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPixmap>
#include <QScrollArea>

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

} // namespace

TimelinePage::TimelinePage(QWidget* parent)
    : QWidget(parent),
      m_hint(new QLabel(
          tr("Run an experiment (F5): here is what each of its processes does, moment by moment."), this)),
      m_lanes(new StateLanes(this))
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
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    auto* content = new QWidget(scroll);
    content->setObjectName("page");
    auto* rows = new QVBoxLayout(content);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addWidget(m_lanes);
    rows->addStretch();
    scroll->setWidget(content);
    layout->addWidget(scroll, 1);
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

void TimelinePage::on(const WorkersStarted& news)
{
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
