#pragma once

namespace ipclab {

/// Whether this process has one of capabilities(7) in effect: CAP_SYS_PTRACE, for instance.
bool hasCapability(unsigned capability);

} // namespace ipclab
