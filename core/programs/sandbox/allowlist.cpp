// SPDX-License-Identifier: Apache-2.0
#include "core/programs/sandbox/allowlist.h"

#include <array>
#include <cerrno>
#include <linux/seccomp.h>
#include <memory>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace veritune::sandbox {

namespace {

/// What CPython, a C++ program and our workers use, and relatives that give nothing more.
constexpr const char* kAllowed[] = {
    // files and pipes: the mounts are read-only
    "read",
    "write",
    "readv",
    "writev",
    "pread64",
    "pwrite64",
    "preadv",
    "pwritev",
    "preadv2",
    "pwritev2",
    "open",
    "openat",
    "close",
    "close_range",
    "stat",
    "fstat",
    "lstat",
    "newfstatat",
    "statx",
    "statfs",
    "fstatfs",
    "access",
    "faccessat",
    "faccessat2",
    "lseek",
    "getdents",
    "getdents64",
    "getcwd",
    "chdir",
    "fchdir",
    "readlink",
    "readlinkat",
    "umask",
    "pipe",
    "pipe2",
    "dup",
    "dup2",
    "dup3",
    "fcntl",
    "fsync",
    "fdatasync",
    "sendfile",
    "splice",
    "tee",
    "copy_file_range",
    "fadvise64",
    "readahead",
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "epoll_create",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "eventfd",
    "eventfd2",
    "timerfd_create",
    "timerfd_settime",
    "timerfd_gettime",
    "signalfd",
    "signalfd4",
    // memory
    "mmap",
    "mprotect",
    "munmap",
    "mremap",
    "madvise",
    "mincore",
    "msync",
    "brk",
    "membarrier",
    // signals
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigpending",
    "rt_sigtimedwait",
    "rt_sigsuspend",
    "sigaltstack",
    "pause",
    "alarm",
    "setitimer",
    "getitimer",
    "kill",
    "tkill",
    "tgkill",
    "restart_syscall",
    // time
    "nanosleep",
    "clock_nanosleep",
    "clock_gettime",
    "clock_getres",
    "gettimeofday",
    "time",
    "times",
    "timer_create",
    "timer_settime",
    "timer_gettime",
    "timer_getoverrun",
    "timer_delete",
    // processes and threads; clone, prctl, prlimit64 and seccomp have rules of their own
    "fork",
    "vfork",
    "execve",
    "exit",
    "exit_group",
    "wait4",
    "waitid",
    "pidfd_open",
    "futex",
    "set_robust_list",
    "get_robust_list",
    "set_tid_address",
    "arch_prctl",
    "rseq",
    "sched_yield",
    "sched_getaffinity",
    "sched_setaffinity",
    "sched_getparam",
    "sched_getscheduler",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "getcpu",
    "getpid",
    "getppid",
    "gettid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getresuid",
    "getresgid",
    "getgroups",
    "getpgrp",
    "getpgid",
    "getsid",
    "setsid",
    "capget",
    "getpriority",
    "uname",
    "sysinfo",
    "getrlimit",
    "setrlimit",
    "getrusage",
    "getrandom"};

/// EACCES, as the local filter says it.
constexpr const char* kNetwork[] = {
    "socket", "socketpair", "io_uring_setup", "io_uring_enter", "io_uring_register"};

constexpr std::uint64_t kNewNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                         CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
                                         CLONE_NEWNET | CLONE_NEWTIME;

struct ReleaseFilter {
    void operator()(void* filter) const { ::seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, ReleaseFilter>;

/// 0 or a negative errno. A call that this kernel or library has no number for is left out.
int add_rule(scmp_filter_ctx filter, std::uint32_t action, const char* name) {
    const int number = ::seccomp_syscall_resolve_name(name);
    return number < 0 ? 0 : ::seccomp_rule_add(filter, action, number, 0);
}

int add_argument_rules(scmp_filter_ctx filter) {
    int status = ::seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, kNewNamespaces, 0));
    // The others set and ask what fcntl does; CPython uses them first.
    for (const unsigned long request : {TCGETS, TIOCGWINSZ, FIOCLEX, FIONCLEX, FIONBIO, FIONREAD}) {
        if (status == 0) {
            status = ::seccomp_rule_add(
                filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_EQ, request));
        }
    }
    for (const int option : {PR_SET_SECCOMP,
                             PR_GET_SECCOMP,
                             PR_SET_NO_NEW_PRIVS,
                             PR_GET_NO_NEW_PRIVS,
                             PR_SET_DUMPABLE,
                             PR_GET_DUMPABLE,
                             PR_SET_NAME,
                             PR_GET_NAME,
                             PR_SET_PDEATHSIG}) {
        if (status == 0) {
            status = ::seccomp_rule_add(filter,
                                        SCMP_ACT_ALLOW,
                                        SCMP_SYS(prctl),
                                        1,
                                        SCMP_A0(SCMP_CMP_EQ, static_cast<unsigned>(option)));
        }
    }
    if (status == 0) {
        status = ::seccomp_rule_add(
            filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, SCMP_A0(SCMP_CMP_EQ, 0));
    }
    if (status == 0) {
        // Adding filters only, and never one that reports to a listener.
        status =
            ::seccomp_rule_add(filter,
                               SCMP_ACT_ALLOW,
                               SCMP_SYS(seccomp),
                               2,
                               SCMP_A0(SCMP_CMP_EQ, SECCOMP_SET_MODE_FILTER),
                               SCMP_A1(SCMP_CMP_MASKED_EQ, SECCOMP_FILTER_FLAG_NEW_LISTENER, 0));
    }
    return status;
}

int add_rules(scmp_filter_ctx filter) {
    int status = ::seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    // A tree of comparisons instead of a list: the kernel goes through it for every call number
    // when the filter is loaded, once per jail.
    if (status == 0) status = ::seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    for (const char* name : kAllowed) {
        if (status == 0) status = add_rule(filter, SCMP_ACT_ALLOW, name);
    }
    for (const char* name : kNetwork) {
        if (status == 0) status = add_rule(filter, SCMP_ACT_ERRNO(EACCES), name);
    }
    if (status == 0) status = add_rule(filter, SCMP_ACT_ERRNO(ENOSYS), "clone3");
    return status == 0 ? add_argument_rules(filter) : status;
}

util::Result<std::string> read_back(int fd) {
    std::string bytes;
    std::array<char, 4096> part{};
    if (::lseek(fd, 0, SEEK_SET) != 0) {
        return util::fail(util::ErrorCode::kIoError, "the system call filter cannot be read back");
    }
    while (true) {
        const ssize_t count = ::read(fd, part.data(), part.size());
        if (count < 0) return util::fail(util::ErrorCode::kIoError, "reading the filter failed");
        if (count == 0) return bytes;
        bytes.append(part.data(), static_cast<std::size_t>(count));
    }
}

}  // namespace

util::Result<std::string> build_allowlist() {
    const Filter filter(::seccomp_init(SCMP_ACT_ERRNO(EPERM)));
    if (!filter) return util::fail(util::ErrorCode::kOutOfMemory, "no memory for the filter");
    int status = add_rules(filter.get());
    const int fd = ::memfd_create("allowlist", MFD_CLOEXEC);
    if (fd < 0) return util::fail(util::ErrorCode::kIoError, "memfd_create failed");
    if (status == 0) status = ::seccomp_export_bpf(filter.get(), fd);
    util::Result<std::string> bytes = read_back(fd);
    ::close(fd);
    if (status == 0) return bytes;
    return util::fail(util::ErrorCode::kUnsupported,
                      "libseccomp cannot build the system call filter of the jail");
}

}  // namespace veritune::sandbox
