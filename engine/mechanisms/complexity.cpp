#include "engine/mechanisms/complexity.h"

#include <algorithm>
#include <cassert>

namespace ipclab {

unsigned Complexity::sharedLines() const
{
    unsigned lines = 0;
    for (auto file = files.begin() + 1; file != files.end(); ++file)
        lines += file->lines;
    return lines;
}

const Complexity& complexityOf(std::string_view id)
{
    const auto found = std::ranges::find(allComplexities(), id, &Complexity::id);
    assert(found != allComplexities().end());
    return *found;
}

} // namespace ipclab
