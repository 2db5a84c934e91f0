#pragma once

#include "engine/base/clock.h"

#include <QObject>

#include <functional>
#include <optional>

namespace ipclab {

/// Watches every widget of the application for a paint event after which `isWanted` holds for the widget, and
/// notes when the event loop is back from that painting.
class PaintWatch final : public QObject {
public:
    explicit PaintWatch(std::function<bool(QObject*)> isWanted);

    /// Lets the event loop run until then; nothing if that takes ten seconds.
    std::optional<Nanoseconds> wait();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    std::function<bool(QObject*)> m_isWanted;
    std::optional<Nanoseconds> m_paintedAt;
};

/// When the kernel started this process, on the clock of now(), to ten milliseconds.
Nanoseconds processStart();

} // namespace ipclab
