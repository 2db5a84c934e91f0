// The ring of slots in a file on disk, which has lost its name before anything is written to it.

#include "engine/base/named_object.h"
#include "tests/bench/loops/ring_link.h"

#include <fcntl.h>

namespace ipclab {

namespace {

struct FileOnDisk {
    static Mapping make(std::size_t bytes)
    {
        const std::string directory(diskDirectory);
        const UniqueFd file(check(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600), "open"));
        if (const int error = ::posix_fallocate(file.get(), 0, static_cast<off_t>(bytes)); error != 0)
            throwSystemError(error, "posix_fallocate");
        return {file.get(), bytes, Access::ReadWrite};
    }
};

} // namespace

double mappedFileHandLoop(const LoopRequest& request)
{
    return measureLoop<RingLink<FileOnDisk>>(request);
}

} // namespace ipclab
