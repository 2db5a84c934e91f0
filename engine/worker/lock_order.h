#pragma once

#include "engine/measure/control_page.h"

namespace ipclab {

class Session;

/// Whether there is something to be done about locks. A grip of before is forgotten where its order was taken
/// back.
bool hasLockOrder(WorkerOrders& orders);

/// Takes the locks as ordered and says in the control page how far it is. Returns when the order has been
/// carried out or taken back, or when the worker must leave; it holds no lock then.
void carryOutLockOrder(Session& session);

} // namespace ipclab
