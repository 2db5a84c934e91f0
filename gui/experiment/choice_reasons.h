#pragma once

#include "engine/mechanisms/mechanism.h"

#include <QString>

#include <map>
#include <string>

namespace ipclab {

/// Why this host does not offer some mechanisms: a sentence by id.
std::map<std::string, QString> unavailableMechanisms();

/// Why a receiver of this mechanism cannot wait in some ways: a sentence by the word for the wait.
std::map<std::string, QString> impossibleWaits(const MechanismInfo& mechanism);

} // namespace ipclab
