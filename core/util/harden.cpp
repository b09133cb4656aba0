// SPDX-License-Identifier: Apache-2.0
#include "core/util/harden.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <limits>
#include <linux/seccomp.h>
#include <memory>
#include <seccomp.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace veritune::util {

namespace {

constexpr int kFirstFreeFd = 3;
constexpr mode_t kUmask = 077;

Error kernel_error(std::string_view step, int error_number) {
    const char* reason = ::strerrordesc_np(error_number);
    std::string message = "cannot protect this process: ";
    message.append(step).append(": ").append(reason != nullptr ? reason : "unknown error");
    const bool missing = error_number == ENOSYS || error_number == EINVAL;
    return fail(missing ? ErrorCode::kUnsupported : ErrorCode::kPermissionDenied,
                std::move(message));
}

Status close_range_of(unsigned first, unsigned last) {
    if (first > last || ::close_range(first, last, 0) == 0) return {};
    return kernel_error("close_range", errno);
}

Status close_all_but(std::vector<int> keep_fds) {
    std::sort(keep_fds.begin(), keep_fds.end());
    unsigned next = kFirstFreeFd;
    for (const int fd : keep_fds) {
        if (fd < static_cast<int>(next)) continue;
        VT_TRY(close_range_of(next, static_cast<unsigned>(fd) - 1));
        next = static_cast<unsigned>(fd) + 1;
    }
    return close_range_of(next, std::numeric_limits<unsigned>::max());
}

struct ReleaseFilter {
    void operator()(void* filter) const { ::seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, ReleaseFilter>;

/// 0 or a negative errno, as libseccomp reports.
int add_local_rules(scmp_filter_ctx filter) {
    int status = 0;
    // Also refuses a value that is AF_UNIX only in the lower 32 bits; libc never passes one.
    for (const int call : {SCMP_SYS(socket), SCMP_SYS(socketpair)}) {
        if (status == 0) {
            status = ::seccomp_rule_add(
                filter, SCMP_ACT_ERRNO(EACCES), call, 1, SCMP_A0(SCMP_CMP_NE, AF_UNIX));
        }
    }
    // io_uring opens sockets without socket(): it has to go as a whole.
    for (const int call :
         {SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register)}) {
        if (status == 0) status = ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), call, 0);
    }
    return status;
}

bool all_refused(const std::vector<NetworkProbe>& probes) {
    return std::all_of(
        probes.begin(), probes.end(), [](const NetworkProbe& probe) { return probe.refused; });
}

bool socket_is_refused(int family, int type) {
    const int fd = ::socket(family, type | SOCK_CLOEXEC, 0);
    const int error_number = errno;
    if (fd >= 0) ::close(fd);
    return fd < 0 && error_number == EACCES;
}

bool socketpair_is_refused(int family) {
    std::array<int, 2> ends = {-1, -1};
    const int status = ::socketpair(family, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data());
    const int error_number = errno;
    for (const int fd : ends) {
        if (fd >= 0) ::close(fd);
    }
    return status != 0 && error_number == EACCES;
}

// Arguments that the kernel refuses anyway: only the filter answers EACCES to them.
bool call_is_refused(long number) {
    return ::syscall(number, 0, nullptr, -1, 0) < 0 && errno == EACCES;
}

