#pragma once

namespace ipclab {

/// Between two looks of a loop that waits without sleeping: lets the core's other thread go first, and spares
/// the pipeline what it had guessed of the looks to come.
inline void relaxCore()
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

} // namespace ipclab
