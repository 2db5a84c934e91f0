#include "engine/experiment/experiment.h"

#include "engine/base/quantity.h"
#include "engine/experiment/option_groups.h"
#include "engine/profiles/load_profile.h"

#include <fmt/format.h>

namespace ipclab {

std::string_view word(Exchange exchange)
{
    switch (exchange) {
    case Exchange::OneWay:
        return "one-way";
    case Exchange::RoundTrip:
        return "round-trip";
    case Exchange::FullDuplex:
        return "full-duplex";
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
    case CorePlacement::Listed:
        return "listed";
    }
    return {};
}

std::string_view word(SchedulingPolicy policy)
{
    switch (policy) {
    case SchedulingPolicy::Normal:
        return "normal";
    case SchedulingPolicy::Fifo:
        return "fifo";
    }
    return {};
}

std::string_view word(ShapeKind kind)
{
    switch (kind) {
    case ShapeKind::Pair:
        return "pair";
    case ShapeKind::FanIn:
        return "fan-in";
    case ShapeKind::FanOut:
        return "fan-out";
    case ShapeKind::ManyToMany:
        return "many-to-many";
    case ShapeKind::Chain:
        return "chain";
    case ShapeKind::Ring:
        return "ring";
    case ShapeKind::ClientServer:
        return "client-server";
    }
    return {};
}

std::string_view word(DeliveryRule delivery)
{
    switch (delivery) {
    case DeliveryRule::Copy:
        return "copy";
    case DeliveryRule::Competing:
        return "competing";
    }
    return {};
}

std::string_view word(ChannelUse use)
{
    switch (use) {
    case ChannelUse::Shared:
        return "shared";
    case ChannelUse::Separate:
        return "separate";
    }
    return {};
}

std::string_view word(StartOrder start)
{
    switch (start) {
    case StartOrder::Together:
        return "together";
    case StartOrder::SenderFirst:
        return "sender-first";
    case StartOrder::SenderEarly:
        return "sender-early";
    case StartOrder::ReceiverEarly:
        return "receiver-early";
    }
    return {};
}

std::string_view word(ReadOrder reads)
{
    switch (reads) {
    case ReadOrder::AtOnce:
        return "at-once";
    case ReadOrder::AfterSender:
        return "after-sender";
    }
    return {};
}

std::string_view word(RestartPolicy policy)
{
    switch (policy) {
    case RestartPolicy::None:
        return "none";
    case RestartPolicy::OnFailure:
        return "on-failure";
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

std::string_view word(ExpiryRule rule)
{
    switch (rule) {
    case ExpiryRule::Retry:
        return "retry";
    case ExpiryRule::Skip:
        return "skip";
    }
    return {};
}

std::string_view word(BackOffKind backOff)
{
    switch (backOff) {
    case BackOffKind::None:
        return "none";
    case BackOffKind::Yield:
        return "yield";
    case BackOffKind::Exponential:
        return "exponential";
    }
    return {};
}

std::optional<SizeRange> sizesOfLoad(const Experiment& experiment)
{
    const LoadProfile* profile = findLoadProfile(experiment.load.profile);
    if (experiment.sizes.distribution != "trace" || !profile)
        return std::nullopt;
    return profile->messageSizes(withDefaults(profile->info().options, experiment.load.options));
}

SizeRange messageSizes(const Experiment& experiment)
{
    const SizeDistribution* distribution = findSizeDistribution(experiment.sizes.distribution);
    if (distribution && distribution->quantile)
        return rangeOf(*distribution, withDefaults(distribution->options, experiment.sizes.options));
    const SizeRange fixed{experiment.messageSize, experiment.messageSize,
                          static_cast<double>(experiment.messageSize)};
    return sizesOfLoad(experiment).value_or(fixed);
}

std::string sizeKey(const Experiment& experiment)
{
    return experiment.sizes.distribution == "fixed" ? "message.size" : "message.sizes";
}

std::string sizesText(const Experiment& experiment)
{
    const SizeRange sizes = messageSizes(experiment);
    if (sizes.smallest == sizes.largest)
        return formatSize(sizes.largest);
    return fmt::format("{} to {} ({})", formatSize(sizes.smallest), formatSize(sizes.largest),
                       experiment.sizes.distribution);
}

Experiment completed(Experiment experiment)
{
    for (const OptionGroup& group : optionGroups())
        if (const std::vector<OptionSpec> specs = group.specsOf(experiment); !specs.empty())
            group.optionsOf(experiment) = withDefaults(specs, group.optionsIn(experiment));
    return experiment;
}

} // namespace ipclab
