// SPDX-License-Identifier: Apache-2.0
#include "core/programs/sandbox/jail.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <initializer_list>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

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

/// In the child: nothing but the pipes, an empty environment. Never returns.
[[noreturn]] void become_bwrap(const std::string& program,
                               Profile profile,
                               const std::array<int, 5>& fds) {
    std::array<int, 5> spare{};
    bool ready = true;
    for (std::size_t i = 0; i < fds.size(); ++i) {
        spare.at(i) = ::fcntl(fds.at(i), F_DUPFD, kFirstSpareFd);
        ready = ready && spare.at(i) >= 0;
    }
    for (std::size_t i = 0; i < fds.size(); ++i) {
        ready = ready && ::dup2(spare.at(i), static_cast<int>(i)) == static_cast<int>(i);
    }
    ready = ready && ::syscall(SYS_close_range, kAllowlistFd + 1U, ~0U, 0U) == 0;
    sigset_t none;
    ::sigemptyset(&none);
    ready = ready && ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0;
    if (ready) {
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

}  // namespace veritune::sandbox
