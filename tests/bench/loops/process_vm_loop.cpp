// process_vm_readv(2) out of the sender, with a note of address and length for each message on a pair of Unix
// sockets of sequenced packets. The note is taken away only when the message was read, so that as many slots
// are in use as notes are on their way, and one more.

#include "engine/mechanisms/sockets/packet_pair.h"
#include "tests/bench/loops/hand_loop_body.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace ipclab {

namespace {

struct Note {
    std::uint64_t address = 0;
    std::uint32_t length = 0;
    pid_t pid = 0;
};

/// One way of the channel; each process uses its own copy as sender or as receiver.
class OfferedSlots {
public:
    explicit OfferedSlots(std::size_t messageSize)
        : m_size(messageSize), m_pair(makePacketPair(16, sizeof(Note), PacketContent::Bytes)),
          m_slots((m_pair.length + 1) * messageSize), m_incoming(messageSize)
    {
    }

    std::byte* place() { return m_slots.data() + m_sent % (m_pair.length + 1) * m_size; }

    void send()
    {
        const Note note{reinterpret_cast<std::uintptr_t>(place()), static_cast<std::uint32_t>(m_size), m_pid};
        check(::send(m_pair.sender.get(), &note, sizeof note, MSG_NOSIGNAL), "send");
        ++m_sent;
    }

    const std::byte* receive()
    {
        Note note;
        check(::recv(m_pair.receiver.get(), &note, sizeof note, MSG_PEEK), "recv");
        const iovec local{m_incoming.data(), note.length};
        const iovec remote{reinterpret_cast<void*>(note.address),
                           note.length}; // NOLINT(performance-no-int-to-ptr)
        if (check(::process_vm_readv(note.pid, &local, 1, &remote, 1, 0), "process_vm_readv") !=
            static_cast<ssize_t>(m_size))
            throw std::runtime_error("a message was read in part");
        check(::recv(m_pair.receiver.get(), &note, sizeof note, 0), "recv");
        return m_incoming.data();
    }

    void offer() { m_pid = ::getpid(); }

    /// The farewell lies here until it was read, or the peer has gone.
    void linger() const
    {
        int unread = 1;
        while (unread > 0 && ::ioctl(m_pair.sender.get(), SIOCOUTQ, &unread) == 0)
            ::sched_yield();
    }

private:
    std::size_t m_size;
    PacketPair m_pair;
    std::vector<std::byte> m_slots;
    std::vector<std::byte> m_incoming;
    std::uint64_t m_sent = 0;
    pid_t m_pid = 0;
};

class ProcessVmLink final {
public:
    explicit ProcessVmLink(const LoopRequest& request)
        : m_size(request.messageSize), m_there(m_size), m_back(m_size)
    {
    }

    void take(LoopSide side)
    {
        ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
        const bool asks = side == LoopSide::Asker;
        m_out = asks ? &m_there : &m_back;
        m_in = asks ? &m_back : &m_there;
        m_out->offer();
    }

    std::byte* place() { return m_out->place(); }

    void send()
    {
        std::uint64_t sequence = 0;
        std::memcpy(&sequence, place(), sizeof sequence);
        m_out->send();
        if (sequence == loop_message::farewell) [[unlikely]]
            m_out->linger();
    }

    const std::byte* receive() { return m_in->receive(); }

private:
    std::size_t m_size;
    OfferedSlots m_there;
    OfferedSlots m_back;
    OfferedSlots* m_out = nullptr;
    OfferedSlots* m_in = nullptr;
};

} // namespace

double processVmHandLoop(const LoopRequest& request)
{
    return measureLoop<ProcessVmLink>(request);
}

} // namespace ipclab
