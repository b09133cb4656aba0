// SPDX-License-Identifier: Apache-2.0
#include "core/programs/sandbox/landlock.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace veritune::sandbox {

namespace {

// The kernel's interface, written down here because the headers of Debian 12 stop at ABI 2.
constexpr long kCreateRuleset = 444;
constexpr long kAddRule = 445;
constexpr long kRestrictSelf = 446;
constexpr unsigned kVersionFlag = 1;
constexpr int kPathBeneath = 1;

constexpr std::uint64_t kExecute = 1 << 0;
constexpr std::uint64_t kWriteFile = 1 << 1;
constexpr std::uint64_t kReadFile = 1 << 2;
constexpr std::uint64_t kReadDir = 1 << 3;
/// Execute to making symbolic links: everything of ABI 1.
constexpr std::uint64_t kAllOfAbi1 = (1 << 13) - 1;
constexpr std::uint64_t kRefer = 1 << 13;         // ABI 2
constexpr std::uint64_t kTruncate = 1 << 14;      // ABI 3
constexpr std::uint64_t kIoctlDev = 1 << 15;      // ABI 5
constexpr std::uint64_t kBindConnectTcp = 3;      // ABI 4
constexpr std::uint64_t kAbstractAndSignals = 3;  // ABI 6

struct RulesetAttributes {
    std::uint64_t handled_access_fs;
    std::uint64_t handled_access_net;
    std::uint64_t scoped;
};

struct [[gnu::packed]] PathBeneath {
    std::uint64_t allowed_access;
    std::int32_t parent_fd;
};

std::string failed(const std::string& step, int error_number) {
    const char* reason = ::strerrordesc_np(error_number);
    return step + ": " + (reason != nullptr ? reason : "unknown error");
}

/// A kernel refuses a structure that is longer than its own.
std::size_t attributes_size(int abi) {
    if (abi < 4) return 8;
    return abi < 6 ? 16 : 24;
}

int create_ruleset(int abi) {
    RulesetAttributes attributes = {.handled_access_fs = kAllOfAbi1,
                                    .handled_access_net = abi >= 4 ? kBindConnectTcp : 0,
                                    .scoped = abi >= 6 ? kAbstractAndSignals : 0};
    if (abi >= 2) attributes.handled_access_fs |= kRefer;
    if (abi >= 3) attributes.handled_access_fs |= kTruncate;
    if (abi >= 5) attributes.handled_access_fs |= kIoctlDev;
    return static_cast<int>(::syscall(kCreateRuleset, &attributes, attributes_size(abi), 0));
}

std::string allow(int ruleset, const std::string& path, std::uint64_t access) {
    const int fd = ::open(path.c_str(), O_PATH | O_CLOEXEC);
    if (fd < 0) return failed(path, errno);
    const PathBeneath rule = {.allowed_access = access, .parent_fd = fd};
    const long status = ::syscall(kAddRule, ruleset, kPathBeneath, &rule, 0);
    const int error_number = errno;
    ::close(fd);
    return status == 0 ? std::string() : failed("Landlock refuses " + path, error_number);
}

/// First word left and right of the equals sign of a line without its comment.
bool is_permission(std::string_view line) {
    line = line.substr(0, line.find('#'));
    std::string words;
    for (const char c : line) {
        if (c != ' ' && c != '\t' && c != '\r') words += c;
    }
    return words == "rung_b=allow";
}

}  // namespace

int landlock_abi() {
    const long abi = ::syscall(kCreateRuleset, nullptr, 0, kVersionFlag);
    return abi < 1 ? 0 : static_cast<int>(abi);
}

std::string enter_landlock(const JailPaths& paths, Profile profile, int abi) {
    const int ruleset = create_ruleset(abi);
    if (ruleset < 0) return failed("Landlock has no rules", errno);
    constexpr std::uint64_t kUse = kExecute | kReadFile | kReadDir;
    std::string fault = allow(ruleset, "/usr", kUse);
    if (fault.empty()) fault = allow(ruleset, paths.job_dir, kUse);
    if (fault.empty() && profile == Profile::kWorker) fault = allow(ruleset, paths.app_dir, kUse);
    if (fault.empty()) fault = allow(ruleset, "/dev/null", kReadFile | kWriteFile);
    for (const char* device : {"/dev/zero", "/dev/urandom"}) {
        if (fault.empty()) fault = allow(ruleset, device, kReadFile);
    }
    if (fault.empty() && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        fault = failed("no_new_privs", errno);
    }
    if (fault.empty() && ::syscall(kRestrictSelf, ruleset, 0) != 0) {
        fault = failed("Landlock cannot be entered", errno);
    }
    ::close(ruleset);
    return fault;
}

std::string rung_b_refusal(const std::string& settings_path) {
    const int fd = ::open(settings_path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return "no administrator has allowed it (a line \"rung_b = allow\" in " + settings_path +
               ")";
    }
    struct stat info {};
    const bool known = ::fstat(fd, &info) == 0;
    std::array<char, 4096> text{};
    const ssize_t size = ::read(fd, text.data(), text.size());
    ::close(fd);
    if (!known || !S_ISREG(info.st_mode) || size < 0) return settings_path + " cannot be read";
    if (info.st_uid != 0 || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return settings_path + " must belong to root and be writable by root only";
    }
    std::string_view rest(text.data(), static_cast<std::size_t>(size));
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        if (is_permission(rest.substr(0, end))) return {};
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return settings_path + " does not say \"rung_b = allow\"";
}

}  // namespace veritune::sandbox
