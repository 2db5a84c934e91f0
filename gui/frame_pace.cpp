#include "gui/frame_pace.h"

namespace ipclab {

namespace {

/// A little less than the time between two samples, each of which is to have a frame of its own.
constexpr std::chrono::milliseconds betweenFrames(30);

} // namespace

FramePace::FramePace(QObject* parent) : QObject(parent)
{
    m_next.setSingleShot(true);
    m_next.setTimerType(Qt::PreciseTimer);
    connect(&m_next, &QTimer::timeout, this, &FramePace::draw);
}

void FramePace::ask()
{
    const std::chrono::milliseconds since(m_sinceLast.isValid() ? m_sinceLast.elapsed()
                                                                : betweenFrames.count());
    if (since >= betweenFrames)
        draw();
    else if (!m_next.isActive())
        m_next.start(betweenFrames - since);
}

void FramePace::draw()
{
    m_next.stop();
    m_sinceLast.start();
    emit due();
}

} // namespace ipclab
