// SPDX-License-Identifier: Apache-2.0
#include "core/verify/worker_fleet.h"

#include "core/verify/code_gold.h"
#include "core/verify/sandbox_wire.h"
#include "core/verify/verify_worker.h"

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
#include <utility>

namespace veritune::verify {

namespace {

using Clock = std::chrono::steady_clock;
using util::Result;

Verdict blame(VerdictStatus status, std::string reason) {
    Verdict verdict;
    verdict.status = status;
    verdict.reason = std::move(reason);
    return verdict;
}

/// False when `events` does not happen on `fd` before the deadline.
bool wait_for(int fd, short events, Clock::time_point deadline) {
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0) return false;
        pollfd one = {.fd = fd, .events = events, .revents = 0};
        const int ready = ::poll(&one, 1, static_cast<int>(left.count()));
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

/// A worker that is no jail: a child with limits of its own and the filter of every main.
Result<WorkerPipes> spawn_worker(const std::string& program, pid_t& pid) {
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) {
        return util::fail(util::ErrorCode::kUnavailable, "no pipe for a verify worker");
    }
    WorkerPipes pipes(0, in[1], out[0]);
    std::array<std::string, 3> words = {program, "verify", "--worker"};
    std::array<char*, 4> arguments = {words[0].data(), words[1].data(), words[2].data(), nullptr};
    std::string path = "PATH=/usr/bin";
    std::array<char*, 2> environment = {path.data(), nullptr};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const int status = ::posix_spawn(
        &pid, program.c_str(), &actions, nullptr, arguments.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    if (status == 0) return pipes;
    return util::fail(util::ErrorCode::kUnavailable, "a verify worker cannot be started", program);
}

}  // namespace

class WorkerFleet::Worker {
  public:
    Worker(WorkerPipes pipes, pid_t pid, SandboxClient* sandbox)
        : pipes_(std::move(pipes)),
          pid_(pid),
          sandbox_(sandbox) {
        (void)::fcntl(pipes_.to_worker(), F_SETFL, O_NONBLOCK);
    }
    ~Worker() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        } else {
            sandbox_->kill_worker(pipes_.id());
        }
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    pid_t pid() const { return pid_; }
    int used() const { return used_; }

    Reply exchange(const std::string& frame, Clock::time_point deadline) {
        ++used_;
        wire::Writer out;
        out.text(frame);
        Reply reply;
        reply.trouble = send(out.bytes(), deadline);
        std::string head;
        if (reply.trouble == Trouble::kNone) reply.trouble = receive(head, 4, deadline);
        if (reply.trouble != Trouble::kNone) return reply;
        const std::size_t size = wire::Reader(head).u32();
        if (size > kMaxWorkerFrame) {
            reply.trouble = Trouble::kCrash;
            return reply;
        }
        reply.trouble = receive(reply.text, size, deadline);
        return reply;
    }

  private:
    Trouble send(std::string_view bytes, Clock::time_point deadline) const {
        while (!bytes.empty()) {
            const ssize_t count = ::write(pipes_.to_worker(), bytes.data(), bytes.size());
            if (count > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(count));
            } else if (errno == EAGAIN) {
                if (!wait_for(pipes_.to_worker(), POLLOUT, deadline)) return Trouble::kTimeout;
            } else if (errno != EINTR) {
                return Trouble::kCrash;
            }
        }
        return Trouble::kNone;
    }

    Trouble receive(std::string& out, std::size_t size, Clock::time_point deadline) const {
        std::array<char, 65536> part{};
        while (out.size() < size) {
            if (!wait_for(pipes_.from_worker(), POLLIN, deadline)) return Trouble::kTimeout;
            const std::size_t wanted = std::min(part.size(), size - out.size());
            const ssize_t count = ::read(pipes_.from_worker(), part.data(), wanted);
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) return Trouble::kCrash;
            out.append(part.data(), static_cast<std::size_t>(count));
        }
        return Trouble::kNone;
    }

    WorkerPipes pipes_;
    pid_t pid_;  ///< -1 = in a jail
    SandboxClient* sandbox_;
    int used_ = 0;
};

WorkerFleet::WorkerFleet(WorkerFleetOptions options, SandboxClient* sandbox)
    : options_(std::move(options)),
      sandbox_(sandbox),
      jailed_(sandbox != nullptr && sandbox->status().runs_programs()) {
    // A worker that dies closes its pipe under our write.
    ::signal(SIGPIPE, SIG_IGN);
}

WorkerFleet::~WorkerFleet() = default;

