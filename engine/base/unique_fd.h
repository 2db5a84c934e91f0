#pragma once

#include <unistd.h>

#include <utility>

namespace ipclab {

/// Owns one open file descriptor and closes it. Move-only; -1 means none.
class UniqueFd final {
public:
    UniqueFd() = default;
    explicit UniqueFd(int descriptor) : m_descriptor(descriptor) {}
    UniqueFd(UniqueFd&& other) noexcept : m_descriptor(other.release()) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept
    {
        reset(other.release());
        return *this;
    }
    ~UniqueFd() { reset(); }

    int get() const { return m_descriptor; }
    explicit operator bool() const { return m_descriptor >= 0; }

    /// Gives the descriptor up without closing it.
    int release() { return std::exchange(m_descriptor, -1); }

    void reset(int descriptor = -1)
    {
        const int previous = std::exchange(m_descriptor, descriptor);
        if (previous >= 0)
            ::close(previous);
    }

private:
    int m_descriptor = -1;
};

} // namespace ipclab
