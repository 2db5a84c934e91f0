#pragma once

#include <string>
#include <string_view>

namespace ipclab {

/// Writes all of `content` to an open descriptor, however small the steps the kernel takes. Throws
/// std::system_error.
void writeAll(int descriptor, std::string_view content);

/// Makes `path` hold exactly `content`: written to a new file beside it, which then takes its name, so that a
/// reader sees the old content or the new one and never a part. What exists keeps its mode; a symbolic link
/// is followed. A device, FIFO or socket is written to as it stands, and a FIFO that nobody reads is refused,
/// not waited for. Throws FailureError that names `path`; then a file that was there before is unchanged and
/// nothing partial is left.
void writeFileAtomically(const std::string& path, std::string_view content);

/// Throws the FailureError that writeFileAtomically would meet before its first byte: no such directory, no
/// permission, a directory in its place. Changes nothing; for use before hours of work whose result goes
/// there.
void requireWritableFile(const std::string& path);

/// Makes the directory and its parents where they are missing. Throws FailureError that names `path` if that
/// fails, if a file stands in its place, or if no file can be made in it.
void requireWritableDirectory(const std::string& path);

} // namespace ipclab
