#include "engine/library/result_csv.h"

#include "engine/library/atomic_file.h"
#include "engine/library/block_table.h"
#include "engine/library/detail_tables.h"
#include "engine/library/run_tables.h"
#include "engine/library/trace_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace ipclab {

namespace {

constexpr std::size_t longestSlug = 40;

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
    write(summaryTable({&result}), directory, "summary.csv");
    write(seriesTable(result), directory, "series.csv");
    write(workersTable(result), directory, "workers.csv");
    write(latencyTable(result), directory, "latency.csv");
    write(blockTable(result), directory, "blocks.csv");
    write(eventsTable(result), directory, "events.csv");
    write(faultsTable(result), directory, "faults.csv");
    write(deadlocksTable(result), directory, "deadlocks.csv");
    write(objectsTable(result), directory, "objects.csv");
    write(readsTable(result), directory, "reads.csv");
    if (result.saturation)
        write(saturationStepsTable(*result.saturation), directory, "saturation.csv");
    if (result.trace) {
        write(traceTable(*result.trace), directory, "trace.csv");
        writeTraceJson(result, fmt::format("{}/trace.json", directory));
    }
    if (result.classes.empty())
        return;
    write(classesTable(result), directory, "classes.csv");
    write(deliveriesTable(result), directory, "deliveries.csv");
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

std::string csvDirectoryName(const RunResult& result, std::size_t index)
{
    const std::string name = slug(result.experiment.title);
    return name.empty() ? std::to_string(index + 1) : fmt::format("{}-{}", index + 1, name);
}

} // namespace ipclab
