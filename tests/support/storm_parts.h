#pragma once

#include "engine/base/clock.h"
#include "engine/base/named_object.h"
#include "engine/mechanisms/catalog.h"
#include "tests/support/storm.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace ipclab {

// What the storms have in common.

std::vector<std::string> journalsIn(const std::string& directory);
/// What the journals list: "+ posix-queue /ipclab-812-1".
std::vector<NamedObject> listedIn(const std::vector<std::string>& journals);
/// Those that are still there. They are removed, so that the next kill begins with nothing.
void noteRemaining(StormResult& result, const std::vector<NamedObject>& objects, const std::string& when);

/// Those that this host offers; one with locks to choose from several times.
std::vector<const Mechanism*> offeredMechanisms();

class Chance final {
public:
    explicit Chance(std::uint64_t seed) : m_random(seed) {}
    std::uint64_t below(std::uint64_t bound) { return m_random() % bound; }
    Nanoseconds upTo(Nanoseconds most)
    {
        return Nanoseconds(static_cast<Nanoseconds::rep>(below(static_cast<std::uint64_t>(most.count()))));
    }

private:
    std::mt19937_64 m_random;
};

} // namespace ipclab
