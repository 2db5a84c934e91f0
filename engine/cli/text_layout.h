#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ipclab {

/// `text` in lines of at most 80 columns, each after `indent` spaces and ended by a line break. Words are not
/// cut.
std::string paragraph(std::string_view text, std::size_t indent);

} // namespace ipclab
