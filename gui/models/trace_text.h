#pragma once

#include "engine/measure/trace_index.h"

#include <QString>

namespace ipclab {

/// What one event of a trace says: "sender sent message 1 234 in 1.20 µs, at 0.512345 s; the receiver had
/// it 8.40 µs later."
QString sentenceOf(const TraceIndex& index, const TraceSpot& spot);

/// The same of the whole way of its message: "Message 1 234: sender → relay after 8.40 µs → receiver
/// after 31.0 µs."
QString waySentence(const TraceIndex& index, const TraceSpot& transfer);

/// "0.512 345 s": of a moment, to the microsecond; to the nanosecond where the view is that narrow.
QString momentText(double seconds, int decimals);

} // namespace ipclab
