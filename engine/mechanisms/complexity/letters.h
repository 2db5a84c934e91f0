#pragma once

#include <cctype>

namespace ipclab {

/// Of a name or a number.
inline bool isWord(char letter)
{
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

inline bool isSpace(char letter)
{
    return std::isspace(static_cast<unsigned char>(letter)) != 0;
}

} // namespace ipclab