/// Asks for sockets of this type, of every family.
std::vector<NetworkProbe> probe_with(int type) {
    struct Family {
        const char* name;
        int number;
    };
    constexpr std::array<Family, 12> kFamilies = {{{"AF_INET", AF_INET},
                                                   {"AF_INET6", AF_INET6},
                                                   {"AF_NETLINK", AF_NETLINK},
                                                   {"AF_PACKET", AF_PACKET},
                                                   {"AF_VSOCK", AF_VSOCK},
                                                   {"AF_BLUETOOTH", AF_BLUETOOTH},
                                                   {"AF_CAN", AF_CAN},
                                                   {"AF_ALG", AF_ALG},
                                                   {"AF_TIPC", AF_TIPC},
                                                   {"AF_RDS", AF_RDS},
                                                   {"AF_XDP", AF_XDP},
                                                   {"AF_QIPCRTR", AF_QIPCRTR}}};
    std::vector<NetworkProbe> probes;
    probes.reserve(kFamilies.size() + 4);
    for (const Family& family : kFamilies) {
        probes.push_back({family.name, socket_is_refused(family.number, type)});
    }
    probes.push_back({"socketpair AF_TIPC", socketpair_is_refused(AF_TIPC)});
    probes.push_back({"io_uring_setup", call_is_refused(SYS_io_uring_setup)});
    probes.push_back({"io_uring_enter", call_is_refused(SYS_io_uring_enter)});
    probes.push_back({"io_uring_register", call_is_refused(SYS_io_uring_register)});
    return probes;
}

// No family has it: without a filter the kernel answers EINVAL and creates nothing.
constexpr int kImpossibleType = 15;

/// Asked before there is a filter, so nothing may be created on the way to the answer.
bool filter_is_inherited() { return all_refused(probe_with(kImpossibleType)); }

}  // namespace

Status install_local_filter() {
    const Filter filter(::seccomp_init(SCMP_ACT_ALLOW));
    if (!filter) return fail(ErrorCode::kOutOfMemory, "no memory for the system call filter");
    int status = ::seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (status == 0) status = ::seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
    if (status == 0) status = add_local_rules(filter.get());
    if (status == 0) status = ::seccomp_load(filter.get());
    if (status == 0) return {};
    return kernel_error("the no-network filter", -status);
}

Status harden_process(const std::vector<int>& keep_fds) {
    ::umask(kUmask);
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return kernel_error("no_new_privs", errno);
#ifndef VERITUNE_DEBUGGABLE
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return kernel_error("not dumpable", errno);
#endif
    const rlimit no_core = {0, 0};
    if (::setrlimit(RLIMIT_CORE, &no_core) != 0) return kernel_error("no core files", errno);
    VT_TRY(close_all_but(keep_fds));
    if (filter_is_inherited()) return {};
    VT_TRY(install_local_filter());
    // The kernel's answer counts, not libseccomp's.
    if (all_refused(probe_network())) return {};
    return fail(ErrorCode::kInternal, "the no-network filter was loaded but does not hold");
}

std::vector<NetworkProbe> probe_network() { return probe_with(SOCK_DGRAM); }

NetworkSelfTest network_self_test() {
    NetworkSelfTest result;
    std::size_t refused = 0;
    const std::vector<NetworkProbe> probes = probe_network();
    for (const NetworkProbe& probe : probes) {
        refused += probe.refused ? 1 : 0;
        result.text += (probe.refused ? "refused      " : "NOT REFUSED  ") + probe.name + '\n';
    }
    const ProcessGuards guards = read_process_guards();
    result.passed = refused == probes.size() && guards.seccomp_filter && guards.no_new_privs;
    result.text += std::string("Seccomp: ") + (guards.seccomp_filter ? "2" : "0") +
                   "  NoNewPrivs: " + (guards.no_new_privs ? "1" : "0") + '\n';
    result.text +=
        std::to_string(refused) + " of " + std::to_string(probes.size()) + " ways out refused\n";
    return result;
}

bool wants_network_self_test(int argc, const char* const* argv) {
    return std::any_of(argv + std::min(argc, 1), argv + argc, [](const char* word) {
        return std::string_view(word) == "--self-test-network";
    });
}

ProcessGuards read_process_guards() {
    rlimit core{};
    const bool known = ::getrlimit(RLIMIT_CORE, &core) == 0;
    return {.no_new_privs = ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1,
            .seccomp_filter = ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER,
            .dumpable = ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0,
            .core_files = !known || core.rlim_cur != 0};
}

}  // namespace veritune::util
