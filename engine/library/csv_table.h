#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ipclab {

/// The text of one CSV file by RFC 4180: a header line, then records of as many cells, each line ended by CR
/// LF. Cells that hold a comma, a quotation mark or a line break are quoted. Numbers have a decimal point
/// whatever the locale; a number that is not finite is an empty cell.
class CsvTable final {
public:
    /// The columns' names, with their units in parentheses: "time (s)".
    explicit CsvTable(const std::vector<std::string>& header);

    /// Appends a cell to the record that is being written; the last column ends it.
    void add(std::string_view text);
    void add(double number);
    void add(std::integral auto number) { addRaw(std::to_string(number)); }
    /// "yes" or "no".
    template <std::integral Answer>
    requires std::same_as<Answer, bool>
    void add(Answer answer) { addRaw(answer ? "yes" : "no"); }
    /// In nanoseconds.
    void add(std::chrono::nanoseconds duration) { add(duration.count()); }
    /// Empty where there is nothing.
    template <typename Value>
    void add(const std::optional<Value>& value)
    {
        if (value)
            add(*value);
        else
            addRaw({});
    }

    const std::string& text() const { return m_text; }

private:
    void addRaw(std::string_view cell);

    std::size_t m_columns;
    std::size_t m_column = 0;
    std::string m_text;
};

} // namespace ipclab
