#include "tests/support/forbidden_call.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstddef>

namespace ipclab {

namespace {

sock_filter statement(unsigned code, unsigned value)
{
    return {.code = static_cast<unsigned short>(code), .jt = 0, .jf = 0, .k = value};
}

} // namespace

bool forbidSystemCall(unsigned number, unsigned error)
{
    sock_filter isAnotherCall = statement(BPF_JMP | BPF_JEQ | BPF_K, number);
    isAnotherCall.jf = 1;
    std::array program{statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)), isAnotherCall,
                       statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
                       statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    const sock_fprog filter{.len = program.size(), .filter = program.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}

} // namespace ipclab
