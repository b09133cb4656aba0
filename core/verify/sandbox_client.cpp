// SPDX-License-Identifier: Apache-2.0
#include "core/verify/sandbox_client.h"

#include "core/verify/sandbox_wire.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace veritune::verify {

namespace {

using util::Result;

constexpr int kClientFd = 3;

void close_fd(int& fd) {
    if (fd >= 0) ::close(std::exchange(fd, -1));
}

/// posix_spawn and not fork: threads may run already.
Result<pid_t> spawn(const SandboxOptions& options, int their_end) {
    std::vector<std::string> words = {options.program,
                                      "--client",
                                      std::to_string(kClientFd),
                                      "--parallel",
                                      std::to_string(options.parallel)};
    words.insert(words.end(), options.extra_arguments.begin(), options.extra_arguments.end());
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::string path = "PATH=/usr/bin";
    std::array<char*, 2> environment = {path.data(), nullptr};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    // From a number above, so that dup2 takes off close-on-exec also when it is 3 already.
    ::posix_spawn_file_actions_adddup2(&actions, their_end, kClientFd);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    pid_t pid = -1;
    const int status = ::posix_spawn(
        &pid, options.program.c_str(), &actions, nullptr, arguments.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (status == 0) return pid;
    const char* reason = ::strerrordesc_np(status);
    return util::fail(
        status == ENOENT ? util::ErrorCode::kNotFound : util::ErrorCode::kUnavailable,
        std::string("veritune-sandbox cannot be started: ") + (reason != nullptr ? reason : ""),
        options.program);
}

ProgramResult fault(std::string reason) {
    ProgramResult result;
    result.reason = std::move(reason);
    return result;
}

ProgramResult read_result(std::string_view payload, std::size_t cases) {
    wire::Reader in(payload);
    (void)in.u64();
    const std::uint32_t outcome = in.u32();
    ProgramResult result;
    result.reason = in.text();
    result.wall_us = static_cast<std::int64_t>(in.u64());
    result.cpu_us = static_cast<std::int64_t>(in.u64());
    const std::uint32_t count = in.u32();
    for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
        auto one = decode_case(in.text());
        if (!one) return fault("a reply of the sandbox is malformed");
        result.cases.push_back(std::move(one).value());
    }
    result.rung_b = in.u32() != 0;
    using enum ProgramResult::Outcome;
    if (!in.complete() || result.cases.size() > cases) return fault("a reply is malformed");
    result.outcome = outcome == wire::kRan         ? kRan
                     : outcome == wire::kWallLimit ? kWallLimit
                     : outcome == wire::kJailDied  ? kJailDied
                                                   : kSandboxFault;
    if (result.outcome == kRan && result.cases.size() != cases) result.outcome = kJailDied;
    result.cases.resize(cases);
    return result;
}

}  // namespace

WorkerPipes::~WorkerPipes() {
    close_fd(to_worker_);
    close_fd(from_worker_);
}

WorkerPipes::WorkerPipes(WorkerPipes&& other) noexcept
    : id_(other.id_),
      to_worker_(std::exchange(other.to_worker_, -1)),
      from_worker_(std::exchange(other.from_worker_, -1)) {}

WorkerPipes& WorkerPipes::operator=(WorkerPipes&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(to_worker_, other.to_worker_);
    std::swap(from_worker_, other.from_worker_);
    return *this;
}

Result<std::unique_ptr<SandboxClient>> SandboxClient::start(const SandboxOptions& options) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return util::fail(util::ErrorCode::kUnavailable, "no socket for the sandbox");
    }
    // Out of the way of kClientFd.
    int theirs = ::fcntl(ends[1], F_DUPFD_CLOEXEC, kClientFd + 1);
    ::close(ends[1]);
    auto pid = spawn(options, theirs);
    close_fd(theirs);
    if (!pid) {
        ::close(ends[0]);
        return pid.error();
    }
    return std::unique_ptr<SandboxClient>(new SandboxClient(ends[0], *pid));
}

SandboxClient::SandboxClient(int socket, pid_t pid)
    : socket_(socket),
      pid_(pid),
      reader_([this] { read_replies(); }) {}

SandboxClient::~SandboxClient() {
    // The supervisor ends at the end of the stream, and every jail with it.
    ::shutdown(socket_, SHUT_RDWR);
    reader_.join();
    ::waitpid(pid_, nullptr, 0);
    close_fd(socket_);
    for (auto& [id, reply] : replies_) {
        for (int& fd : reply.fds) close_fd(fd);
    }
}

std::uint64_t SandboxClient::next_id() {
    const std::lock_guard lock(mutex_);
    return ++last_id_;
}

