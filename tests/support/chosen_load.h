#pragma once

#include "engine/profiles/load_profile.h"

#include <QString>

#include <map>
#include <memory>

namespace ipclab {

/// Texts by option id.
using Settings = std::map<QString, QString>;

/// One profile with its options, complete.
struct Load {
    const LoadProfile* profile = nullptr;
    Options options;

    std::unique_ptr<Schedule> schedule(std::uint64_t seed = 1, unsigned sender = 0,
                                       unsigned senders = 1) const
    {
        return profile->schedule({.options = options, .seed = seed, .sender = sender, .senders = senders});
    }
};

inline Options chosen(const Settings& settings)
{
    Options options;
    for (const auto& [id, text] : settings)
        options.set(id.toStdString(), text.toStdString());
    return options;
}

/// With the defaults of what is not set.
inline Load loadOf(const QString& id, const Settings& settings)
{
    const LoadProfile* profile = findLoadProfile(id.toStdString());
    return {profile, withDefaults(profile->info().options, chosen(settings))};
}

} // namespace ipclab
