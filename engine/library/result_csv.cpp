#include "engine/library/result_csv.h"

#include "engine/library/atomic_file.h"
#include "engine/library/block_table.h"
#include "engine/library/detail_tables.h"
#include "engine/library/run_tables.h"
#include "engine/library/trace_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>

namespace ipclab {

namespace {

constexpr std::size_t longestSlug = 40;

struct TableFile {
    std::string_view name;
    CsvTable (*table)(const RunResult&);
};

std::vector<TableFile> tablesOf(const RunResult& result)
{
    std::vector<TableFile> tables{
        {"summary.csv", [](const RunResult& run) { return summaryTable({&run}); }},
        {"series.csv", seriesTable},
        {"workers.csv", workersTable},
        {"latency.csv", latencyTable},
        {"blocks.csv", blockTable},
        {"events.csv", eventsTable},
        {"faults.csv", faultsTable},
        {"deadlocks.csv", deadlocksTable},
        {"objects.csv", objectsTable},
        {"reads.csv", readsTable},
    };
    if (result.saturation)
        tables.push_back(
            {"saturation.csv", [](const RunResult& run) { return saturationStepsTable(*run.saturation); }});
    if (result.trace)
        tables.push_back({"trace.csv", [](const RunResult& run) { return traceTable(*run.trace); }});
    if (!result.classes.empty()) {
        tables.push_back({"classes.csv", classesTable});
        tables.push_back({"deliveries.csv", deliveriesTable});
    }
    return tables;
}

constexpr std::string_view traceJson = "trace.json";

std::vector<std::string> csvFilesOf(const RunResult& result, const std::string& prefix)
{
    std::vector<std::string> names;
    for (const TableFile& file : tablesOf(result))
        names.push_back(fmt::format("{}{}", prefix, file.name));
    if (result.trace)
        names.push_back(fmt::format("{}{}", prefix, traceJson));
    return names;
}

void write(const CsvTable& table, const std::string& directory, std::string_view name)
{
    writeFileAtomically(fmt::format("{}/{}", directory, name), table.text());
}

/// Lower-case letters and digits, words joined by hyphens: what needs no quoting in a shell.
std::string slug(std::string_view title)
{
    std::string text;
    for (const char character : title) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte < 0x80 && std::isalnum(byte) != 0)
            text += static_cast<char>(std::tolower(byte));
        else if (!text.empty() && text.back() != '-')
            text += '-';
    }
    text.resize(std::min(text.size(), longestSlug));
    while (text.ends_with('-'))
        text.pop_back();
    return text;
}

} // namespace

void writeCsv(const RunResult& result, const std::string& directory)
{
    requireWritableDirectory(directory);
    for (const TableFile& file : tablesOf(result))
        write(file.table(result), directory, file.name);
    if (result.trace)
        writeTraceJson(result, fmt::format("{}/{}", directory, traceJson));
}

void writeCsv(const std::vector<RunResult>& results, const std::string& directory)
{
    if (results.size() == 1)
        return writeCsv(results.front(), directory);
    requireWritableDirectory(directory);
    std::vector<const RunResult*> all;
    for (const RunResult& result : results)
        all.push_back(&result);
    write(summaryTable(all), directory, "summary.csv");
    for (std::size_t index = 0; index < results.size(); ++index)
        writeCsv(results[index], fmt::format("{}/{}", directory, csvDirectoryName(results[index], index)));
}

std::vector<std::string> csvFiles(const std::vector<RunResult>& results)
{
    if (results.size() == 1)
        return csvFilesOf(results.front(), "");
    std::vector<std::string> names{"summary.csv"};
    for (std::size_t index = 0; index < results.size(); ++index)
        std::ranges::move(csvFilesOf(results[index], csvDirectoryName(results[index], index) + "/"),
                          std::back_inserter(names));
    return names;
}

std::string csvDirectoryName(const RunResult& result, std::size_t index)
{
    const std::string name = slug(result.experiment.title);
    return name.empty() ? std::to_string(index + 1) : fmt::format("{}-{}", index + 1, name);
}

} // namespace ipclab
