// SPDX-License-Identifier: Apache-2.0
#include "core/programs/cli/child_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace veritune::cli {
namespace {

class Pipe {
  public:
    Pipe() { open_ = pipe2(ends_.data(), O_CLOEXEC) == 0; }
    ~Pipe() {
        close_read();
        close_write();
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    bool is_open() const { return open_; }
    int read_end() const { return ends_[0]; }
    int write_end() const { return ends_[1]; }
    void close_read() { close_end(0); }
    void close_write() { close_end(1); }

  private:
    void close_end(std::size_t i) {
        if (ends_[i] >= 0) close(ends_[i]);
        ends_[i] = -1;
    }
    std::array<int, 2> ends_{-1, -1};
    bool open_ = false;
};

std::vector<char*> pointers_to(const std::vector<std::string>& strings) {
    std::vector<char*> pointers;
    pointers.reserve(strings.size() + 1);
    for (const std::string& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

util::Result<pid_t> spawn(const std::vector<std::string>& argv,
                          const ChildOptions& options,
                          const Pipe& out,
                          const Pipe& err) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out.write_end(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err.write_end(), STDERR_FILENO);
    const std::vector<char*> arguments = pointers_to(argv);
    const std::vector<char*> environment = pointers_to(options.environment);
    pid_t pid = 0;
    const int failed = posix_spawn(&pid,
                                   argv.front().c_str(),
                                   &actions,
                                   nullptr,
                                   arguments.data(),
                                   options.environment.empty() ? environ : environment.data());
    posix_spawn_file_actions_destroy(&actions);
    if (failed == 0) return pid;
    const auto code = failed == ENOENT   ? util::ErrorCode::kNotFound
                      : failed == EACCES ? util::ErrorCode::kPermissionDenied
                                         : util::ErrorCode::kIoError;
    return util::fail(
        code, std::string("the program cannot be started: ") + std::strerror(failed), argv.front());
}

/// Takes what is there; false at the end of the stream.
bool take(int fd, std::string& text, std::size_t limit) {
    std::array<char, 16384> buffer{};
    const ssize_t count = read(fd, buffer.data(), buffer.size());
    if (count < 0) return errno == EINTR || errno == EAGAIN;
    const std::size_t room = limit - std::min(limit, text.size());
    text.append(buffer.data(), std::min(room, static_cast<std::size_t>(count)));
    return count > 0;
}

/// Reads both streams until their end or the deadline; false when the deadline came first.
bool collect(Pipe& out, Pipe& err, const ChildOptions& options, ChildResult& result) {
    using std::chrono::steady_clock;
    const auto deadline = steady_clock::now() + std::chrono::milliseconds(options.timeout_ms);
    std::array<struct pollfd, 2> streams{
        {{out.read_end(), POLLIN, 0}, {err.read_end(), POLLIN, 0}}};
    while (streams[0].fd >= 0 || streams[1].fd >= 0) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
        if (left.count() <= 0) return false;
        if (poll(streams.data(), streams.size(), static_cast<int>(left.count())) < 0) continue;
        for (auto& stream : streams) {
            if (stream.fd < 0 || stream.revents == 0) continue;
            std::string& text = &stream == &streams[0] ? result.output : result.errors;
            if (!take(stream.fd, text, options.max_output_bytes)) stream.fd = -1;
        }
    }
    return true;
}

}  // namespace

util::Result<ChildResult> run_child(const std::vector<std::string>& argv,
                                    const ChildOptions& options) {
    VT_CHECK(!argv.empty());
    Pipe out;
    Pipe err;
    if (!out.is_open() || !err.is_open()) {
        return util::fail(util::ErrorCode::kIoError, "no pipe could be made", argv.front());
    }
    VT_ASSIGN(const pid_t pid, spawn(argv, options, out, err));
    out.close_write();
    err.close_write();
    ChildResult result;
    if (!collect(out, err, options, result)) {
        result.timed_out = true;
        kill(pid, SIGKILL);
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

}  // namespace veritune::cli
