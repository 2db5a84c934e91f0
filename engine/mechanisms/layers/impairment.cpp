#include "engine/mechanisms/layers/impairment.h"

namespace ipclab {

Fate FateDraw::next()
{
    const auto falls = [this](double share) { return m_random.uniform() < share; }; // always drawn: see above
    Fate fate;
    fate.isDropped = falls(m_impairment.drop);
    fate.isRepeated = falls(m_impairment.repeat);
    fate.isDelayed = falls(m_impairment.delay);
    fate.isReordered = falls(m_impairment.reorder);
    if (fate.isDropped)
        return {.isDropped = true};
    return fate;
}

} // namespace ipclab
