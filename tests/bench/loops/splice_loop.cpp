// vmsplice(2) of a frame in pages of its own, and read(2), on a pipe for each way. The pages are used in
// turn: as many as the pipe refers to, and those of two frames.

#include "tests/bench/loops/framed_link.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>

namespace ipclab {

namespace {

constexpr std::size_t pageSize = 4096;
constexpr std::size_t pagesInThePipe = 16;
constexpr std::size_t prefixSize = sizeof(std::uint32_t);
constexpr std::size_t frameStart = 8 - prefixSize;

class SplicedPipe {
public:
    explicit SplicedPipe(std::size_t messageSize)
        : m_frameSize(prefixSize + messageSize),
          m_framePages((frameStart + m_frameSize + pageSize - 1) / pageSize),
          m_pageCount(pagesInThePipe + 2 * m_framePages)
    {
        std::array<int, 2> ends{};
        check(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
        m_read.reset(ends[0]);
        m_write.reset(ends[1]);
        void* pages = ::mmap(nullptr, m_pageCount * pageSize, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pages == MAP_FAILED)
            throwSystemError("mmap");
        m_pages = static_cast<std::byte*>(pages);
    }
    SplicedPipe(const SplicedPipe&) = delete;
    SplicedPipe& operator=(const SplicedPipe&) = delete;
    ~SplicedPipe() { ::munmap(m_pages, m_pageCount * pageSize); }

    int readEnd() const { return m_read.get(); }

    std::byte* place()
    {
        if (m_page + m_framePages > m_pageCount)
            m_page = 0;
        const auto length = static_cast<std::uint32_t>(m_frameSize - prefixSize);
        std::memcpy(frame(), &length, prefixSize);
        return frame() + prefixSize;
    }

    void send()
    {
        std::size_t sent = 0;
        while (sent < m_frameSize) {
            const iovec rest{frame() + sent, m_frameSize - sent};
            sent += static_cast<std::size_t>(check(::vmsplice(m_write.get(), &rest, 1, 0), "vmsplice"));
        }
        m_page += m_framePages;
    }

private:
    std::byte* frame() { return m_pages + m_page * pageSize + frameStart; }

    std::size_t m_frameSize;
    std::size_t m_framePages;
    std::size_t m_pageCount;
    std::size_t m_page = 0;
    std::byte* m_pages = nullptr;
    UniqueFd m_read;
    UniqueFd m_write;
};

class SpliceLink final : private FramedLink {
public:
    explicit SpliceLink(const LoopRequest& request)
        : FramedLink(request), m_there(request.messageSize), m_back(request.messageSize)
    {
    }

    void take(LoopSide side)
    {
        const bool asks = side == LoopSide::Asker;
        m_out = asks ? &m_there : &m_back;
        m_in = (asks ? m_back : m_there).readEnd();
    }

    std::byte* place() { return m_out->place(); }
    void send() { m_out->send(); }

    const std::byte* receive()
    {
        return readFrame([this](std::byte* bytes, std::size_t size) { return ::read(m_in, bytes, size); });
    }

private:
    SplicedPipe m_there;
    SplicedPipe m_back;
    SplicedPipe* m_out = nullptr;
    int m_in = -1;
};

} // namespace

double spliceHandLoop(const LoopRequest& request)
{
    return measureLoop<SpliceLink>(request);
}

} // namespace ipclab
