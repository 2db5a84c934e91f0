#include "tests/bench/loops/ring_link.h"

namespace ipclab {

namespace {

struct MemoryFile {
    static Mapping make(std::size_t bytes)
    {
        return {createMemoryFile("ipclab-loop", bytes).get(), bytes, Access::ReadWrite};
    }
};

} // namespace

double ringHandLoop(const LoopRequest& request)
{
    return measureLoop<RingLink<MemoryFile>>(request);
}

} // namespace ipclab
