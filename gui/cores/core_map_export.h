#pragma once

#include "engine/run/core_map.h"

#include <QString>

#include <optional>

namespace ipclab {

/// Writes a core map as a picture or a table, as the end of the file's name says: .png, .svg or .csv. The
/// file appears complete or not at all. A sentence for the user if it could not be written.
std::optional<QString> exportCoreMap(const CoreMap& map, const QString& path);

} // namespace ipclab
