#pragma once

#include <cstddef>
#include <string_view>

namespace ipclab {

/// Bytes of the UTF-8 character at the front of `text`, which is not empty; 0 if there is none that is whole
/// and valid (RFC 3629: no overlong forms, no surrogates).
std::size_t utf8CharacterLength(std::string_view text);

/// The offset of the first byte that is not UTF-8; npos if all are.
std::size_t firstByteThatIsNotUtf8(std::string_view text);

} // namespace ipclab
