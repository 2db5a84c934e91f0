// write(2) and read(2) on a pipe for each way.

#include "tests/bench/loops/framed_link.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>

namespace ipclab {

namespace {

struct PipeEnds {
    UniqueFd read;
    UniqueFd write;
};

PipeEnds makePipe()
{
    std::array<int, 2> ends{};
    check(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

class PipeLink final : public FramedLink {
public:
    using FramedLink::FramedLink;

    void take(LoopSide side)
    {
        const bool asks = side == LoopSide::Asker;
        m_out = (asks ? m_there : m_back).write.get();
        m_in = (asks ? m_back : m_there).read.get();
    }

    void send()
    {
        writeFrame([this](const std::byte* bytes, std::size_t size) { return ::write(m_out, bytes, size); });
    }

    const std::byte* receive()
    {
        return readFrame([this](std::byte* bytes, std::size_t size) { return ::read(m_in, bytes, size); });
    }

private:
    PipeEnds m_there = makePipe();
    PipeEnds m_back = makePipe();
    int m_out = -1;
    int m_in = -1;
};

} // namespace

double pipeHandLoop(const LoopRequest& request)
{
    return measureLoop<PipeLink>(request);
}

} // namespace ipclab
