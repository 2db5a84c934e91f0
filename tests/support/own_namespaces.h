#pragma once

namespace ipclab {

constexpr const char* noOwnNamespaces = "this user may not have namespaces of its own (unshare)";

/// Gives the calling process, which is one of the test's, namespaces of its own (unshare(2)): `flags` such as
/// CLONE_NEWIPC. There it may mount and set limits as root may. Another user than root first makes a user
/// namespace, in which it is called root (user_namespaces(7)). False where the system allows neither.
bool standApart(int flags);

} // namespace ipclab
