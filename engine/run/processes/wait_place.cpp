#include "engine/run/processes/wait_place.h"

#include "engine/base/mapping.h"

#include <fmt/format.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace ipclab {

namespace {

struct Explanation {
    std::string_view place; ///< a function of the kernel, or a system call
    std::string_view sentence;
};

constexpr std::string_view roomInPipe = "waiting for room in the pipe";
constexpr std::string_view bytesInPipe = "waiting for bytes in the pipe";
constexpr std::string_view otherEnd = "waiting for somebody to open the other end of the FIFO";
constexpr std::string_view bytesInSocket = "waiting for bytes in the socket";
constexpr std::string_view messageInSocket = "waiting for a message in the socket";
constexpr std::string_view roomInSocket = "waiting for room in the socket's buffer";
constexpr std::string_view roomAtPeer = "waiting for room in the queue of the socket at the other end";
constexpr std::string_view connection = "waiting for somebody to connect";
constexpr std::string_view messageInQueue = "waiting for a message in the queue";
constexpr std::string_view roomInQueue = "waiting for room in the queue";
constexpr std::string_view futexSleep = "sleeping until another process wakes it (futex)";
constexpr std::string_view semaphore = "waiting for a semaphore";
constexpr std::string_view readiness = "waiting until a descriptor is ready or the time is up";
constexpr std::string_view nap = "sleeping until its time has come";
constexpr std::string_view signalWait = "waiting for a signal";
constexpr std::string_view fileLock = "waiting for a file lock";
constexpr std::string_view completion = "waiting for the io_uring to complete a request";
constexpr std::string_view stopped = "stopped by a signal until it is continued";

/// Names have changed between kernels: those of Linux 5.10 to 6.18 are here.
constexpr std::array functions{
    Explanation{"anon_pipe_read", bytesInPipe},
    Explanation{"anon_pipe_write", roomInPipe},
    Explanation{"do_epoll_wait", readiness},
    Explanation{"do_msgrcv", messageInQueue},
    Explanation{"do_msgsnd", roomInQueue},
    Explanation{"do_nanosleep", nap},
    Explanation{"do_poll", readiness},
    Explanation{"do_poll.constprop.0", readiness},
    Explanation{"do_select", readiness},
    Explanation{"do_semtimedop", semaphore},
    Explanation{"__do_semtimedop", semaphore},
    Explanation{"do_signal_stop", stopped},
    Explanation{"do_sigtimedwait", signalWait},
    Explanation{"do_sys_poll", readiness},
    Explanation{"ep_poll", readiness},
    Explanation{"eventfd_read", "waiting for the eventfd's counter to become more than 0"},
    Explanation{"eventfd_write", "waiting until the eventfd's counter has room"},
    Explanation{"fifo_pipe_read", bytesInPipe},
    Explanation{"fifo_pipe_write", roomInPipe},
    Explanation{"flock_lock_inode_wait", fileLock},
    Explanation{"futex_do_wait", futexSleep},
    Explanation{"futex_wait", futexSleep},
    Explanation{"__futex_wait", futexSleep},
    Explanation{"futex_wait_queue", futexSleep},
    Explanation{"futex_wait_queue_me", futexSleep},
    Explanation{"hrtimer_nanosleep", nap},
    Explanation{"inet_csk_accept", connection},
    Explanation{"inet_csk_wait_for_connect", connection},
    Explanation{"io_cqring_wait", completion},
    Explanation{"io_cqring_schedule_timeout", completion},
    Explanation{"locks_lock_inode_wait", fileLock},
    Explanation{"pipe_read", bytesInPipe},
    Explanation{"pipe_wait_readable", bytesInPipe},
    Explanation{"pipe_wait_writable", roomInPipe},
    Explanation{"pipe_write", roomInPipe},
    Explanation{"poll_schedule_timeout", readiness},
    Explanation{"signalfd_read_iter", signalWait},
    Explanation{"sigsuspend", signalWait},
    Explanation{"sk_stream_wait_memory", roomInSocket},
    Explanation{"sk_wait_data", bytesInSocket},
    Explanation{"__skb_wait_for_more_packets", messageInSocket},
    Explanation{"sock_alloc_send_pskb", roomInSocket},
    Explanation{"sock_wait_for_wmem", roomInSocket},
    Explanation{"splice_from_pipe_next", bytesInPipe},
    Explanation{"tcp_recvmsg_locked", bytesInSocket},
    Explanation{"unix_stream_data_wait", bytesInSocket},
    Explanation{"unix_stream_read_generic", bytesInSocket},
    Explanation{"unix_wait_for_peer", roomAtPeer},
    Explanation{"wait_for_partner", otherEnd},
};

/// Where the function says too little (wait_woken, wq_sleep) or nobody may know it.
constexpr std::array calls{
    Explanation{"accept", connection},
    Explanation{"accept4", connection},
    Explanation{"clock_nanosleep", nap},
    Explanation{"epoll_pwait", readiness},
    Explanation{"epoll_wait", readiness},
    Explanation{"futex", futexSleep},
    Explanation{"io_uring_enter", completion},
    Explanation{"mq_timedreceive", messageInQueue},
    Explanation{"mq_timedsend", roomInQueue},
    Explanation{"msgrcv", messageInQueue},
    Explanation{"msgsnd", roomInQueue},
    Explanation{"nanosleep", nap},
    Explanation{"poll", readiness},
    Explanation{"ppoll", readiness},
    Explanation{"recvfrom", messageInSocket},
    Explanation{"recvmsg", messageInSocket},
    Explanation{"rt_sigsuspend", signalWait},
    Explanation{"rt_sigtimedwait", signalWait},
    Explanation{"semop", semaphore},
    Explanation{"semtimedop", semaphore},
    Explanation{"sendmsg", roomInSocket},
    Explanation{"sendto", roomInSocket},
};

template <std::size_t count>
std::string_view lookUp(const std::array<Explanation, count>& table, std::string_view place)
{
    const auto found = std::ranges::find(table, place, &Explanation::place);
    return found == table.end() ? std::string_view() : found->sentence;
}

struct CallNumber {
    long number;
    std::string_view name;
    bool takesDescriptor;
};

constexpr std::array callNumbers{
    CallNumber{SYS_accept4, "accept4", true},
    CallNumber{SYS_accept, "accept", true},
    CallNumber{SYS_clock_nanosleep, "clock_nanosleep", false},
    CallNumber{SYS_connect, "connect", true},
    CallNumber{SYS_epoll_pwait, "epoll_pwait", true},
    CallNumber{SYS_fcntl, "fcntl", true},
    CallNumber{SYS_flock, "flock", true},
    CallNumber{SYS_futex, "futex", false},
    CallNumber{SYS_io_uring_enter, "io_uring_enter", true},
    CallNumber{SYS_mq_timedreceive, "mq_timedreceive", true},
    CallNumber{SYS_mq_timedsend, "mq_timedsend", true},
    CallNumber{SYS_msgrcv, "msgrcv", false},
    CallNumber{SYS_msgsnd, "msgsnd", false},
    CallNumber{SYS_nanosleep, "nanosleep", false},
    CallNumber{SYS_openat, "openat", false},
    CallNumber{SYS_ppoll, "ppoll", false},
    CallNumber{SYS_preadv2, "preadv2", true},
    CallNumber{SYS_process_vm_readv, "process_vm_readv", false},
    CallNumber{SYS_process_vm_writev, "process_vm_writev", false},
    CallNumber{SYS_pwritev2, "pwritev2", true},
    CallNumber{SYS_read, "read", true},
    CallNumber{SYS_readv, "readv", true},
    CallNumber{SYS_recvfrom, "recvfrom", true},
    CallNumber{SYS_recvmsg, "recvmsg", true},
    CallNumber{SYS_rt_sigsuspend, "rt_sigsuspend", false},
    CallNumber{SYS_rt_sigtimedwait, "rt_sigtimedwait", false},
    CallNumber{SYS_sched_yield, "sched_yield", false},
    CallNumber{SYS_semop, "semop", false},
    CallNumber{SYS_semtimedop, "semtimedop", false},
    CallNumber{SYS_sendmsg, "sendmsg", true},
    CallNumber{SYS_sendto, "sendto", true},
    CallNumber{SYS_splice, "splice", true},
    CallNumber{SYS_vmsplice, "vmsplice", true},
    CallNumber{SYS_write, "write", true},
    CallNumber{SYS_writev, "writev", true},
#ifdef SYS_poll // not on every architecture
    CallNumber{SYS_epoll_wait, "epoll_wait", true},
    CallNumber{SYS_poll, "poll", false},
#endif
};

} // namespace

