#include "engine/base/data_directory.h"

#include <filesystem>
#include <system_error>

namespace ipclab {

std::string dataDirectory(std::string_view kind)
{
    std::error_code error;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (!error) {
        const std::filesystem::path installed = program.parent_path() / IPCLAB_INSTALLED_DATA_DIR / kind;
        if (std::filesystem::is_directory(installed, error))
            return installed.lexically_normal().string();
    }
    return (std::filesystem::path(IPCLAB_SOURCE_DATA_DIR) / kind).string();
}

} // namespace ipclab
