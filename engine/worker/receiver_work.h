#pragma once

#include "engine/base/clock.h"

namespace ipclab {

/// What a receiver does with each message besides receiving it: it keeps its core busy for a while.
class ReceiverWork final {
public:
    explicit ReceiverWork(Nanoseconds perMessage) : m_perMessage(perMessage) {}

    void perform() const
    {
        if (m_perMessage == Nanoseconds::zero())
            return;
        const Nanoseconds until = now() + m_perMessage;
        while (now() < until) {
        }
    }

private:
    Nanoseconds m_perMessage;
};

} // namespace ipclab
