#pragma once

#include <string>
#include <string_view>

namespace ipclab {

/// Where the files of one kind ("presets", "traces") lie that come with the program: beside the installed
/// program, or in the source tree where the program was not installed. The directory need not exist.
std::string dataDirectory(std::string_view kind);

} // namespace ipclab
