#pragma once

#include "engine/base/clock.h"
#include "engine/base/unique_fd.h"

#include <cstdint>

namespace ipclab {

/// A timerfd(2) on CLOCK_MONOTONIC.
class Timer final {
public:
    Timer();
    int descriptor() const { return m_file.get(); }
    void setFor(Nanoseconds moment);
    /// First at `moment`, then again and again.
    void setEvery(Nanoseconds moment, Nanoseconds interval);
    void silence();
    /// Takes note of what has expired, so that the descriptor is no longer readable.
    void acknowledge() const;

private:
    UniqueFd m_file;
};

/// An eventfd(2) that workers ring and the supervisor hears.
class Doorbell final {
public:
    Doorbell();
    int descriptor() const { return m_file.get(); }
    void ring() const;
    void acknowledge() const;

private:
    UniqueFd m_file;
};

/// An epoll(7) set; each descriptor comes with a number of the caller's.
class WatchSet final {
public:
    WatchSet();
    int descriptor() const { return m_file.get(); }
    void add(int watched, std::uint64_t key) const;
    void remove(int watched) const;

    /// Calls `handle(key)` for all that is readable now. Never blocks.
    template <typename Handler>
    void handleReady(Handler handle) const
    {
        std::uint64_t keys[capacity];
        const int count = readyKeys(keys);
        for (int index = 0; index < count; ++index)
            handle(keys[index]);
    }

private:
    static constexpr int capacity = 64;
    int readyKeys(std::uint64_t (&keys)[capacity]) const;

    UniqueFd m_file;
};

} // namespace ipclab
