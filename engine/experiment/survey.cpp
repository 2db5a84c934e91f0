#include "engine/experiment/survey.h"

#include "engine/mechanisms/catalog.h"

#include <algorithm>

namespace ipclab {

Experiment plainExperimentWith(const Mechanism& mechanism)
{
    const MechanismInfo& info = mechanism.info();
    Experiment experiment;
    experiment.mechanism = info.id;
    if (!supports(info.traits, experiment.wait))
        experiment.wait = info.traits.waits.front();
    experiment.messageSize = std::min<std::uint64_t>(experiment.messageSize,
                                                     mechanism.limit(withDefaults(info.options, {})).largest);
    return experiment;
}

namespace {

Experiment shortExperimentWith(const Mechanism& mechanism)
{
    Experiment experiment = plainExperimentWith(mechanism);
    experiment.title = mechanism.info().title;
    experiment.warmUp = std::chrono::milliseconds(100);
    experiment.duration = std::chrono::milliseconds(500);
    return experiment;
}

} // namespace

std::vector<Experiment> surveyOfMechanisms()
{
    std::vector<Experiment> survey;
    for (const Mechanism* mechanism : allMechanisms())
        if (!mechanism->unavailable())
            survey.push_back(shortExperimentWith(*mechanism));
    std::erase_if(survey, [](const Experiment& experiment) { return !problems(experiment).empty(); });
    return survey;
}

} // namespace ipclab
