#pragma once

#include <string>

namespace ipclab {

/// The private directory of this user's runs: $XDG_RUNTIME_DIR/ipclab, or a 0700 directory under the
/// temporary one. Made when missing; throws FailureError if it belongs to somebody else, is a link, or is
/// open to others.
std::string privateDirectory();

} // namespace ipclab
