#include "engine/cli/text_layout.h"

#include <algorithm>

namespace ipclab {

std::string paragraph(std::string_view text, std::size_t indent)
{
    constexpr std::size_t columns = 80;
    std::string lines;
    std::string line(indent, ' ');
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        const bool isFirst = line.size() == indent;
        if (!isFirst && line.size() + 1 + word.size() > columns) {
            lines += line + '\n';
            line.assign(indent, ' ');
        } else if (!isFirst) {
            line += ' ';
        }
        line += word;
    }
    return lines + line + '\n';
}

} // namespace ipclab
