// msgsnd(2) and msgrcv(2), 16 KiB a queue, all messages of one type.

#include "tests/bench/loops/hand_loop_body.h"

#include <sys/msg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace ipclab {

namespace {

/// A queue without a key, removed by the process that has made it. Move-only.
class OwnedQueue final {
public:
    OwnedQueue() : m_id(check(::msgget(IPC_PRIVATE, S_IRUSR | S_IWUSR), "msgget")), m_owner(::getpid()) {}
    OwnedQueue(OwnedQueue&& other) noexcept
        : m_id(std::exchange(other.m_id, -1)), m_owner(std::exchange(other.m_owner, 0))
    {
    }
    OwnedQueue& operator=(OwnedQueue&&) = delete;
    ~OwnedQueue()
    {
        if (m_owner == ::getpid())
            ::msgctl(m_id, IPC_RMID, nullptr);
    }

    int id() const { return m_id; }

private:
    int m_id;
    int m_owner;
};

class TypedQueueLink final {
public:
    explicit TypedQueueLink(const LoopRequest& request)
        : m_size(request.messageSize), m_outgoing(sizeof(long) + m_size), m_incoming(sizeof(long) + m_size)
    {
        const long type = 1;
        std::memcpy(m_outgoing.data(), &type, sizeof type);
    }

    void take(LoopSide side)
    {
        const bool asks = side == LoopSide::Asker;
        m_out = (asks ? m_there : m_back).id();
        m_in = (asks ? m_back : m_there).id();
    }

    std::byte* place() { return m_outgoing.data() + sizeof(long); }

    void send() { check(::msgsnd(m_out, m_outgoing.data(), m_size, 0), "msgsnd"); }

    const std::byte* receive()
    {
        const ssize_t got = check(::msgrcv(m_in, m_incoming.data(), m_size, 0, 0), "msgrcv");
        if (got != static_cast<ssize_t>(m_size)) [[unlikely]]
            throw std::runtime_error("a message has the wrong length");
        return m_incoming.data() + sizeof(long);
    }

private:
    OwnedQueue m_there;
    OwnedQueue m_back;
    std::size_t m_size;
    std::vector<std::byte> m_outgoing;
    std::vector<std::byte> m_incoming;
    int m_out = -1;
    int m_in = -1;
};

} // namespace

double systemVQueueHandLoop(const LoopRequest& request)
{
    return measureLoop<TypedQueueLink>(request);
}

} // namespace ipclab
