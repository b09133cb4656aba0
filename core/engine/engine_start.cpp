// SPDX-License-Identifier: Apache-2.0
// Starting an engine that outlives its client.
#include "core/engine/engine_client.h"
#include "core/engine/socket.h"
#include "core/util/clock.h"
#include "core/util/file_system.h"

#include <climits>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace veritune::engine {

namespace {

using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

constexpr int kReadyFd = 3;
constexpr std::string_view kReady = "ready\n";
constexpr std::string_view kBusy = "busy\n";
/// The winner of a race listens soon after it has the lock, before it loads anything large.
constexpr std::int64_t kOtherEngineMs = 10000;

/// Everything the new program needs, made before the fork: between fork and exec only
/// async-signal-safe calls are allowed in a process with threads.
struct Launch {
    std::string path;
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    std::vector<char*> argv;
    std::vector<char*> envp;
    Fd ready;  ///< write end, above kReadyFd
    Fd null;
    Fd error_log;
};

std::string own_folder() {
    std::array<char, PATH_MAX> buffer{};
    const ssize_t count = ::readlink("/proc/self/exe", buffer.data(), buffer.size() - 1);
    return util::parent_path(
        std::string(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0));
}

/// A built environment, so that nothing of the client's shell reaches the engine by accident.
std::vector<std::string> engine_environment() {
    static constexpr std::array<std::string_view, 9> kKept{"HOME=",
                                                           "LANG=",
                                                           "LC_",
                                                           "XDG_",
                                                           "CUDA_VISIBLE_DEVICES=",
                                                           "TZ=",
                                                           "USER=",
                                                           "LOGNAME=",
                                                           "TMPDIR="};
    // Threads of a parallel loop that wait by spinning hold the cores that others need: with other
    // programs at work a training step then takes ten times as long. A short spin costs nothing.
    std::vector<std::string> kept{"PATH=/usr/bin", "GOMP_SPINCOUNT=2000"};
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view variable(*entry);
        const bool keep = std::any_of(kKept.begin(), kKept.end(), [&](std::string_view prefix) {
            return variable.starts_with(prefix);
        });
        if (keep) kept.emplace_back(variable);
    }
    return kept;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> list;
    list.reserve(strings.size() + 1);
    for (std::string& text : strings) list.push_back(text.data());
    list.push_back(nullptr);
    return list;
}

/// Moves a descriptor out of the range that the child rearranges.
Fd moved_up(Fd fd) {
    constexpr int kFirstFree = 16;
    return Fd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, kFirstFree));
}

std::string error_log_path(const std::string& dir) { return util::join_path(dir, "engine.stderr"); }

Result<Launch> prepare(const EngineAddress& address,
                       const StartOptions& start,
                       const std::string& dir) {
    Launch launch;
    launch.path = start.engine_path.empty() ? util::join_path(own_folder(), "veritune-engine")
                                            : start.engine_path;
    if (::access(launch.path.c_str(), X_OK) != 0) {
        return fail(ErrorCode::kNotFound,
                    "the engine program is not there; install Veritune again",
                    launch.path);
    }
    launch.arguments = {
        launch.path, "--project", address.project_dir, "--ready-fd", std::to_string(kReadyFd)};
    launch.arguments.insert(launch.arguments.end(), start.arguments.begin(), start.arguments.end());
    launch.environment = engine_environment();
    launch.argv = pointers(launch.arguments);
    launch.envp = pointers(launch.environment);
    launch.null = moved_up(Fd(::open("/dev/null", O_RDWR | O_CLOEXEC)));
    const std::string log = error_log_path(dir);
    launch.error_log = moved_up(
        Fd(::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600)));
    if (!launch.null.valid() || !launch.error_log.valid()) {
        return errno_error("prepare the engine's start", log);
    }
    return launch;
}

/// Grandchild: becomes the engine. Async-signal-safe calls only.
[[noreturn]] void become_engine(const Launch& launch) {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    ::umask(077);
    const bool arranged = ::dup2(launch.null.get(), 0) >= 0 && ::dup2(launch.null.get(), 1) >= 0 &&
                          ::dup2(launch.error_log.get(), 2) >= 0 &&
                          ::dup2(launch.ready.get(), kReadyFd) >= 0;
    if (arranged) {
        // The project's lock and database must not leak into a process that lives longer.
        ::close_range(kReadyFd + 1, ~0U, CLOSE_RANGE_CLOEXEC);
        ::execve(launch.path.c_str(), launch.argv.data(), launch.envp.data());
    }
    ::_exit(127);
}

