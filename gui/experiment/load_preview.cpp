#include "gui/experiment/load_preview.h"

#include "engine/profiles/load_profile.h"
#include "gui/charts/number_text.h"

#include <QCoreApplication>

#include <algorithm>

namespace ipclab {

namespace {

/// Nothing where the load is not known beforehand.
std::vector<double> rates(const LoadProfile& profile, const Experiment& experiment)
{
    if (profile.info().isSteered)
        return {};
    constexpr int points = 128;
    const Options options = withDefaults(profile.info().options, experiment.load.options);
    std::vector<double> values;
    for (int i = 0; i < points; ++i) {
        if (const auto rate = profile.rateAt(options, experiment.duration * i / (points - 1)))
            values.push_back(*rate);
    }
    return values;
}

QString wordsFor(const LoadProfile& profile, const std::vector<double>& rates, Nanoseconds duration)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("ipclab::LoadPreview", text); };
    if (profile.info().isSteered)
        return tr("Climbs until the limit is exceeded, then searches in between");
    if (rates.empty())
        return tr("Closed loop: each message follows the one before it");
    return tr("Up to %1 over %2")
        .arg(quantityText(*std::ranges::max_element(rates), Quantity::MessagesPerSecond),
             secondsText(std::chrono::duration<double>(duration).count()));
}

} // namespace

std::optional<LoadPreview> loadPreview(const Experiment& experiment)
{
    const LoadProfile* profile = findLoadProfile(experiment.load.profile);
    if (!profile || !problemsOf(profile->info().options, experiment.load.options).empty())
        return {};
    std::vector<double> curve = rates(*profile, experiment);
    const QString words = wordsFor(*profile, curve, experiment.duration);
    return LoadPreview{std::move(curve), words};
}

} // namespace ipclab
