#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace ipclab {

/// A thread that does what the window must not wait for: one errand after another. Of several that wait only
/// the newest is done. send() returns at once; the destructor waits for the errand that is under way.
template <typename Errand>
class ErrandThread final {
public:
    /// When to do the same errand once more, unless there is a newer one; nothing for never.
    using Again = std::optional<std::chrono::nanoseconds>;

    /// `run` is called in the thread. A member of this kind comes last, so that all else is there when it
    /// starts.
    explicit ErrandThread(std::function<Again(const Errand&)> run)
        : m_run(std::move(run)), m_thread([this] { live(); })
    {
    }
    ErrandThread(const ErrandThread&) = delete;
    ErrandThread& operator=(const ErrandThread&) = delete;
    ~ErrandThread()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_quit = true;
        }
        m_changed.notify_one();
        m_thread.join();
    }

    void send(Errand errand)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_next = std::move(errand);
        }
        m_changed.notify_one();
    }

private:
    void live()
    {
        std::optional<Errand> errand;
        Again again;
        std::unique_lock lock(m_mutex);
        while (waitForNews(lock, again)) {
            if (m_next)
                errand = std::exchange(m_next, std::nullopt);
            lock.unlock();
            again = m_run(*errand);
            lock.lock();
        }
    }

    /// False when the thread is to end.
    bool waitForNews(std::unique_lock<std::mutex>& lock, Again again)
    {
        const auto hasNews = [this] { return m_quit || m_next; };
        if (again)
            m_changed.wait_for(lock, *again, hasNews);
        else
            m_changed.wait(lock, hasNews);
        return !m_quit;
    }

    const std::function<Again(const Errand&)> m_run;

    std::mutex m_mutex; ///< guards the two below
    std::condition_variable m_changed;
    std::optional<Errand> m_next; ///< the newest that waits
    bool m_quit = false;

    std::thread m_thread;
};

} // namespace ipclab
