#include "engine/experiment/survey.h"

#include "engine/base/quantity.h"
#include "engine/measure/message.h"
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

/// Not those whose messages are a number at most.
bool isForData(const Mechanism& mechanism)
{
    return mechanism.info().traits.family != Family::Notification;
}

Experiment sizedExperimentWith(const Mechanism& mechanism, std::uint64_t size)
{
    Experiment experiment = plainExperimentWith(mechanism);
    experiment.title = mechanism.info().title + ", " + formatSize(size);
    experiment.messageSize = size;
    if (size >= smallestFullyCheckedMessage)
        experiment.measure.integrity = Integrity::Full; // who copies nothing would look free
    experiment.warmUp = std::chrono::milliseconds(50);
    experiment.duration = std::chrono::milliseconds(250);
    return experiment;
}

void leaveOutWhatCannotRun(std::vector<Experiment>& survey)
{
    std::erase_if(survey, [](const Experiment& experiment) { return !problems(experiment).empty(); });
}

} // namespace

std::vector<Experiment> surveyOfMechanisms()
{
    std::vector<Experiment> survey;
    for (const Mechanism* mechanism : allMechanisms())
        if (!mechanism->unavailable())
            survey.push_back(shortExperimentWith(*mechanism));
    leaveOutWhatCannotRun(survey);
    return survey;
}

std::vector<Experiment> surveyOfSizes(unsigned trials)
{
    std::vector<Experiment> once;
    for (std::uint64_t size = 1; size <= 16 << 20; size *= 16)
        for (const Mechanism* mechanism : allMechanisms())
            if (mechanism->info().traits.family != Family::Baseline && isForData(*mechanism) &&
                !mechanism->unavailable())
                once.push_back(sizedExperimentWith(*mechanism, size));
    leaveOutWhatCannotRun(once);
    std::vector<Experiment> survey;
    for (unsigned trial = 0; trial < trials; ++trial)
        survey.insert(survey.end(), once.begin(), once.end());
    return survey;
}

} // namespace ipclab
