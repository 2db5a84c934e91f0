#pragma once

#include "engine/run/run_result.h"

#include <string>
#include <vector>

namespace ipclab {

/// One run as a JSON object, schema "ipclab.run/1", ended by a line break. ipclab-run(5) says more of each
/// member. In this order:
/// - schema: "ipclab.run/1". Under this name members may be added, never renamed or removed.
/// - started_at: ISO 8601, UTC.
/// - experiment: the keys of an experiment file, nested, with its texts; counts are numbers. Complete.
/// - host: name, kernel, processor, cores, governor, virtualisation, mitigations, clock_source, load,
///   memory_bytes, program, limits {id: text}.
/// - effective: [{id, label, requested, effective}].
/// - capacity: {amount, unit "bytes" or "messages", overhead_per_message in bytes}, or null.
/// - objects: [{kind, name, inode, owner, mode as "0600" or null, addresses: [{worker, address as
/// "0x7f…"}]}].
/// - summary: outcome, seconds, messages_sent, messages_received, messages_queued, bytes_received,
///   messages_per_second, bytes_per_second, latency_every, response_ns, service_ns, lateness_ns, integrity
///   {lost, repeated, reordered, corrupt, truncated, torn_records, lost_updates, stale_reads,
///   interleaved_records, foreign_pieces}, time_to_meet_ns, cost_per_message {copies, system_calls, user_ns, system_ns,
///   context_switches}.
/// - workers: [{role, pid, exit, sent, received, joined_after_ns, wall_ns, time_ns, blocks_ns {sending,
///   receiving: a latency with its histogram}, would_block, system_calls,
///   partial_transfers, user_ns, system_ns, voluntary_switches, involuntary_switches, busy_waiting, errors
///   {errno name: count}, standard_error}].
/// - series: [{at_ns, length_ns, warm_up, offered, sent, received, arrived, bytes_received, response_ns,
///   service_ns, blocks_ns {sending, receiving, open_sending, open_receiving},
///   fill_messages, fill_bytes, torn_records, lost_updates, stale_reads, interleaved_records,
///   foreign_pieces, workers: [{sent, received,
///   would_block, time_ns, cpu_ns, busy_waiting}]}].
/// - histograms: {response_ns, service_ns, read_bytes}: [[lower, upper, count]], only filled buckets; lower
/// is
///   inclusive. read_bytes is how many bytes each read brought, where nothing marks a message in the stream.
/// - events: [{at_ns, kind, worker, text}].
/// - saturation: null, or {sentence, percentile "p99", limit_ns, complete, kept, failed, steps:
/// [{asked_per_second,
///   reached_per_second, messages, response_ns, verdict "kept", "too_slow" or "not_reached"}]}; kept and
///   failed are such a step, or null.
/// - checks: [{id, holds, sentence}].
/// - trace: {keep, room, workers: [{role, recorded, kept, event_cost_ns}]}, or null. The events are in trace.csv
///   and trace.json (trace_export.h).
///
/// A latency is {count, min, p50, p90, p99, p99_9, max, mean}, nanoseconds, all 0 when count is 0; of the
/// round trip where the exchange is one. time_ns is {running, ready, blocked_sending, blocked_receiving,
/// pacing, sleeping, stopped}. at_ns counts from the start of the load and is negative before it. Numbers are finite; text is
/// UTF-8.
std::string toJson(const RunResult& result);

/// A list of the above, in the order of the runs.
std::string toJson(const std::vector<RunResult>& results);

} // namespace ipclab
