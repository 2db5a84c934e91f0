#pragma once

#include "engine/base/option.h"
#include "engine/experiment/experiment.h"

#include <string>
#include <string_view>

namespace ipclab {

/// What one of those is called who send the run's messages, and one of those who receive them.
struct Roles {
    std::string_view sending = "sender";
    std::string_view receiving = "receiver";
};

Roles rolesOf(ShapeKind kind, Exchange exchange);

/// A text for users that speaks of senders and receivers, in words of these roles: "Clients" for "Senders".
std::string inWordsOf(Roles roles, std::string text);

/// Likewise label and help. The key stays as it is.
OptionSpec inWordsOf(Roles roles, OptionSpec spec);

} // namespace ipclab
