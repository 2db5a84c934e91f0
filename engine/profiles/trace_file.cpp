#include "engine/profiles/trace_file.h"

#include "engine/base/data_directory.h"
#include "engine/base/failure.h"
#include "engine/base/wording.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

namespace ipclab {

namespace {

constexpr std::size_t bufferSize = 64 << 10;
constexpr double mostSeconds = 24 * 3600;
constexpr double mostSize = 1 << 30;

std::string undertaking(const std::string& path)
{
    return fmt::format("read the trace \"{}\"", path);
}

UniqueFd openTrace(const std::string& path)
{
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)); // a FIFO would wait for a writer
    if (!file)
        throw FailureError({.tried = undertaking(path), .error = errno, .reason = errorMeaning(errno)});
    struct stat status {};
    check(::fstat(file.get(), &status), "fstat");
    if (!S_ISREG(status.st_mode))
        throw FailureError(
            {.tried = undertaking(path),
             .reason = S_ISDIR(status.st_mode) ? "it is a directory" : "it is no regular file"});
    return file;
}

std::string_view field(std::string_view line, std::size_t column)
{
    for (; column > 0; --column) {
        const std::size_t comma = line.find(',');
        if (comma == std::string_view::npos)
            return {};
        line.remove_prefix(comma + 1);
    }
    line = line.substr(0, line.find(','));
    while (!line.empty() && line.front() == ' ')
        line.remove_prefix(1);
    while (!line.empty() && line.back() == ' ')
        line.remove_suffix(1);
    return line;
}

std::optional<std::size_t> columnNamed(std::string_view header, std::initializer_list<std::string_view> names)
{
    const auto count = static_cast<std::size_t>(std::ranges::count(header, ',')) + 1;
    for (std::size_t column = 0; column < count; ++column)
        if (std::ranges::find(names, field(header, column)) != names.end())
            return column;
    return std::nullopt;
}

std::optional<double> numberIn(std::string_view text)
{
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isWhole = error == std::errc{} && end == text.data() + text.size() && std::isfinite(number);
    return isWhole ? std::optional(number) : std::nullopt;
}

Nanoseconds toNanoseconds(double seconds)
{
    return Nanoseconds(std::llround(seconds * 1e9));
}

} // namespace

TraceReader::TraceReader(const std::string& path) : m_path(path), m_file(openTrace(path))
{
    m_buffer.reserve(2 * bufferSize);
    const std::optional<std::string_view> first = nextLine();
    if (!first)
        refuse("it is empty");
    if (numberIn(field(*first, 0))) { // no header: the line is a message
        m_columns.size =
            first->find(',') == std::string_view::npos ? std::nullopt : std::optional<std::size_t>(1);
        m_begin = 0;
        m_line = 0;
        return;
    }
    const std::optional<Columns> columns = columnsOf(*first);
    if (!columns)
        refuse(fmt::format(
            "its first line is neither a message like \"0.25,64\" nor a header with a column \"time "
            "(s)\": {}",
            quoted(*first)));
    m_columns = *columns;
}

std::optional<TraceReader::Columns> TraceReader::columnsOf(std::string_view header)
{
    const std::optional<std::size_t> time = columnNamed(header, {"time (s)", "time"});
    if (!time)
        return std::nullopt;
    Columns columns{.time = *time,
                    .size = columnNamed(header, {"size (B)", "size"}),
                    .interval = columnNamed(header, {"interval (s)"}),
                    .rate = columnNamed(header, {"sent (messages/s)"})};
    if (!columns.rate || !columns.interval)
        columns.rate = columns.interval = std::nullopt;
    return columns;
}

bool TraceReader::readMore()
{
    m_buffer.erase(0, m_begin);
    m_begin = 0;
    if (m_buffer.size() >= bufferSize)
        refuse(fmt::format("line {} is longer than {} bytes", m_line + 1, bufferSize));
    const std::size_t filled = m_buffer.size();
    m_buffer.resize(filled + bufferSize);
    const ssize_t got = ::read(m_file.get(), m_buffer.data() + filled, bufferSize);
    m_buffer.resize(filled + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    check(got, "read");
    return got > 0;
}

std::optional<std::string_view> TraceReader::nextLine()
{
    std::size_t end = m_buffer.find('\n', m_begin);
    while (end == std::string::npos && readMore())
        end = m_buffer.find('\n', m_begin);
    if (end == std::string::npos && m_begin == m_buffer.size())
        return std::nullopt;
    std::string_view line = std::string_view(m_buffer).substr(m_begin, end - m_begin);
    m_begin = end == std::string::npos ? m_buffer.size() : end + 1;
    ++m_line;
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

std::optional<TraceMessage> TraceReader::next()
{
    while (m_left == 0) {
        const std::optional<std::string_view> line = nextLine();
        if (!line)
            return std::nullopt;
        if (line->empty())
            continue;
        if (!m_columns.rate)
            return messageOf(*line);
        beginInterval(*line);
    }
    --m_left;
    return TraceMessage{std::exchange(m_due, m_due + m_step), 0};
}

std::optional<TraceMessage> TraceReader::messageOf(std::string_view line)
{
    TraceMessage message{.due = toNanoseconds(fieldOf(line, m_columns.time))};
    requireOrder(message.due);
    if (!m_columns.size)
        return message;
    const double size = fieldOf(line, *m_columns.size);
    if (size < 1 || size > mostSize || size != std::floor(size))
        refuse(fmt::format("line {} has a size of {}; it must be a whole number of bytes from 1 to 1 GiB",
                           m_line, quoted(field(line, *m_columns.size))));
    message.size = static_cast<std::uint32_t>(size);
    return message;
}

void TraceReader::beginInterval(std::string_view line)
{
    const double end = fieldOf(line, m_columns.time);
    const double length = fieldOf(line, *m_columns.interval);
    const double messages = fieldOf(line, *m_columns.rate) * length + m_owed;
    requireOrder(toNanoseconds(end));
    m_left = static_cast<std::uint64_t>(messages);
    m_owed = messages - static_cast<double>(m_left);
    m_due = toNanoseconds(std::max(0.0, end - length));
    m_step = toNanoseconds(length / static_cast<double>(std::max<std::uint64_t>(m_left, 1)));
}

double TraceReader::fieldOf(std::string_view line, std::size_t column) const
{
    const std::string_view text = field(line, column);
    const std::optional<double> number = numberIn(text);
    if (!number)
        refuse(fmt::format("line {} has {} where a number is needed", m_line, quoted(text)));
    if (*number < 0)
        refuse(fmt::format("line {} has {}, which is negative", m_line, quoted(text)));
    if (column == m_columns.time && *number > mostSeconds)
        refuse(fmt::format("line {} has a time of {} s; a trace may be 24 h long", m_line, quoted(text)));
    return *number;
}

void TraceReader::requireOrder(Nanoseconds due)
{
    if (due < m_latest)
        refuse(fmt::format("line {} is earlier than the line before it; sort the trace by time", m_line));
    m_latest = due;
}

void TraceReader::refuse(const std::string& reason) const
{
    throw FailureError({.tried = undertaking(m_path), .reason = reason});
}

std::string pathOfTrace(const std::string& name)
{
    std::error_code error;
    if (std::filesystem::path(name).is_absolute() || std::filesystem::exists(name, error))
        return name;
    const std::string shipped = dataDirectory("traces") + "/" + name;
    return std::filesystem::exists(shipped, error) ? shipped : name;
}

} // namespace ipclab