/// fork, setsid, fork, exec: the engine has no controlling terminal and is nobody's child.
Status fork_engine(const Launch& launch) {
    const pid_t child = ::fork();
    if (child < 0) return errno_error("start the engine", launch.path);
    if (child == 0) {
        ::setsid();
        const pid_t grandchild = ::fork();
        if (grandchild == 0) become_engine(launch);
        ::_exit(grandchild < 0 ? 1 : 0);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    return fail(ErrorCode::kOutOfMemory, "the system cannot start another process", launch.path);
}

/// What the new engine says first; empty when it died, nullopt when the time is over.
std::optional<std::string> first_word(const Fd& pipe, std::int64_t timeout_ms) {
    const std::int64_t deadline = util::system_clock().monotonic_us() + timeout_ms * 1000;
    std::string word;
    for (;;) {
        const std::int64_t left = (deadline - util::system_clock().monotonic_us()) / 1000;
        if (left <= 0) return std::nullopt;
        pollfd wait{pipe.get(), POLLIN, 0};
        if (::poll(&wait, 1, static_cast<int>(std::min<std::int64_t>(left, 60000))) <= 0) continue;
        std::array<char, 64> buffer{};
        const ssize_t count = ::read(pipe.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return word;
        word.append(buffer.data(), static_cast<std::size_t>(count));
        if (word == kReady || word == kBusy || word.size() > 64) return word;
    }
}

/// The last line an engine printed before it died: a missing library says so only there.
std::string last_words(const std::string& dir) {
    const auto fs = util::make_posix_file_system();
    std::string text = fs->read(error_log_path(dir), 1 << 20).value_or("");
    while (!text.empty() && text.back() == '\n') text.pop_back();
    const std::size_t line = text.rfind('\n');
    return line == std::string::npos ? text : text.substr(line + 1);
}

util::Error died_while_loading(const std::string& dir) {
    const std::optional<EngineExit> exit = read_engine_exit(dir);
    const std::string reason = exit ? exit->reason : last_words(dir);
    return fail(ErrorCode::kUnavailable,
                "the engine ended while it was starting" + (reason.empty() ? "" : ": " + reason),
                error_log_path(dir));
}

Result<std::unique_ptr<EngineClient>> wait_for_other(const EngineAddress& address,
                                                     const ClientOptions& options) {
    const std::int64_t deadline = util::system_clock().monotonic_us() + kOtherEngineMs * 1000;
    for (;;) {
        Result<std::unique_ptr<EngineClient>> client = EngineClient::connect(address, options);
        if (client || client.error().code != ErrorCode::kUnavailable) return client;
        if (util::system_clock().monotonic_us() > deadline) {
            return fail(ErrorCode::kBusy,
                        "another program holds the project and no engine answers; end that program"
                        " first",
                        address.project_dir);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

Status say(int fd, std::string_view word) {
    const Fd owner(fd);
    if (::write(fd, word.data(), word.size()) == static_cast<ssize_t>(word.size())) return {};
    return errno_error("tell the starting client", "");
}

}  // namespace

Status notify_ready(int ready_fd) { return say(ready_fd, kReady); }

Status notify_busy(int ready_fd) { return say(ready_fd, kBusy); }

Result<std::unique_ptr<EngineClient>> start_engine_if_needed(const EngineAddress& address,
                                                             const StartOptions& start,
                                                             const ClientOptions& options) {
    Result<std::unique_ptr<EngineClient>> running = EngineClient::connect(address, options);
    if (running || running.error().code != ErrorCode::kUnavailable) return running;
    VT_ASSIGN(const std::string dir, runtime_dir(address.project_id));
    VT_ASSIGN(Launch launch, prepare(address, start, dir));
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_error("start the engine", launch.path);
    const Fd read_end(ends[0]);
    launch.ready = moved_up(Fd(ends[1]));
    VT_TRY(fork_engine(launch));
    launch.ready = Fd();
    const std::optional<std::string> word = first_word(read_end, start.ready_timeout_ms);
    if (!word) {
        return fail(
            ErrorCode::kUnavailable, "the engine is not ready in time", error_log_path(dir));
    }
    if (*word == kReady) return EngineClient::connect(address, options);
    if (*word == kBusy) return wait_for_other(address, options);
    return died_while_loading(dir);
}

}  // namespace veritune::engine
