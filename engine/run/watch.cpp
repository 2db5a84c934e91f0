#include "engine/run/watch.h"

#include "engine/base/failure.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

namespace ipclab {

namespace {

/// Empties a timerfd or an eventfd; nothing happens if it is empty already.
void drain(int descriptor)
{
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(descriptor, &count, sizeof count);
}

} // namespace

Timer::Timer()
    : m_file(check(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), "timerfd_create"))
{
}

void Timer::setFor(Nanoseconds moment)
{
    setEvery(moment, Nanoseconds::zero());
}

void Timer::setEvery(Nanoseconds moment, Nanoseconds interval)
{
    const itimerspec times{.it_interval = toTimespec(interval), .it_value = toTimespec(moment)};
    check(::timerfd_settime(m_file.get(), TFD_TIMER_ABSTIME, &times, nullptr), "timerfd_settime");
}

void Timer::silence()
{
    const itimerspec never{};
    check(::timerfd_settime(m_file.get(), 0, &never, nullptr), "timerfd_settime");
}

void Timer::acknowledge() const
{
    drain(m_file.get());
}

Doorbell::Doorbell() : m_file(check(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {}

void Doorbell::ring() const
{
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(m_file.get(), &one, sizeof one);
}

void Doorbell::acknowledge() const
{
    drain(m_file.get());
}

WatchSet::WatchSet() : m_file(check(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {}

void WatchSet::add(int watched, std::uint64_t key) const
{
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = key;
    check(::epoll_ctl(m_file.get(), EPOLL_CTL_ADD, watched, &event), "epoll_ctl");
}

void WatchSet::remove(int watched) const
{
    ::epoll_ctl(m_file.get(), EPOLL_CTL_DEL, watched, nullptr);
}

int WatchSet::readyKeys(std::uint64_t (&keys)[capacity]) const
{
    epoll_event events[capacity];
    const int count = ::epoll_wait(m_file.get(), events, capacity, 0);
    for (int index = 0; index < count; ++index)
        keys[index] = events[index].data.u64;
    return count;
}

} // namespace ipclab
