// SPDX-License-Identifier: Apache-2.0
#include "core/programs/sandbox/namespaces.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <string>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace veritune::sandbox {

namespace {

constexpr unsigned kNobody = 65534;

util::Error denied(const std::string& step, int error_number) {
    const char* reason = ::strerrordesc_np(error_number);
    return util::fail(util::ErrorCode::kPermissionDenied,
                      step + ": " + (reason != nullptr ? reason : "unknown error"));
}

util::Status write_file(const char* path, const std::string& text, const char* what) {
    const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return denied(what, errno);
    const ssize_t written = ::write(fd, text.data(), text.size());
    const int error_number = errno;
    ::close(fd);
    if (written == static_cast<ssize_t>(text.size())) return {};
    // Ubuntu 24.04 lets anybody make a user namespace and then refuses its id map.
    return denied(
        std::string(what) + " is refused; on Ubuntu install the AppArmor profile of the package",
        error_number);
}

util::Error no_namespace(int error_number) {
    if (error_number == ENOSPC || error_number == EUSERS) {
        return util::fail(util::ErrorCode::kUnsupported,
                          "the kernel gives no further user namespace; raise the sysctl "
                          "user.max_user_namespaces");
    }
    if (error_number == ENOSYS || error_number == EINVAL) {
        return util::fail(util::ErrorCode::kUnsupported,
                          "this kernel has no user or network namespaces");
    }
    return denied(
        "user and network namespaces are refused to this user (on Debian see the sysctl "
        "kernel.unprivileged_userns_clone)",
        error_number);
}

}  // namespace

util::Status leave_root() {
    if (::geteuid() != 0 && ::getuid() != 0) return {};
    if (::setgroups(0, nullptr) != 0) return denied("giving up root's groups", errno);
    if (::setresgid(kNobody, kNobody, kNobody) != 0) return denied("giving up root's group", errno);
    if (::setresuid(kNobody, kNobody, kNobody) != 0) return denied("giving up root", errno);
    if (::setuid(0) == 0) {
        return util::fail(util::ErrorCode::kPermissionDenied, "root cannot be given up for good");
    }
    // The change of user made our own files in /proc root's; the id maps below are among them.
    if (::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0) return denied("dumpable", errno);
    return {};
}

util::Status enter_namespaces() {
    const unsigned uid = ::getuid();
    const unsigned gid = ::getgid();
    if (uid == 0) {
        return util::fail(util::ErrorCode::kPermissionDenied, "programs are never run by root");
    }
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return no_namespace(errno);
    VT_TRY(write_file("/proc/self/setgroups", "deny", "setgroups of the user namespace"));
    const auto map = [](unsigned id) { return "65534 " + std::to_string(id) + " 1\n"; };
    VT_TRY(write_file("/proc/self/uid_map", map(uid), "the user map of the namespace"));
    VT_TRY(write_file("/proc/self/gid_map", map(gid), "the group map of the namespace"));
    return {};
}

util::Status drop_capabilities() {
    for (int capability = 0; capability <= CAP_LAST_CAP; ++capability) {
        if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EINVAL) {
            return denied("dropping a capability", errno);
        }
    }
    __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
    if (::syscall(SYS_capset, &head, none.data()) != 0)
        return denied("dropping all capabilities", errno);
    return {};
}

}  // namespace veritune::sandbox
