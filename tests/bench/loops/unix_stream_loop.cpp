// send(2) and recv(2) on one connected pair of Unix stream sockets.

#include "tests/bench/loops/framed_link.h"

#include <sys/socket.h>

#include <array>

namespace ipclab {

namespace {

class SocketLink final : public FramedLink {
public:
    explicit SocketLink(const LoopRequest& request) : FramedLink(request)
    {
        std::array<int, 2> ends{};
        check(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), "socketpair");
        m_asker.reset(ends[0]);
        m_answerer.reset(ends[1]);
    }

    void take(LoopSide side) { m_own = (side == LoopSide::Asker ? m_asker : m_answerer).get(); }

    void send()
    {
        writeFrame([this](const std::byte* bytes, std::size_t size) {
            return ::send(m_own, bytes, size, MSG_NOSIGNAL);
        });
    }

    const std::byte* receive()
    {
        return readFrame(
            [this](std::byte* bytes, std::size_t size) { return ::recv(m_own, bytes, size, 0); });
    }

private:
    UniqueFd m_asker;
    UniqueFd m_answerer;
    int m_own = -1;
};

} // namespace

double unixStreamHandLoop(const LoopRequest& request)
{
    return measureLoop<SocketLink>(request);
}

} // namespace ipclab
