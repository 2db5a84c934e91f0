#pragma once

#include "engine/library/csv_table.h"

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace ipclab {

/// The columns of a table in which each record is a Record: said once, their names beside what stands in
/// them.
template <typename Record>
class CsvColumns final {
public:
    /// `figure` is a member of the record, or a function of it that returns what CsvTable::add() takes.
    template <typename Figure>
    CsvColumns& add(std::string name, Figure figure)
    {
        m_names.push_back(std::move(name));
        m_fills.push_back(
            [figure](CsvTable& table, const Record& record) { table.add(std::invoke(figure, record)); });
        return *this;
    }

    /// The columns of a part of the record: of a member, or of what a function of it returns.
    template <typename Which, typename Part>
    CsvColumns& addPart(Which which, CsvColumns<Part> columns)
    {
        m_names.insert(m_names.end(), columns.names().begin(), columns.names().end());
        m_fills.push_back([which, columns = std::move(columns)](CsvTable& table, const Record& record) {
            columns.fill(table, std::invoke(which, record));
        });
        return *this;
    }

    const std::vector<std::string>& names() const { return m_names; }

    void fill(CsvTable& table, const Record& record) const
    {
        for (const auto& fill : m_fills)
            fill(table, record);
    }

    CsvTable tableOf(const std::vector<Record>& records) const
    {
        CsvTable table(m_names);
        for (const Record& record : records)
            fill(table, record);
        return table;
    }

private:
    std::vector<std::string> m_names;
    std::vector<std::function<void(CsvTable&, const Record&)>> m_fills;
};

/// Of a duration, in seconds.
template <typename Figure>
auto inSeconds(Figure figure)
{
    return [figure](const auto& record) {
        return std::chrono::duration<double>(std::invoke(figure, record)).count();
    };
}

} // namespace ipclab
