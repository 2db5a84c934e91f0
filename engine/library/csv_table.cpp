#include "engine/library/csv_table.h"

#include <fmt/format.h>

#include <cmath>

namespace ipclab {

CsvTable::CsvTable(const std::vector<std::string>& header) : m_columns(header.size())
{
    for (const std::string& name : header)
        add(name);
}

void CsvTable::add(std::string_view text)
{
    if (text.find_first_of(",\"\r\n") == std::string_view::npos)
        return addRaw(text);
    std::string quoted = "\"";
    for (const char character : text) {
        if (character == '"')
            quoted += '"';
        quoted += character;
    }
    addRaw(quoted + '"');
}

void CsvTable::add(double number)
{
    addRaw(std::isfinite(number) ? fmt::format("{}", number) : std::string());
}

void CsvTable::addRaw(std::string_view cell)
{
    m_text += cell;
    const bool endsRecord = ++m_column == m_columns;
    m_text += endsRecord ? "\r\n" : ",";
    if (endsRecord)
        m_column = 0;
}

} // namespace ipclab
