#include "engine/library/size_table.h"

#include "engine/library/csv_columns.h"

namespace ipclab {

namespace {

CsvColumns<MedianInterval> intervalColumns(const std::string& what, const std::string& unit)
{
    CsvColumns<MedianInterval> columns;
    columns.add(what + " median (" + unit + ")", &MedianInterval::median)
        .add(what + " low (" + unit + ")", &MedianInterval::low)
        .add(what + " high (" + unit + ")", &MedianInterval::high);
    return columns;
}

struct SizeRecord {
    std::string mechanism;
    std::uint64_t size = 0;
    MedianInterval messages;
    MedianInterval bytes;
    MedianInterval response; ///< zeros where nothing was stamped
};

std::vector<SizeRecord> recordsOf(const SpeedBySize& speeds)
{
    std::vector<SizeRecord> records;
    for (const std::string& mechanism : speeds.mechanisms()) {
        const auto bytes = speeds.curve(mechanism, SpeedFigure::Bytes);
        const auto responses = speeds.curve(mechanism, SpeedFigure::Response);
        for (const SpeedBySize::Point& point : speeds.curve(mechanism, SpeedFigure::Messages)) {
            SizeRecord& record = records.emplace_back();
            record.mechanism = mechanism;
            record.size = point.size;
            record.messages = point.speed;
            for (const SpeedBySize::Point& each : bytes)
                if (each.size == point.size)
                    record.bytes = each.speed;
            for (const SpeedBySize::Point& each : responses)
                if (each.size == point.size)
                    record.response = each.speed;
        }
    }
    return records;
}

} // namespace

std::string toCsv(const SpeedBySize& speeds)
{
    CsvColumns<SizeRecord> columns;
    columns.add("mechanism", &SizeRecord::mechanism)
        .add("message size (bytes)", &SizeRecord::size)
        .add("trials", [](const SizeRecord& record) { return record.messages.trials; })
        .add("confidence", [](const SizeRecord& record) { return record.messages.confidence; })
        .addPart(&SizeRecord::messages, intervalColumns("messages", "1/s"))
        .addPart(&SizeRecord::bytes, intervalColumns("bytes", "1/s"))
        .addPart(&SizeRecord::response, intervalColumns("response p50", "ns"));
    return columns.tableOf(recordsOf(speeds)).text();
}

} // namespace ipclab
