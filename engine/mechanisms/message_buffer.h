#pragma once

#include <cstddef>
#include <memory>
#include <new>

namespace ipclab {

/// Gives back what makeMessageBuffer() made.
struct MessageBufferDelete {
    static constexpr std::size_t pageSize = 4096;
    static constexpr std::size_t start = pageSize / 2; ///< in the first page

    void operator()(std::byte* buffer) const
    {
        ::operator delete[](buffer - start, std::align_val_t(pageSize));
    }
};

using MessageBuffer = std::unique_ptr<std::byte[], MessageBufferDelete>;

/// Room for what a system call copies into or out of the kernel's pages. It starts in the middle of a page,
/// for the kernel mostly starts at the beginning of one: where what is written lies a few bytes behind what
/// is read, counted modulo 4 KiB, the processor takes each load for one of what has just been stored and
/// waits. That halved the speed of large messages over sockets. Not filled with zeros: pages that are never
/// used never exist.
inline MessageBuffer makeMessageBuffer(std::size_t size)
{
    constexpr std::size_t start = MessageBufferDelete::start;
    auto* whole = static_cast<std::byte*>(
        ::operator new[](start + size, std::align_val_t(MessageBufferDelete::pageSize)));
    return MessageBuffer(whole + start);
}

} // namespace ipclab
