// write(2) and read(2) on an eventfd for each way; one read takes all notifications. They carry nothing, so
// the sequence is counted on both sides, and shared memory says how many there were when the last has been
// sent. As in the laboratory each adds so much that 64,897 fit.

#include "engine/base/mapping.h"
#include "tests/bench/loops/hand_loop_body.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>

namespace ipclab {

namespace {

constexpr std::uint64_t weight = (~std::uint64_t{0} - 1) / 64'897;

using Total = std::atomic<std::uint64_t>;

/// One way of the channel; each process uses its own copy as sender or as receiver.
class Counter {
public:
    std::byte* place() { return m_message.data(); }

    void notify()
    {
        ++m_count;
        std::uint64_t sequence = 0;
        std::memcpy(&sequence, m_message.data(), sizeof sequence);
        if (sequence == loop_message::farewell) [[unlikely]]
            m_total.as<Total>()->store(m_count, std::memory_order_release);
        check(::write(m_descriptor.get(), &weight, sizeof weight), "write");
    }

    const std::byte* await()
    {
        if (m_pending == 0) {
            std::uint64_t taken = 0;
            check(::read(m_descriptor.get(), &taken, sizeof taken), "read");
            m_pending = taken / weight;
        }
        --m_pending;
        const std::uint64_t sequence = m_count++;
        const bool isLast = m_total.as<Total>()->load(std::memory_order_acquire) == m_count;
        loop_message::write(m_message.data(), m_message.size(), isLast ? loop_message::farewell : sequence);
        return m_message.data();
    }

private:
    UniqueFd m_descriptor{check(::eventfd(0, EFD_CLOEXEC), "eventfd")};
    Mapping m_total{createMemoryFile("ipclab-loop", sizeof(Total)).get(), sizeof(Total), Access::ReadWrite};
    std::uint64_t m_count = 0; ///< own
    std::uint64_t m_pending = 0;
    std::array<std::byte, sizeof(std::uint64_t)> m_message{};
};

class CounterLink final {
public:
    explicit CounterLink(const LoopRequest&) {}

    void take(LoopSide side)
    {
        const bool asks = side == LoopSide::Asker;
        m_out = asks ? &m_there : &m_back;
        m_in = asks ? &m_back : &m_there;
    }

    std::byte* place() { return m_out->place(); }
    void send() { m_out->notify(); }
    const std::byte* receive() { return m_in->await(); }

private:
    Counter m_there;
    Counter m_back;
    Counter* m_out = nullptr;
    Counter* m_in = nullptr;
};

} // namespace

double eventfdHandLoop(const LoopRequest& request)
{
    return measureLoop<CounterLink>(request);
}

} // namespace ipclab
