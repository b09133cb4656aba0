// SPDX-License-Identifier: Apache-2.0
// Takes something from the machine, then becomes veritune-sandbox: the last two arguments are
// `--lose WHAT`. `--lose WHAT --then PROGRAM ...` becomes another program. Called as a bubblewrap
// (`--args FD -- PROGRAM`), it is one that builds no jail.
#include <climits>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <string_view>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace {

/// Loads a filter of one or two rules.
bool refuse(int call, int error, bool with_flag, unsigned argument, scmp_datum_t flag) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (filter == nullptr) return false;
    const scmp_arg_cmp has_flag = {argument, SCMP_CMP_MASKED_EQ, flag, flag};
    int status = seccomp_rule_add_array(
        filter, SCMP_ACT_ERRNO(error), call, with_flag ? 1 : 0, with_flag ? &has_flag : nullptr);
    if (status == 0) status = seccomp_load(filter);
    seccomp_release(filter);
    return status == 0;
}

bool refuse_filters() {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (filter == nullptr) return false;
    int status = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(seccomp), 0);
    if (status == 0) {
        status = seccomp_rule_add(filter,
                                  SCMP_ACT_ERRNO(EINVAL),
                                  SCMP_SYS(prctl),
                                  1,
                                  SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP));
    }
    if (status == 0) status = seccomp_load(filter);
    seccomp_release(filter);
    return status == 0;
}

bool read_only_tmp() {
    return unshare(CLONE_NEWNS) == 0 &&
           mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           mount("/tmp", "/tmp", nullptr, MS_BIND, nullptr) == 0 &&
           mount(nullptr, "/tmp", nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0;
}

/// /dev/null in the place of a program; only root can do that.
bool hide(const char* path) {
    std::array<char, PATH_MAX> program{};
    return realpath(path, program.data()) != nullptr && unshare(CLONE_NEWNS) == 0 &&
           mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           mount("/dev/null", program.data(), nullptr, MS_BIND, nullptr) == 0;
}

bool lose(std::string_view what) {
    if (what == "user_namespaces") {
        return refuse(SCMP_SYS(unshare), EPERM, true, 0, CLONE_NEWUSER);
    }
    if (what == "network_namespaces") {
        return refuse(SCMP_SYS(unshare), EINVAL, true, 0, CLONE_NEWNET);
    }
    if (what == "nested_namespaces") {
        return refuse(SCMP_SYS(clone), EPERM, true, 0, CLONE_NEWUSER);
    }
    if (what == "mounts") return refuse(SCMP_SYS(mount), EACCES, false, 0, 0);
    if (what == "landlock") return refuse(444, ENOSYS, false, 0, 0);
    if (what == "filters") return refuse_filters();
    if (what == "read_only_tmp") return read_only_tmp();
    if (what == "python") return hide("/usr/bin/python3");
    if (what == "bubblewrap") return hide("/usr/bin/bwrap");
    if (what == "processes") {
        const rlimit none = {0, 0};
        return setrlimit(RLIMIT_NPROC, &none) == 0;
    }
    return what == "nothing";
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 2 && std::string_view(argv[1]) == "--args") {
        execl(VERITUNE_BIN_DIR "/veritune-jail/sandbox-init", "sandbox-init", nullptr);
        return 127;
    }
    if (argc > 4 && std::string_view(argv[3]) == "--then") {
        if (!lose(argv[2])) return 77;
        execv(argv[4], argv + 4);
        return 127;
    }
    if (argc < 3 || std::string_view(argv[argc - 2]) != "--lose") return 2;
    // seccomp_load() sets no_new_privs; a real loss would not, but the supervisor does anyway.
    if (!lose(argv[argc - 1])) return 77;
    argv[argc - 2] = nullptr;
    execv(VERITUNE_BIN_DIR "/veritune-sandbox", argv);
    return 127;
}