Result<std::unique_ptr<WorkerFleet::Worker>> WorkerFleet::start() {
    if (jailed_) {
        VT_ASSIGN(WorkerPipes pipes, sandbox_->start_worker());
        return std::make_unique<Worker>(std::move(pipes), -1, sandbox_);
    }
    pid_t pid = -1;
    VT_ASSIGN(WorkerPipes pipes, spawn_worker(options_.program, pid));
    return std::make_unique<Worker>(std::move(pipes), pid, sandbox_);
}

std::unique_ptr<WorkerFleet::Worker> WorkerFleet::take(std::string& reason) {
    std::unique_lock lock(mutex_);
    freed_.wait(lock, [&] { return !idle_.empty() || alive_ < options_.workers; });
    if (!idle_.empty()) {
        std::unique_ptr<Worker> worker = std::move(idle_.back());
        idle_.pop_back();
        return worker;
    }
    ++alive_;
    lock.unlock();
    auto started = start();
    lock.lock();
    if (!started) {
        --alive_;
        reason = started.error().message;
        freed_.notify_one();
        return nullptr;
    }
    ++started_;
    if ((*started)->pid() > 0) pids_.push_back((*started)->pid());
    return std::move(started).value();
}

/// nullptr or a worker at the end of its time: its place is free for a new one.
void WorkerFleet::give_back(std::unique_ptr<Worker> worker) {
    const bool keep = worker != nullptr && worker->used() < options_.requests_per_worker;
    std::unique_ptr<Worker> old;
    const std::lock_guard lock(mutex_);
    if (keep) {
        idle_.push_back(std::move(worker));
    } else {
        --alive_;
        old = std::move(worker);
    }
    freed_.notify_one();
}

WorkerFleet::Reply WorkerFleet::exchange(const std::string& frame) {
    Reply reply;
    std::unique_ptr<Worker> worker = take(reply.reason);
    if (worker == nullptr) {
        reply.trouble = Trouble::kNoWorker;
        return reply;
    }
    reply =
        worker->exchange(frame, Clock::now() + std::chrono::milliseconds(options_.wall_guard_ms));
    if (reply.trouble != Trouble::kNone) worker.reset();
    if (reply.trouble == Trouble::kCrash) {
        {
            const std::lock_guard lock(mutex_);
            ++crashes_;
        }
        if (options_.on_crash) options_.on_crash(frame);
    }
    give_back(std::move(worker));
    return reply;
}

WorkerFleet::Reply WorkerFleet::try_alone(const std::string& frame) {
    const std::unique_lock lock(alone_);
    return exchange(frame);
}

Advance WorkerFleet::step(const VerifyRequest& request, const std::vector<ProgramResult>& results) {
    const std::string frame = worker_request(request, results);
    if (frame.size() > kMaxWorkerFrame) {
        return blame(VerdictStatus::kBudgetExceeded, "request_too_long");
    }
    Reply reply;
    {
        const std::shared_lock lock(alone_);
        reply = exchange(frame);
    }
    if (reply.trouble == Trouble::kTimeout) reply = try_alone(frame);
    switch (reply.trouble) {
        case Trouble::kNone:
            break;
        case Trouble::kTimeout:
            return blame(VerdictStatus::kBudgetExceeded, "wall_guard");
        case Trouble::kCrash:
            return blame(VerdictStatus::kInternalError, "worker_crashed");
        case Trouble::kNoWorker:
            return blame(VerdictStatus::kInternalError, "no_worker: " + reply.reason);
    }
    auto next = read_worker_reply(reply.text);
    if (!next) return blame(VerdictStatus::kInternalError, "bad_worker_reply");
    return std::move(next).value();
}

Verdict WorkerFleet::verify(const VerifyRequest& request) {
    if (request.completion.size() > kMaxCompletionBytes) {
        // No need to move a text that is refused unread.
        return verify_request(request);
    }
    Verdict verdict = finish_request(
        [&](const std::vector<ProgramResult>& results) { return step(request, results); },
        sandbox_);
    if (verdict.reason == kCanaryPassed && options_.on_canary) {
        options_.on_canary(request.problem_id);
    }
    return verdict;
}

std::int64_t WorkerFleet::crashes() const {
    const std::lock_guard lock(mutex_);
    return crashes_;
}

std::int64_t WorkerFleet::started() const {
    const std::lock_guard lock(mutex_);
    return started_;
}

std::vector<pid_t> WorkerFleet::pids() const {
    const std::lock_guard lock(mutex_);
    return pids_;
}

}  // namespace veritune::verify
