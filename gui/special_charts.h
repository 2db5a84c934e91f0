#pragma once

#include "gui/chart_catalog.h"

namespace ipclab {

// Charts that only some runs have; chartsFor() says which.

// Where messages are of several classes.
ChartSpec responseTimeByClass(const ChartContext& context);
ChartSpec throughputByClass(const ChartContext& context);
/// Order of arrival beside order of delivery.
ChartSpec overtakingByClass(const ChartContext& context);

/// What two processes do to shared memory that nobody locks.
ChartSpec races();

/// What several writers do to each other in one byte stream that marks nothing.
ChartSpec interleaving();

} // namespace ipclab
