#pragma once

#include "engine/base/clock.h"
#include "engine/base/unique_fd.h"
#include "engine/profiles/message_sizes.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

/// One message of a trace.
struct TraceMessage {
    Nanoseconds due{};      ///< since the beginning of the trace
    std::uint32_t size = 0; ///< bytes; 0 where the trace does not say
};

/// Reads a trace from front to end, however long it is, in a buffer of 64 KiB. Three forms of CSV are
/// understood: lines of "time" or "time,size" in seconds and bytes; the same under a header line that names
/// the columns "time (s)" and "size (B)"; and the series.csv of a recorded run, whose columns "time (s)",
/// "interval (s)" and "sent (messages/s)" say how many messages were sent in each interval: they are spread
/// evenly over it.
class TraceReader final {
public:
    /// Throws FailureError if the file cannot be read or its header lacks a column.
    explicit TraceReader(const std::string& path);

    /// Nothing at the end. Throws FailureError, naming the line, for what is no time or size, negative, or
    /// earlier than the line before it. Reads the file now and then: blocks for as long as the disk does.
    std::optional<TraceMessage> next();

private:
    /// Where what is needed stands in a line; nothing where there is no such column.
    struct Columns {
        std::size_t time = 0;
        std::optional<std::size_t> size;
        std::optional<std::size_t> interval;
        std::optional<std::size_t> rate;
    };

    std::optional<std::string_view> nextLine();
    bool readMore();
    static std::optional<Columns> columnsOf(std::string_view header);
    std::optional<TraceMessage> messageOf(std::string_view line);
    void beginInterval(std::string_view line);
    double fieldOf(std::string_view line, std::size_t column) const;
    void requireOrder(Nanoseconds due);
    [[noreturn]] void refuse(const std::string& reason) const;

    std::string m_path;
    UniqueFd m_file;
    std::string m_buffer;
    std::size_t m_begin = 0; ///< of what is not yet read, in the buffer
    std::uint64_t m_line = 0;
    Columns m_columns;
    Nanoseconds m_latest{};
    // Of the interval whose messages are being handed out.
    std::uint64_t m_left = 0;
    Nanoseconds m_due{};
    Nanoseconds m_step{};
    double m_owed = 0; ///< what rounding to whole messages left over
};

/// What there is to know of a trace before it is replayed. A value.
struct TraceSummary {
    std::uint64_t messages = 0;
    Nanoseconds last{};             ///< when the last one is due
    std::optional<SizeRange> sizes; ///< nothing if it does not say any
    std::vector<Nanoseconds> marks; ///< when every `stride`-th is due, from the first on
    std::uint64_t stride = 1;

    /// From the beginning of one round to that of the next: the mean gap follows the last message.
    Nanoseconds period() const;
    /// Messages due before `time` in one round; between two marks in a straight line.
    double dueBefore(Nanoseconds time) const;
};

/// Reads the whole file once; a file that has not changed since is not read again. Throws FailureError as
/// TraceReader does, and for a trace without messages. May be called by any thread.
std::shared_ptr<const TraceSummary> summaryOfTrace(const std::string& path);

/// A relative name that is not found in the working directory means a trace that comes with the program.
std::string pathOfTrace(const std::string& name);

} // namespace ipclab
