// mq_send(3) and mq_receive(3), ten messages a queue. The queues lose their names before the first message.

#include "tests/bench/loops/hand_loop_body.h"

#include <fmt/format.h>
#include <mqueue.h>
#include <unistd.h>

#include <fcntl.h>

namespace ipclab {

namespace {

UniqueFd makeQueue(std::size_t messageSize)
{
    mq_attr attributes{};
    attributes.mq_maxmsg = 10;
    attributes.mq_msgsize = static_cast<long>(messageSize);
    const std::string name = fmt::format("/ipclab-{}-loop", ::getpid());
    const int queue =
        check(::mq_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR, &attributes),
              "mq_open");
    ::mq_unlink(name.c_str());
    return UniqueFd(queue);
}

class QueueLink final {
public:
    explicit QueueLink(const LoopRequest& request)
        : m_there(makeQueue(request.messageSize)), m_outgoing(request.messageSize),
          m_incoming(request.messageSize)
    {
        if (request.exchange == Exchange::RoundTrip)
            m_back = makeQueue(request.messageSize);
    }

    void take(LoopSide side)
    {
        const bool asks = side == LoopSide::Asker;
        m_out = (asks ? m_there : m_back).get();
        m_in = (asks ? m_back : m_there).get();
    }

    std::byte* place() { return m_outgoing.data(); }

    void send()
    {
        const auto* message = reinterpret_cast<const char*>(m_outgoing.data());
        check(::mq_send(m_out, message, m_outgoing.size(), 0), "mq_send");
    }

    const std::byte* receive()
    {
        auto* place = reinterpret_cast<char*>(m_incoming.data());
        const ssize_t got = check(::mq_receive(m_in, place, m_incoming.size(), nullptr), "mq_receive");
        if (got != static_cast<ssize_t>(m_incoming.size())) [[unlikely]]
            throw std::runtime_error("a message has the wrong length");
        return m_incoming.data();
    }

private:
    UniqueFd m_there;
    UniqueFd m_back;
    std::vector<std::byte> m_outgoing;
    std::vector<std::byte> m_incoming;
    int m_out = -1;
    int m_in = -1;
};

} // namespace

double posixQueueHandLoop(const LoopRequest& request)
{
    return measureLoop<QueueLink>(request);
}

} // namespace ipclab
