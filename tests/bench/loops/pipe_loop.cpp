// write(2) and read(2) on a pipe for each way, and on a FIFO.

#include "tests/bench/loops/framed_link.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

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

/// It has a name only until both ends are open.
PipeEnds makeFifo()
{
    const std::string directory = std::filesystem::temp_directory_path() / "ipclab-loop-XXXXXX";
    std::vector<char> path(directory.begin(), directory.end());
    path.push_back('\0');
    if (::mkdtemp(path.data()) == nullptr)
        throwSystemError("mkdtemp");
    const std::string fifo = std::string(path.data()) + "/fifo";
    check(::mkfifo(fifo.c_str(), S_IRUSR | S_IWUSR), "mkfifo");
    PipeEnds ends;
    ends.read.reset(
        check(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC), "open")); // waits for nobody
    ends.write.reset(check(::open(fifo.c_str(), O_WRONLY | O_CLOEXEC), "open"));
    check(::fcntl(ends.read.get(), F_SETFL, 0), "F_SETFL");
    ::unlink(fifo.c_str());
    ::rmdir(path.data());
    return ends;
}

template <PipeEnds (*makeEnds)()>
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
    PipeEnds m_there = makeEnds();
    PipeEnds m_back = makeEnds();
    int m_out = -1;
    int m_in = -1;
};

} // namespace

double pipeHandLoop(const LoopRequest& request)
{
    return measureLoop<PipeLink<makePipe>>(request);
}

double fifoHandLoop(const LoopRequest& request)
{
    return measureLoop<PipeLink<makeFifo>>(request);
}

} // namespace ipclab