WaitPlace readWaitPlace(int pid)
{
    WaitPlace place;
    const std::string function = readSmallFile(fmt::format("/proc/{}/wchan", pid).c_str());
    if (function != "0")
        place.function = function;
    // "running", or the number and the arguments of the call; -1 where it sleeps in none.
    const std::string text = readSmallFile(fmt::format("/proc/{}/syscall", pid).c_str());
    if (text.empty() || text.front() < '0' || text.front() > '9')
        return place;
    char* rest = nullptr;
    const long number = std::strtol(text.c_str(), &rest, 10);
    place.call = systemCallName(number);
    const auto known = std::ranges::find(callNumbers, number, &CallNumber::number);
    if (known != callNumbers.end() && known->takesDescriptor)
        place.descriptor = static_cast<int>(std::strtol(rest, nullptr, 16));
    return place;
}

std::string_view explainWait(const WaitPlace& place)
{
    const std::string_view sentence = explainWait(place.function);
    return sentence.empty() && !place.function.empty() ? lookUp(calls, place.call) : sentence;
}

std::string_view explainWait(std::string_view function)
{
    return lookUp(functions, function);
}

std::string systemCallName(long number)
{
    const auto known = std::ranges::find(callNumbers, number, &CallNumber::number);
    return known == callNumbers.end() ? fmt::format("call {}", number) : std::string(known->name);
}

} // namespace ipclab
