#pragma once

#include "engine/base/deadline.h"
#include "engine/mechanisms/endpoint.h"

#include <atomic>
#include <cstdint>

namespace ipclab {

/// A word in shared memory on which a process can sleep (futex(2)).
using FutexWord = std::atomic<std::uint32_t>;
static_assert(sizeof(FutexWord) == 4 && FutexWord::is_always_lock_free);

/// Sleeps as long as the word has the value `expected` and nobody wakes it: Done, TimedOut or Interrupted.
/// May return Done for no reason.
Outcome futexWait(FutexWord& word, std::uint32_t expected, Deadline deadline);

/// Wakes one process that sleeps on the word.
void futexWake(FutexWord& word);
void futexWakeAll(FutexWord& word);

} // namespace ipclab
