// SPDX-License-Identifier: Apache-2.0
#include "core/util/parser_jail.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <seccomp.h>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace veritune::util {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLimitMemory = false;  // their shadow memory is terabytes of address space
#else
constexpr bool kLimitMemory = true;
#endif

struct ReleaseFilter {
    void operator()(void* filter) const { ::seccomp_release(filter); }
};

Error refused(std::string_view step, int error_number) {
    const char* reason = ::strerrordesc_np(error_number);
    std::string message = "cannot confine the parse worker: ";
    message.append(step).append(": ").append(reason != nullptr ? reason : "unknown error");
    const bool missing = error_number == ENOSYS || error_number == EINVAL;
    return fail(missing ? ErrorCode::kUnsupported : ErrorCode::kPermissionDenied,
                std::move(message));
}

Status limit(int resource, std::uint64_t value, std::string_view name) {
    const rlimit both = {value, value};
    if (::setrlimit(static_cast<__rlimit_resource_t>(resource), &both) == 0) return {};
    return refused(name, errno);
}

/// Bytes of address space in use: libraries, mostly.
std::uint64_t mapped_bytes() {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/self/statm", "re"),
                                                               std::fclose);
    std::array<char, 64> text{};
    if (!file || std::fgets(text.data(), text.size(), file.get()) == nullptr) return 0;
    return std::strtoull(text.data(), nullptr, 10) *
           static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// 0 or a negative errno.
int add_rules(scmp_filter_ctx filter) {
    int status = 0;
    for (const int call : {SCMP_SYS(read),
                           SCMP_SYS(pread64),
                           SCMP_SYS(write),
                           SCMP_SYS(lseek),
                           SCMP_SYS(fstat),
                           SCMP_SYS(newfstatat),
                           SCMP_SYS(brk),
                           SCMP_SYS(munmap),
                           SCMP_SYS(mremap),
                           SCMP_SYS(madvise),
                           SCMP_SYS(futex),
                           SCMP_SYS(getrandom),
                           SCMP_SYS(rt_sigreturn),
                           SCMP_SYS(close),
                           SCMP_SYS(exit),
                           SCMP_SYS(exit_group)}) {
        if (status == 0) status = ::seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
    }
    // Memory that could be run as a program is not to be had.
    for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
        if (status != 0) break;
        status = ::seccomp_rule_add(
            filter, SCMP_ACT_ALLOW, call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    }
    return status;
}

}  // namespace

Status confine_parser(const ParserLimits& limits) {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("no_new_privs", errno);
    if (kLimitMemory) {
        VT_TRY(limit(RLIMIT_AS, limits.memory_bytes + mapped_bytes(), "memory"));
    }
    VT_TRY(limit(RLIMIT_CPU, limits.cpu_seconds, "processor time"));
    VT_TRY(limit(RLIMIT_FSIZE, 0, "file size"));
    VT_TRY(limit(RLIMIT_CORE, 0, "core files"));
    VT_TRY(limit(RLIMIT_NPROC, 0, "processes"));
    constexpr std::uint64_t kFiles = 8;
    VT_TRY(limit(RLIMIT_NOFILE, kFiles, "files"));
    const std::unique_ptr<void, ReleaseFilter> filter(::seccomp_init(SCMP_ACT_ERRNO(EPERM)));
    if (!filter) return fail(ErrorCode::kOutOfMemory, "no memory for the system call filter");
    int status = ::seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (status == 0) status = add_rules(filter.get());
    if (status == 0) status = ::seccomp_load(filter.get());
    return status == 0 ? Status() : Status(refused("the parse filter", -status));
}

}  // namespace veritune::util
