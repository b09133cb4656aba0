// SPDX-License-Identifier: Apache-2.0
#include "core/programs/sandbox/jail.h"

#include "core/programs/sandbox/landlock.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <initializer_list>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace veritune::sandbox {

namespace {

constexpr int kArgumentsFd = 3;
constexpr int kAllowlistFd = 4;
constexpr int kFirstSpareFd = 20;

/// A pipe whose ends close themselves.
struct Pipe {
    Pipe() = default;
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        for (const int fd : ends) {
            if (fd >= 0) ::close(fd);
        }
    }
    bool open() { return ::pipe2(ends.data(), O_CLOEXEC) == 0; }
    int take(int end) { return std::exchange(ends.at(static_cast<std::size_t>(end)), -1); }
    int reader() const { return ends[0]; }
    int writer() const { return ends[1]; }
    std::array<int, 2> ends = {-1, -1};
};

/// Arguments and filter are a few kilobytes: they fit into the pipe's buffer.
bool fill(const Pipe& pipe, const std::string& bytes) {
    return ::write(pipe.writer(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
}

/// In the child: `fds` become the descriptors 0, 1, ...; every other one is closed, no signal
/// blocked.
template <std::size_t N>
bool keep_only(const std::array<int, N>& fds) {
    std::array<int, N> spare{};
    bool ready = true;
    for (std::size_t i = 0; i < N; ++i) {
        spare.at(i) = ::fcntl(fds.at(i), F_DUPFD, kFirstSpareFd);
        ready = ready && spare.at(i) >= 0;
    }
    for (std::size_t i = 0; i < N; ++i) {
        ready = ready && ::dup2(spare.at(i), static_cast<int>(i)) == static_cast<int>(i);
    }
    ready = ready && ::syscall(SYS_close_range, static_cast<unsigned>(N), ~0U, 0U) == 0;
    sigset_t none;
    ::sigemptyset(&none);
    return ready && ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0;
}

/// In the child: nothing but the pipes, an empty environment. Never returns.
[[noreturn]] void become_bwrap(const std::string& program,
                               Profile profile,
                               const std::array<int, 5>& fds) {
    if (keep_only(fds)) {
        // The program stands outside the file of arguments: bubblewrap reads only options there.
        std::array<const char*, 7> arguments = {
            "bwrap", "--args", "3", "--", "/job/sandbox-init", nullptr, nullptr};
        if (profile == Profile::kWorker) arguments[5] = "worker";
        std::array<char*, 1> environment = {nullptr};
        ::execve(program.c_str(),
                 const_cast<char**>(arguments.data()),  // NOLINT: execve's signature
                 environment.data());
    }
    ::_exit(127);
}

/// How many processes and threads the user of rung B may have in all. Without a user namespace the
/// kernel counts them together with everything else of this user, so what there is now is added.
std::string process_limit() {
    constexpr long kMore = 1024;
    long total = 0;
    if (std::FILE* file = std::fopen("/proc/loadavg", "re"); file != nullptr) {
        std::array<char, 128> line{};
        if (std::fgets(line.data(), static_cast<int>(line.size()), file) != nullptr) {
            const char* slash = std::strchr(line.data(), '/');
            if (slash != nullptr) total = std::strtol(slash + 1, nullptr, 10);
        }
        std::fclose(file);
    }
    return std::to_string(total + kMore);
}

bool load_filter(const std::string& bytes) {
    std::vector<sock_filter> code(bytes.size() / sizeof(sock_filter));
    std::memcpy(code.data(), bytes.data(), code.size() * sizeof(sock_filter));
    const sock_fprog program = {.len = static_cast<unsigned short>(code.size()),
                                .filter = code.data()};
    return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

/// Last words in the child, on the pipe that the supervisor reads.
[[noreturn]] void give_up_start(const std::string& fault) {
    (void)!::write(STDERR_FILENO, fault.data(), fault.size());
    ::_exit(126);
}

struct LandlockJail {
    const JailPaths& paths;
    Profile profile;
    const std::string& allowlist;
    int abi;
    std::string processes;
    pid_t parent;
};

/// In the child of rung B. Landlock before the filter, which does not know its calls.
[[noreturn]] void become_init(const LandlockJail& jail, const std::array<int, 3>& fds) {
    if (!keep_only(fds)) ::_exit(126);
    if (::setsid() < 0 || ::chdir("/") != 0) give_up_start("no session of its own");
    if (const std::string fault = enter_landlock(jail.paths, jail.profile, jail.abi);
        !fault.empty()) {
        give_up_start(fault);
    }
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || ::getppid() != jail.parent) {
        give_up_start("the supervisor has ended");
    }
    const std::string program = jail.paths.job_dir + "/sandbox-init";
    const std::string abi = std::to_string(jail.abi);
    const char* role = jail.profile == Profile::kWorker ? "worker" : "program";
    const std::array<const char*, 8> arguments = {"sandbox-init",
                                                  "landlock",
                                                  role,
                                                  abi.c_str(),
                                                  jail.processes.c_str(),
                                                  jail.paths.job_dir.c_str(),
                                                  jail.paths.app_dir.c_str(),
                                                  nullptr};
    std::array<char*, 1> environment = {nullptr};
    if (!load_filter(jail.allowlist)) give_up_start("the kernel refuses the system call filter");
    ::execve(program.c_str(),
             const_cast<char**>(arguments.data()),  // NOLINT: execve's signature
             environment.data());
    give_up_start("sandbox-init cannot be started: " + program);
}

util::Error no_start(const char* what, int error_number) {
    const char* reason = ::strerrordesc_np(error_number);
    return util::fail(util::ErrorCode::kUnavailable,
                      std::string("a jail cannot be started: ") + what + ": " +
                          (reason != nullptr ? reason : "unknown error"));
}

void append(std::string& out, std::initializer_list<std::string_view> words) {
    for (const std::string_view word : words) {
        out.append(word);
        out += '\0';
    }
}

}  // namespace

const char* rung_name(Rung rung) {
    return rung == Rung::kBubblewrap ? "A" : rung == Rung::kLandlock ? "B" : "0";
}

std::string jail_arguments(const JailPaths& paths, Profile profile, int allowlist_fd) {
    std::string args;
    // --unshare-all would ask for a network namespace, which needs a netlink socket, and would only
    // try user and cgroup; with the five by name a missing one is a failure.
    append(args,
           {"--unshare-user",
            "--unshare-ipc",
            "--unshare-pid",
            "--unshare-uts",
            "--unshare-cgroup",
            "--disable-userns",
            "--die-with-parent",
            "--new-session",
            "--as-pid-1",
            "--clearenv",
            "--cap-drop",
            "ALL",
            "--uid",
            "65534",
            "--gid",
            "65534",
            "--hostname",
            "jail",
            "--ro-bind",
            "/usr",
            "/usr",
            "--symlink",
            "usr/lib",
            "/lib",
            "--symlink",
            "usr/lib64",
            "/lib64",
            "--symlink",
            "usr/bin",
            "/bin"});
    append(args, {"--ro-bind", paths.job_dir, "/job"});
    if (profile == Profile::kWorker) append(args, {"--ro-bind", paths.app_dir, "/app"});
    append(args, {"--dir", "/dev"});
    for (const std::string_view device : {"/dev/null", "/dev/zero", "/dev/urandom"}) {
        append(args, {"--dev-bind", device, device});
    }
    append(args, {"--remount-ro", "/", "--chdir", "/"});
    append(args, {"--seccomp", std::to_string(allowlist_fd)});
    return args;
}

util::Result<JailProcess> start_jail(const JailPaths& paths,
                                     Profile profile,
                                     const std::string& allowlist) {
    Pipe in;
    Pipe out;
    Pipe err;
    Pipe arguments;
    Pipe filter;
    for (Pipe* pipe : {&in, &out, &err, &arguments, &filter}) {
        if (!pipe->open()) return no_start("pipe", errno);
    }
    if (!fill(arguments, jail_arguments(paths, profile, kAllowlistFd)) ||
        !fill(filter, allowlist)) {
        return no_start("writing its arguments", errno);
    }
    // bubblewrap reads both to the end.
    ::close(arguments.take(1));
    ::close(filter.take(1));
    const std::array<int, 5> fds = {
        in.reader(), out.writer(), err.writer(), arguments.reader(), filter.reader()};
    static_assert(kArgumentsFd == 3 && kAllowlistFd == 4);
    const pid_t pid = ::fork();
    if (pid < 0) return no_start("fork", errno);
    if (pid == 0) become_bwrap(paths.bwrap, profile, fds);
    return JailProcess{.pid = pid, .in = in.take(1), .out = out.take(0), .err = err.take(0)};
}

util::Result<JailProcess> start_landlock_jail(const JailPaths& paths,
                                              Profile profile,
                                              const std::string& allowlist,
                                              int abi) {
    Pipe in;
    Pipe out;
    Pipe err;
    for (Pipe* pipe : {&in, &out, &err}) {
        if (!pipe->open()) return no_start("pipe", errno);
    }
    const LandlockJail jail = {.paths = paths,
                               .profile = profile,
                               .allowlist = allowlist,
                               .abi = abi,
                               .processes = process_limit(),
                               .parent = ::getpid()};
    const pid_t pid = ::fork();
    if (pid < 0) return no_start("fork", errno);
    if (pid == 0) become_init(jail, {in.reader(), out.writer(), err.writer()});
    return JailProcess{.pid = pid, .in = in.take(1), .out = out.take(0), .err = err.take(0)};
}

}  // namespace veritune::sandbox
