#include "tests/bench/first_paint.h"

#include "engine/base/mapping.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QTimer>

#include <unistd.h>

#include <sstream>

namespace ipclab {

namespace {

constexpr int longestWaitMilliseconds = 10'000;

} // namespace

PaintWatch::PaintWatch(std::function<bool(QObject*)> isWanted) : m_isWanted(std::move(isWanted))
{
    qApp->installEventFilter(this);
}

std::optional<Nanoseconds> PaintWatch::wait()
{
    QElapsedTimer waiting;
    waiting.start();
    while (!m_paintedAt && waiting.elapsed() < longestWaitMilliseconds)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 100);
    return m_paintedAt;
}

bool PaintWatch::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Paint && !m_paintedAt && m_isWanted(watched)) {
        qApp->removeEventFilter(this);
        QTimer::singleShot(0, this, [this] { m_paintedAt = now(); });
    }
    return false;
}

Nanoseconds processStart()
{
    constexpr int fieldsBeforeStart = 19; // between the name's bracket and starttime: proc_pid_stat(5)
    const std::string stat = readSmallFile("/proc/self/stat");
    std::istringstream fields(stat.substr(stat.rfind(')') + 1));
    std::string skipped;
    for (int field = 0; field < fieldsBeforeStart; ++field)
        fields >> skipped;
    std::int64_t ticks = 0;
    fields >> ticks;
    const std::int64_t nanosecondsPerTick = 1'000'000'000 / ::sysconf(_SC_CLK_TCK);
    return Nanoseconds(ticks * nanosecondsPerTick);
}

} // namespace ipclab