bool SandboxClient::send(char type, std::string_view payload) {
    const std::string bytes = wire::frame(type, payload);
    const std::lock_guard lock(send_mutex_);
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const ssize_t count = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        rest.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

Result<SandboxClient::Reply> SandboxClient::ask(char type,
                                                std::uint64_t id,
                                                std::string_view rest) {
    wire::Writer out;
    out.u64(id);
    out.raw(rest);
    const bool sent = send(type, out.bytes());
    std::unique_lock lock(mutex_);
    if (sent) arrived_.wait(lock, [&] { return gone_ || replies_.contains(id); });
    const auto found = replies_.find(id);
    if (found == replies_.end()) {
        return util::fail(util::ErrorCode::kUnavailable, "the sandbox process has ended");
    }
    Reply reply = std::move(found->second);
    replies_.erase(found);
    return reply;
}

ProgramResult SandboxClient::run(const ProgramJob& job) {
    wire::Writer out;
    out.u32(job.alone ? 1 : 0);
    out.u32(static_cast<std::uint32_t>(job.limits.wall_ms));
    out.text(encode_job(job));
    if (out.bytes().size() + 64 > wire::kMaxFrame) return fault("the job is too large");
    const auto reply = ask(wire::kJob, next_id(), out.bytes());
    if (!reply) return fault(reply.error().message);
    return read_result(reply->payload, job.cases.size());
}

SandboxStatus SandboxClient::status() {
    SandboxStatus status{.rung = "0"};
    const auto reply = ask(wire::kStatus, next_id(), {});
    if (!reply) {
        status.reason = reply.error().message;
        return status;
    }
    wire::Reader in(reply->payload);
    (void)in.u64();
    const auto json = util::parse_json(in.text(), "sandbox status");
    if (!json || !json->is_object()) {
        status.reason = "the sandbox does not speak our language";
        return status;
    }
    status.rung = json->value("rung", "0");
    status.reason = json->value("reason", "");
    status.rung_a = json->value("rung_a", "");
    status.rung_b = json->value("rung_b", "");
    status.landlock_abi = json->value("landlock_abi", 0);
    status.filter_sha256 = json->value("filter_sha256", "");
    status.filter_bytes = json->value("filter_bytes", std::int64_t{0});
    status.jails_started = json->value("jails_started", std::int64_t{0});
    return status;
}

Result<WorkerPipes> SandboxClient::start_worker() {
    const std::uint64_t id = next_id();
    VT_ASSIGN(Reply reply, ask(wire::kStartWorker, id, {}));
    wire::Reader in(reply.payload);
    (void)in.u64();
    const bool ready = in.u32() == 1;
    std::string reason(in.text());
    if (ready && reply.fds.size() == 2) return WorkerPipes(id, reply.fds[0], reply.fds[1]);
    for (int& fd : reply.fds) close_fd(fd);
    return util::fail(util::ErrorCode::kUnavailable,
                      reason.empty() ? "a verify worker cannot be started" : std::move(reason));
}

bool SandboxClient::gone() const {
    const std::lock_guard lock(mutex_);
    return gone_;
}

void SandboxClient::kill_worker(std::uint64_t id) {
    wire::Writer out;
    out.u64(id);
    (void)send(wire::kKill, out.bytes());
}

bool SandboxClient::receive(std::string& buffer, std::vector<int>& fds) const {
    std::array<char, 65536> part{};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(8 * sizeof(int))> control{};
    iovec bytes = {.iov_base = part.data(), .iov_len = part.size()};
    msghdr message{};
    message.msg_iov = &bytes;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t count = ::recvmsg(socket_, &message, MSG_CMSG_CLOEXEC);
    if (count < 0 && errno == EINTR) return true;
    if (count <= 0) return false;
    for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr;
         head = CMSG_NXTHDR(&message, head)) {
        if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t number = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        std::vector<int> passed(number);
        std::memcpy(passed.data(), CMSG_DATA(head), number * sizeof(int));
        fds.insert(fds.end(), passed.begin(), passed.end());
    }
    buffer.append(part.data(), static_cast<std::size_t>(count));
    return true;
}

void SandboxClient::deliver(std::string_view& buffer, std::vector<int>& fds) {
    wire::Frame frame;
    while (wire::cut_frame(buffer, frame, 4 * wire::kMaxFrame) == wire::Cut::kFrame) {
        buffer.remove_prefix(frame.size);
        Reply reply{.type = frame.type, .payload = std::string(frame.payload), .fds = {}};
        wire::Reader in(frame.payload);
        const std::uint64_t id = in.u64();
        // Descriptors come with the first byte of their frame, in the order of the frames.
        if (frame.type == wire::kWorkerReady && in.u32() == 1 && fds.size() >= 2) {
            reply.fds.assign(fds.begin(), fds.begin() + 2);
            fds.erase(fds.begin(), fds.begin() + 2);
        }
        const std::lock_guard lock(mutex_);
        replies_.insert_or_assign(id, std::move(reply));
    }
}

void SandboxClient::read_replies() {
    std::string buffer;
    std::vector<int> fds;
    while (receive(buffer, fds)) {
        std::string_view rest = buffer;
        deliver(rest, fds);
        buffer.erase(0, buffer.size() - rest.size());
        arrived_.notify_all();
    }
    for (int& fd : fds) close_fd(fd);
    const std::lock_guard lock(mutex_);
    gone_ = true;
    arrived_.notify_all();
}

}  // namespace veritune::verify
