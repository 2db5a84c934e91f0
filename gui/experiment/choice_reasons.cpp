#include "gui/experiment/choice_reasons.h"

#include "engine/mechanisms/catalog.h"

#include <QCoreApplication>

namespace ipclab {

std::map<std::string, QString> unavailableMechanisms()
{
    std::map<std::string, QString> reasons;
    for (const Mechanism* mechanism : allMechanisms()) {
        if (const std::optional<Unavailability> lack = mechanism->unavailable())
            reasons.emplace(mechanism->info().id,
                            QCoreApplication::translate("ipclab::ChoiceReasons",
                                                        "Not available on this host, because %1.")
                                .arg(QString::fromStdString(lack->clause())));
    }
    return reasons;
}

std::map<std::string, QString> impossibleWaits(const MechanismInfo& mechanism)
{
    std::map<std::string, QString> reasons;
    for (const Wait wait : {Wait::Block, Wait::Poll, Wait::Spin, Wait::Hybrid}) {
        if (!supports(mechanism.traits, wait))
            reasons.emplace(word(wait), QCoreApplication::translate("ipclab::ChoiceReasons",
                                                                    "%1 cannot wait in this way.")
                                            .arg(QString::fromStdString(mechanism.title)));
    }
    return reasons;
}

} // namespace ipclab
