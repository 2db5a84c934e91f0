#pragma once

#include <cstddef>
#include <string>

namespace ipclab {

// What bounds shared memory on this host, asked anew each time; 0 where it cannot be asked.

inline constexpr const char* posixMemoryDirectory = "/dev/shm";

/// Bytes of a huge page, how many of them there are, and how many nobody uses.
std::size_t hugePageSize();
std::size_t allHugePages();
std::size_t freeHugePages();

/// Bytes of one System V segment (kernel.shmmax) and of all together (kernel.shmall).
std::size_t largestSegment();
std::size_t allSegments();
/// How many segments there may be (kernel.shmmni), and how many there are.
std::size_t mostSegments();
std::size_t segmentsInUse();

/// Bytes that this user may still write to the file system of `path`.
std::size_t freeSpaceIn(const std::string& path);
/// Bytes of the largest file that this process may make (RLIMIT_FSIZE).
std::size_t largestFile();

} // namespace ipclab
