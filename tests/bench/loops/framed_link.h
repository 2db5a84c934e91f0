#pragma once

#include "tests/bench/loops/hand_loop_body.h"

#include <memory>

namespace ipclab {

/// What the loops over byte streams have in common: each message follows its length in four bytes, both in
/// one call; the receiver asks for exactly one frame.
class FramedLink {
public:
    explicit FramedLink(const LoopRequest& request)
        : m_length(static_cast<std::uint32_t>(request.messageSize)),
          m_outgoing(std::make_unique<std::byte[]>(frameStart + frameSize())),
          m_incoming(std::make_unique<std::byte[]>(frameStart + frameSize()))
    {
        std::memcpy(m_outgoing.get() + frameStart, &m_length, sizeof m_length);
    }

    std::byte* place() { return m_outgoing.get() + frameStart + sizeof m_length; }

protected:
    /// `write(bytes, size)` is the system call.
    template <typename Write>
    void writeFrame(Write write)
    {
        const std::byte* frame = m_outgoing.get() + frameStart;
        // Most go at once; one that the process was stopped in goes in two.
        for (std::size_t sent = 0; sent < frameSize();)
            sent += static_cast<std::size_t>(check(write(frame + sent, frameSize() - sent), "write"));
    }

    template <typename Read>
    const std::byte* readFrame(Read read)
    {
        std::byte* frame = m_incoming.get() + frameStart;
        std::size_t have = 0;
        while (have < frameSize()) {
            const ssize_t got = check(read(frame + have, frameSize() - have), "read");
            if (got == 0) [[unlikely]]
                throw std::runtime_error("the stream ended early");
            have += static_cast<std::size_t>(got);
        }
        std::uint32_t length = 0;
        std::memcpy(&length, frame, sizeof length);
        if (length != m_length) [[unlikely]]
            throw std::runtime_error("a frame has the wrong length");
        return frame + sizeof length;
    }

private:
    static constexpr std::size_t frameStart = 8 - sizeof(std::uint32_t); ///< aligns the message to 8

    std::size_t frameSize() const { return sizeof m_length + m_length; }

    std::uint32_t m_length;
    std::unique_ptr<std::byte[]> m_outgoing;
    std::unique_ptr<std::byte[]> m_incoming;
};

} // namespace ipclab
