#include "engine/experiment/experiment.h"

#include "engine/mechanisms/catalog.h"
#include "engine/profiles/load_profile.h"

namespace ipclab {

std::string_view word(Exchange exchange)
{
    switch (exchange) {
    case Exchange::OneWay:
        return "one-way";
    case Exchange::RoundTrip:
        return "round-trip";
    }
    return {};
}

std::string_view word(Integrity integrity)
{
    switch (integrity) {
    case Integrity::Off:
        return "off";
    case Integrity::Sequence:
        return "sequence";
    case Integrity::Full:
        return "full";
    }
    return {};
}

std::string_view word(CorePlacement placement)
{
    switch (placement) {
    case CorePlacement::Any:
        return "any";
    case CorePlacement::Same:
        return "same";
    case CorePlacement::Different:
        return "different";
    }
    return {};
}

std::string_view word(ShapeKind kind)
{
    switch (kind) {
    case ShapeKind::Pair:
        return "pair";
    }
    return {};
}

std::string_view word(Pacing pacing)
{
    switch (pacing) {
    case Pacing::Precise:
        return "precise";
    case Pacing::Economy:
        return "economy";
    }
    return {};
}

Experiment completed(Experiment experiment)
{
    if (const Mechanism* mechanism = findMechanism(experiment.mechanism))
        experiment.mechanismOptions = withDefaults(mechanism->info().options, experiment.mechanismOptions);
    if (const LoadProfile* profile = findLoadProfile(experiment.load.profile))
        experiment.load.options = withDefaults(profile->info().options, experiment.load.options);
    return experiment;
}

} // namespace ipclab
