#include "engine/profiles/trace_file.h"

#include "engine/base/failure.h"

#include <fmt/format.h>

#include <sys/stat.h>

#include <algorithm>
#include <mutex>

namespace ipclab {

namespace {

constexpr std::size_t mostMarks = 4096;

/// Every other mark is forgotten when there are too many, so that a trace of any length takes the same
/// memory.
void addMark(TraceSummary& summary, Nanoseconds due)
{
    if (summary.messages % summary.stride == 0) {
        summary.marks.push_back(due);
        if (summary.marks.size() > mostMarks) {
            for (std::size_t kept = 0; 2 * kept < summary.marks.size(); ++kept)
                summary.marks[kept] = summary.marks[2 * kept];
            summary.marks.resize((summary.marks.size() + 1) / 2);
            summary.stride *= 2;
        }
    }
}

void addSize(TraceSummary& summary, std::uint32_t size)
{
    if (!summary.sizes)
        summary.sizes = SizeRange{size, size, 0};
    summary.sizes->smallest = std::min<std::size_t>(summary.sizes->smallest, size);
    summary.sizes->largest = std::max<std::size_t>(summary.sizes->largest, size);
    summary.sizes->mean += size; // the sum, until all are known
}

TraceSummary summarise(const std::string& path)
{
    TraceReader reader(path);
    TraceSummary summary;
    while (const std::optional<TraceMessage> message = reader.next()) {
        addMark(summary, message->due);
        if (message->size > 0)
            addSize(summary, message->size);
        summary.last = message->due;
        ++summary.messages;
    }
    if (summary.messages == 0)
        throw FailureError(
            {.tried = fmt::format("read the trace \"{}\"", path), .reason = "it has no messages"});
    if (summary.sizes)
        summary.sizes->mean /= static_cast<double>(summary.messages);
    return summary;
}

/// What tells one state of a file from another.
struct FileState {
    std::string path;
    std::int64_t changedAt = 0; ///< nanoseconds
    std::int64_t size = 0;
    bool operator==(const FileState&) const = default;
};

FileState stateOf(const std::string& path)
{
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return {path};
    return {path, status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec, status.st_size};
}

/// A form asks again at every key that is pressed.
class LastSummary final {
public:
    std::shared_ptr<const TraceSummary> of(const std::string& path)
    {
        const std::lock_guard lock(m_mutex);
        const FileState state = stateOf(path);
        if (!m_summary || state != m_state) {
            m_summary.reset();
            m_summary = std::make_shared<const TraceSummary>(summarise(path));
            m_state = state;
        }
        return m_summary;
    }

private:
    std::mutex m_mutex;
    FileState m_state;
    std::shared_ptr<const TraceSummary> m_summary;
};

} // namespace

Nanoseconds TraceSummary::period() const
{
    if (messages < 2 || last == Nanoseconds::zero())
        return last + std::chrono::seconds(1);
    return last + last / static_cast<std::int64_t>(messages - 1);
}

double TraceSummary::dueBefore(Nanoseconds time) const
{
    if (time > last)
        return static_cast<double>(messages);
    const auto after = std::ranges::lower_bound(marks, time);
    if (after == marks.begin())
        return 0;
    const auto before = static_cast<std::uint64_t>(after - marks.begin()) - 1;
    const bool isLast = after == marks.end();
    const Nanoseconds from = marks[before];
    const Nanoseconds to = isLast ? last : *after;
    const double first = static_cast<double>(before * stride);
    const double next = isLast ? static_cast<double>(messages - 1) : first + static_cast<double>(stride);
    const double part = static_cast<double>((time - from).count()) / static_cast<double>((to - from).count());
    return first + 1 + (next - first - 1) * part;
}

std::shared_ptr<const TraceSummary> summaryOfTrace(const std::string& path)
{
    static LastSummary cache; // of one file, under a lock: nothing that anybody could see changing
    return cache.of(path);
}

} // namespace ipclab
