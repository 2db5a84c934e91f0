#pragma once

#include "engine/base/unique_fd.h"

#include <cstddef>
#include <span>
#include <string>

namespace ipclab {

enum class Access { ReadOnly, ReadWrite };
enum class PageSort { Ordinary, Huge }; ///< of the machine's size, or MAP_HUGETLB's

/// Touches every page now (MADV_POPULATE_WRITE, by hand where the kernel lacks it), so that no first touch
/// costs a page fault later. The memory must be writable; its contents stay. Throws std::system_error.
void faultIn(std::span<std::byte> memory);

/// Owns one shared mapping (mmap(2), MAP_SHARED) and unmaps it. Move-only; the descriptor may be closed once
/// mapped.
class Mapping final {
public:
    Mapping() = default;
    /// Throws std::system_error. `length` in bytes, > 0.
    Mapping(int descriptor, std::size_t length, Access access);
    Mapping(Mapping&& other) noexcept;
    Mapping& operator=(Mapping&& other) noexcept;
    ~Mapping();

    std::byte* data() const { return m_data; }
    std::size_t size() const { return m_size; }
    std::span<std::byte> bytes() const { return {m_data, m_size}; }
    explicit operator bool() const { return m_data != nullptr; }

    /// The object at the start of the mapping. The caller knows that one is there.
    template <typename Type>
    Type* as() const
    {
        return reinterpret_cast<Type*>(m_data);
    }

    void faultIn() const { ipclab::faultIn(bytes()); }

private:
    std::byte* m_data = nullptr;
    std::size_t m_size = 0;
};

/// A new anonymous memory file (memfd_create(2)) of a fixed size, filled with zeros. It can neither grow nor
/// shrink (F_SEAL_GROW | F_SEAL_SHRINK), so whoever maps it never meets SIGBUS. `name` shows in
/// /proc/PID/maps. A size for huge pages is a multiple of theirs. Throws std::system_error.
UniqueFd createMemoryFile(const char* name, std::size_t size, PageSort pages = PageSort::Ordinary);

/// A new anonymous memory file that holds `content`, sealed against every change. Throws std::system_error.
UniqueFd createSealedText(const char* name, std::span<const std::byte> content);

/// Reads a whole small file, for instance one under /proc; empty if it cannot be read.
std::string readSmallFile(const char* path);

} // namespace ipclab
