#pragma once

#include "engine/base/unique_fd.h"
#include "engine/mechanisms/mechanism.h"

#include <vector>

namespace ipclab {

/// A channel that is two connected descriptors, of which each worker inherits the one of its end.
class EndsChannel final : public Channel {
public:
    struct Parts {
        UniqueFd sender;
        UniqueFd receiver;
        Capacity capacity;
        std::vector<EffectiveSetting> settings;
        std::vector<KernelObject> objects;
    };
    explicit EndsChannel(Parts parts) : m_parts(std::move(parts)) {}

    Invitation invite(Seat seat) override;
    void workersStarted() override;
    std::vector<EffectiveSetting> effective() const override { return m_parts.settings; }
    std::optional<Capacity> capacity() const override { return m_parts.capacity; }
    std::vector<KernelObject> objects() const override { return m_parts.objects; }

private:
    Parts m_parts;
};

} // namespace ipclab
