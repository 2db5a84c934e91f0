// A memory file for each message: made, mapped, written, sealed and passed over a pair of Unix sockets; the
// receiver looks at the seals and the size before it maps it.

#include "engine/mechanisms/sockets/packet_pair.h"
#include "tests/bench/loops/hand_loop_body.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

namespace ipclab {

namespace {

constexpr int seals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK;
constexpr std::array<std::byte, 1> packet{};

std::byte* mapFile(int file, std::size_t size, int protection)
{
    void* place = ::mmap(nullptr, size, protection, MAP_SHARED, file, 0);
    if (place == MAP_FAILED)
        throwSystemError("mmap");
    return static_cast<std::byte*>(place);
}

class DescriptorLink final {
public:
    explicit DescriptorLink(const LoopRequest& request)
        : m_size(request.messageSize),
          m_pair(makePacketPair(16, packet.size(), PacketContent::BytesAndDescriptor))
    {
    }

    void take(LoopSide side) { m_own = side == LoopSide::Asker ? &m_pair.sender : &m_pair.receiver; }

    std::byte* place()
    {
        m_file.reset(check(::memfd_create("ipclab-loop", MFD_CLOEXEC | MFD_ALLOW_SEALING), "memfd_create"));
        check(::ftruncate(m_file.get(), static_cast<off_t>(m_size)), "ftruncate");
        m_written = mapFile(m_file.get(), m_size, PROT_READ | PROT_WRITE);
        return m_written;
    }

    void send()
    {
        ::munmap(m_written, m_size);
        check(::fcntl(m_file.get(), F_ADD_SEALS, seals), "F_ADD_SEALS");
        check(sendPacket(*m_own, packet, m_file.get(), Deadline::never()), "sendmsg");
        m_file.reset();
    }

    const std::byte* receive()
    {
        if (m_read != nullptr)
            ::munmap(m_read, m_size);
        const UniqueFd file = takeFile();
        struct stat status {};
        check(::fstat(file.get(), &status), "fstat");
        if (::fcntl(file.get(), F_GET_SEALS) != seals || status.st_size != static_cast<off_t>(m_size))
            [[unlikely]]
            throw std::runtime_error("a file is not sealed, or of the wrong size");
        m_read = mapFile(file.get(), m_size, PROT_READ);
        return m_read;
    }

private:
    UniqueFd takeFile()
    {
        std::byte byte{};
        iovec part{&byte, 1};
        alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int))> control;
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        check(::recvmsg(m_own->get(), &message, MSG_CMSG_CLOEXEC), "recvmsg");
        const cmsghdr* rights = CMSG_FIRSTHDR(&message);
        if (rights == nullptr) [[unlikely]]
            throw std::runtime_error("a packet came without a descriptor");
        int file = -1;
        std::memcpy(&file, CMSG_DATA(rights), sizeof file);
        return UniqueFd(file);
    }

    std::size_t m_size;
    PacketPair m_pair;
    const UniqueFd* m_own = nullptr;
    UniqueFd m_file;
    std::byte* m_written = nullptr;
    std::byte* m_read = nullptr;
};

} // namespace

double descriptorHandLoop(const LoopRequest& request)
{
    return measureLoop<DescriptorLink>(request);
}

} // namespace ipclab
