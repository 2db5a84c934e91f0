#include "engine/base/mapping.h"

#include "engine/base/failure.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <array>
#include <cerrno>
#include <utility>

namespace ipclab {

namespace {

constexpr std::size_t pageSize = 4096;

} // namespace

Mapping::Mapping(int descriptor, std::size_t length, Access access) : m_size(length)
{
    const int protection = access == Access::ReadOnly ? PROT_READ : PROT_READ | PROT_WRITE;
    void* address = ::mmap(nullptr, length, protection, MAP_SHARED, descriptor, 0);
    if (address == MAP_FAILED)
        throwSystemError("mmap");
    m_data = static_cast<std::byte*>(address);
}

Mapping::Mapping(Mapping&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0))
{
}

Mapping& Mapping::operator=(Mapping&& other) noexcept
{
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

Mapping::~Mapping()
{
    if (m_data != nullptr)
        ::munmap(m_data, m_size);
}

void faultIn(std::span<std::byte> memory)
{
    if (::madvise(memory.data(), memory.size(), MADV_POPULATE_WRITE) == 0)
        return;
    if (errno !=
        EINVAL) // the kernel knows the advice but cannot follow it: touching by hand would end in SIGBUS
        throwSystemError("madvise(MADV_POPULATE_WRITE)");
    for (std::size_t offset = 0; offset < memory.size(); offset += pageSize) {
        volatile std::byte& first = memory[offset];
        first = first;
    }
}

UniqueFd createMemoryFile(const char* name, std::size_t size, PageSort pages)
{
    const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING | (pages == PageSort::Huge ? MFD_HUGETLB : 0);
    UniqueFd file(check(::memfd_create(name, flags), "memfd_create"));
    check(::ftruncate(file.get(), static_cast<off_t>(size)), "ftruncate");
    check(::fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), "F_ADD_SEALS");
    return file;
}

UniqueFd createSealedText(const char* name, std::span<const std::byte> content)
{
    UniqueFd file(check(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING), "memfd_create"));
    std::span<const std::byte> rest = content;
    while (!rest.empty())
        rest = rest.subspan(
            static_cast<std::size_t>(check(::write(file.get(), rest.data(), rest.size()), "write")));
    check(::lseek(file.get(), 0, SEEK_SET), "lseek");
    check(::fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL),
          "F_ADD_SEALS");
    return file;
}

std::string readSmallFile(const char* path)
{
    const UniqueFd file(::open(path, O_RDONLY | O_CLOEXEC));
    std::string content;
    std::array<char, 4096> buffer;
    while (file) {
        const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
        if (got <= 0)
            break;
        content.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return content;
}

} // namespace ipclab
