#include "engine/measure/control_page.h"

namespace ipclab {

UniqueFd createControlPage()
{
    return createMemoryFile("ipclab control", sizeof(ControlPage));
}

} // namespace ipclab
