#pragma once

#include "engine/base/deadline.h"
#include "engine/base/failure.h"
#include "engine/base/mapping.h"
#include "engine/mechanisms/endpoint.h"
#include "engine/mechanisms/sockets/uring_endpoint.h"

#include <liburing.h>

#include <cerrno>
#include <cstdint>

namespace ipclab {

/// A ring of its own for each end, with one request at a time.
class Uring final {
public:
    explicit Uring(Submission submission) : m_isPolled(submission == Submission::ByKernelThread)
    {
        // A result waits until this process enters the kernel anyway, instead of interrupting it (an eighth of
        // the throughput). Not with the kernel's thread, and not before Linux 5.19.
        constexpr unsigned uninterrupted = IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG;
        int result = makeRing(m_isPolled ? IORING_SETUP_SQPOLL : uninterrupted);
        if (result == -EINVAL && !m_isPolled)
            result = makeRing(0);
        if (result < 0)
            throw FailureError({"make an io_uring", -result, errorMeaning(-result)});
    }
    Uring(const Uring&) = delete;
    Uring& operator=(const Uring&) = delete;
    ~Uring()
    {
        if (m_isBusy)
            cancel();
        ::io_uring_queue_exit(&m_ring);
    }

    int descriptor() const { return m_ring.ring_fd; }
    bool isBusy() const { return m_isBusy; }

    io_uring_sqe* request() { return ::io_uring_get_sqe(&m_ring); }

    /// Hands over what was filled in.
    void submit(TransferCounts& counts)
    {
        if (!m_isPolled || (IO_URING_READ_ONCE(*m_ring.sq.kflags) & IORING_SQ_NEED_WAKEUP) != 0)
            ++counts.systemCalls;
        if (const int result = ::io_uring_submit(&m_ring); result < 0)
            throwSystemError(-result, "io_uring_submit");
        m_isBusy = true;
    }

    /// The result of the request, once it is there: a number of bytes or -errno. Done, or why it is not there
    /// yet.
    Outcome await(int& result, Deadline deadline, TransferCounts& counts)
    {
        io_uring_cqe* completion = nullptr;
        int error = ::io_uring_peek_cqe(&m_ring, &completion);
        if (error == -EAGAIN) {
            if (deadline.isImmediate())
                return Outcome::WouldBlock;
            ++counts.systemCalls;
            error = wait(completion, deadline);
        }
        if (error == -ETIME)
            return Outcome::TimedOut;
        if (error == -EINTR)
            return Outcome::Interrupted;
        if (error < 0)
            throwSystemError(-error, "io_uring_wait_cqe");
        result = completion->res;
        ::io_uring_cqe_seen(&m_ring, completion);
        m_isBusy = false;
        return Outcome::Done;
    }

private:
    /// 0 or -errno.
    int makeRing(unsigned flags)
    {
        constexpr unsigned entries = 4;
        constexpr unsigned idleMilliseconds = 2; // after which the kernel's thread sleeps
        io_uring_params parameters{};
        parameters.flags = flags;
        parameters.sq_thread_idle = idleMilliseconds;
        return ::io_uring_queue_init_params(entries, &m_ring, &parameters);
    }

    /// Closing the ring would not wait for the request on its way, which may still write into memory that is
    /// given back meanwhile.
    void cancel()
    {
        constexpr std::uint64_t ofThis = 1;
        io_uring_sqe* cancellation = request();
        ::io_uring_prep_cancel64(cancellation, 0, IORING_ASYNC_CANCEL_ANY);
        ::io_uring_sqe_set_data64(cancellation, ofThis);
        if (::io_uring_submit(&m_ring) < 0)
            return;
        io_uring_cqe* completion = nullptr;
        for (int left = 2; left > 0; --left) { // the request's and the cancellation's
            int error = -EINTR;
            while (error == -EINTR)
                error = ::io_uring_wait_cqe(&m_ring, &completion);
            // Linux before 5.19 cannot.
            if (error < 0 || (::io_uring_cqe_get_data64(completion) == ofThis && completion->res == -EINVAL))
                return;
            ::io_uring_cqe_seen(&m_ring, completion);
        }
    }

    int wait(io_uring_cqe*& completion, Deadline deadline)
    {
        if (deadline.isNever())
            return ::io_uring_wait_cqe(&m_ring, &completion);
        const timespec left = toTimespec(deadline.remaining());
        __kernel_timespec timeout{.tv_sec = left.tv_sec, .tv_nsec = left.tv_nsec};
        return ::io_uring_wait_cqe_timeout(&m_ring, &completion, &timeout);
    }

    io_uring m_ring{};
    bool m_isPolled;
    bool m_isBusy = false;
};

} // namespace ipclab
