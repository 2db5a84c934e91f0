#include "tests/support/switch_record.h"

#include "engine/base/failure.h"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>

namespace ipclab {

namespace {

constexpr std::size_t ringPages = 128; // half a mebibyte: what a user may lock without privileges
constexpr std::size_t pageBytes = 4096;

/// What follows a record's header, as sample_type and sample_id_all ask for.
struct SampleId {
    std::uint32_t pid, tid;
    std::uint64_t time;
};

} // namespace

SwitchRecord::SwitchRecord(int pid)
{
    perf_event_attr attributes{};
    attributes.size = sizeof attributes;
    attributes.type = PERF_TYPE_SOFTWARE;
    attributes.config = PERF_COUNT_SW_DUMMY;
    attributes.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME;
    attributes.sample_id_all = 1;
    attributes.context_switch = 1;
    attributes.exclude_kernel = 1;
    attributes.use_clockid = 1;
    attributes.clockid = CLOCK_MONOTONIC;
    try {
        m_event.reset(static_cast<int>(
            check(::syscall(SYS_perf_event_open, &attributes, pid, -1, -1, PERF_FLAG_FD_CLOEXEC),
                  "perf_event_open")));
        m_ring = Mapping(m_event.get(), (1 + ringPages) * pageBytes, Access::ReadWrite);
    } catch (const std::system_error& error) {
        m_refusal = std::string("the kernel does not let this user record context switches: ") +
                    error.what() + " (kernel.perf_event_paranoid)";
    }
}

void SwitchRecord::collect()
{
    if (!m_ring)
        return;
    auto& head = *m_ring.as<perf_event_mmap_page>();
    const char* data = reinterpret_cast<const char*>(m_ring.data()) + pageBytes;
    constexpr std::size_t size = ringPages * pageBytes;
    const std::uint64_t end = __atomic_load_n(&head.data_head, __ATOMIC_ACQUIRE);
    std::uint64_t at = head.data_tail;
    while (at < end) {
        alignas(8) std::array<char, 512> record{};
        perf_event_header header{};
        const auto copy = [&](void* to, std::size_t bytes) {
            for (std::size_t done = 0; done < bytes; ++done)
                static_cast<char*>(to)[done] = data[(at + done) % size];
        };
        copy(&header, sizeof header);
        copy(record.data(), std::min<std::size_t>(header.size, record.size()));
        take(record.data());
        at += header.size;
    }
    __atomic_store_n(&head.data_tail, end, __ATOMIC_RELEASE);
}

void SwitchRecord::take(const char* record)
{
    perf_event_header header{};
    SampleId id{};
    std::memcpy(&header, record, sizeof header);
    if (header.type == PERF_RECORD_LOST)
        m_hasLost = true;
    if (header.type != PERF_RECORD_SWITCH)
        return;
    std::memcpy(&id, record + sizeof header, sizeof id);
    m_switches.push_back({.at = Nanoseconds(static_cast<std::int64_t>(id.time)),
                          .isOut = (header.misc & PERF_RECORD_MISC_SWITCH_OUT) != 0,
                          .isPreempted = (header.misc & PERF_RECORD_MISC_SWITCH_OUT_PREEMPT) != 0});
}

SwitchRecord::OffCore SwitchRecord::offCore(Nanoseconds from, Nanoseconds to) const
{
    OffCore sum;
    for (std::size_t index = 0; index + 1 < m_switches.size(); ++index) {
        if (!m_switches[index].isOut)
            continue;
        const Nanoseconds begin = std::max(m_switches[index].at, from);
        const Nanoseconds end = std::min(m_switches[index + 1].at, to);
        if (end > begin)
            (m_switches[index].isPreempted ? sum.whileWilling : sum.byItself) += end - begin;
    }
    return sum;
}

} // namespace ipclab
