#include "engine/measure/control_page.h"

namespace ipclab {

UniqueFd createControlPage(unsigned streams)
{
    return createMemoryFile("ipclab control", controlPageSize(streams));
}

} // namespace ipclab
