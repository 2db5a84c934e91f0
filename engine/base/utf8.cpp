#include "engine/base/utf8.h"

namespace ipclab {

namespace {

/// What the first byte announces, and between which limits the second must lie (RFC 3629, section 4).
struct Form {
    std::size_t length = 0;
    unsigned char leastSecond = 0x80;
    unsigned char mostSecond = 0xbf;
};

Form formOf(unsigned char first)
{
    if (first < 0x80)
        return {1};
    if (first >= 0xc2 && first <= 0xdf)
        return {2};
    if (first == 0xe0)
        return {3, 0xa0, 0xbf};
    if (first == 0xed)
        return {3, 0x80, 0x9f};
    if (first >= 0xe1 && first <= 0xef)
        return {3};
    if (first == 0xf0)
        return {4, 0x90, 0xbf};
    if (first == 0xf4)
        return {4, 0x80, 0x8f};
    if (first >= 0xf1 && first <= 0xf3)
        return {4};
    return {};
}

} // namespace

std::size_t utf8CharacterLength(std::string_view text)
{
    const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    const Form form = formOf(byte(0));
    if (form.length < 2)
        return form.length;
    if (text.size() < form.length || byte(1) < form.leastSecond || byte(1) > form.mostSecond)
        return 0;
    for (std::size_t i = 2; i < form.length; ++i)
        if (byte(i) < 0x80 || byte(i) > 0xbf)
            return 0;
    return form.length;
}

std::size_t firstByteThatIsNotUtf8(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8CharacterLength(text.substr(at));
        if (length == 0)
            return at;
        at += length;
    }
    return std::string_view::npos;
}

} // namespace ipclab
