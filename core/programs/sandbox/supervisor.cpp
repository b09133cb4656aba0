// SPDX-License-Identifier: Apache-2.0
#include "core/programs/sandbox/supervisor.h"

#include "core/util/hash.h"
#include "core/verify/sandbox_wire.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace veritune::sandbox {

namespace {

namespace wire = verify::wire;

constexpr std::size_t kMaxComplaint = 2000;
constexpr std::size_t kReadBytes = std::size_t{64} << 10;
constexpr std::int64_t kStartTimeoutUs = 20'000'000;
constexpr int kMaxFailedStarts = 3;
constexpr std::uint32_t kMaxWallMs = 600'000;

std::int64_t now_us() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

void close_fd(int& fd) {
    if (fd >= 0) ::close(std::exchange(fd, -1));
}

void set_nonblocking(int fd) { (void)::fcntl(fd, F_SETFL, O_NONBLOCK); }

std::string fresh_nonce() {
    std::string nonce(wire::kNonceBytes, '\0');
    // Short reads do not happen at this size once the kernel's pool is ready.
    VT_CHECK(::getrandom(nonce.data(), nonce.size(), 0) == static_cast<ssize_t>(nonce.size()));
    return nonce;
}

std::string first_line(const std::string& text) {
    const std::size_t begin = text.find_first_not_of(" \n");
    if (begin == std::string::npos) return {};
    return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

Supervisor::Supervisor(SupervisorOptions options)
    : options_(std::move(options)) {
    choose_rung();
}

Supervisor::~Supervisor() {
    // --die-with-parent would do it too; this one is there before the process ends.
    for (const Jail& jail : jails_) kill_jail(jail);
    for (Jail& jail : jails_) {
        if (jail.process.pid > 0) ::waitpid(jail.process.pid, nullptr, 0);
        close_fd(jail.process.in);
        close_fd(jail.process.out);
        close_fd(jail.process.err);
    }
    close_fd(signals_);
}

util::Status Supervisor::run() {
    sigset_t child;
    ::sigemptyset(&child);
    ::sigaddset(&child, SIGCHLD);
    if (::sigprocmask(SIG_BLOCK, &child, nullptr) != 0 || ::signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
        return util::fail(util::ErrorCode::kIoError, "the sandbox cannot set its signals");
    }
    signals_ = ::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals_ < 0) return util::fail(util::ErrorCode::kIoError, "signalfd failed");
    set_nonblocking(options_.client);
    while (!client_gone_) VT_TRY(turn());
    return {};
}

util::Status Supervisor::turn() {
    keep_jails_ready();
    give_jobs();
    std::vector<pollfd> polls;
    const short client_events = to_client_.empty() ? POLLIN : POLLIN | POLLOUT;
    polls.push_back({.fd = options_.client, .events = client_events, .revents = 0});
    polls.push_back({.fd = signals_, .events = POLLIN, .revents = 0});
    std::vector<Jail*> order;
    for (Jail& jail : jails_) {
        order.push_back(&jail);
        polls.push_back({.fd = jail.process.out, .events = POLLIN, .revents = 0});
        polls.push_back({.fd = jail.process.err, .events = POLLIN, .revents = 0});
        const int in = jail.to_send.empty() ? -1 : jail.process.in;
        polls.push_back({.fd = in, .events = POLLOUT, .revents = 0});
    }
    if (::poll(polls.data(), polls.size(), poll_timeout()) < 0 && errno != EINTR) {
        return util::fail(util::ErrorCode::kIoError, "poll failed");
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
        Jail& jail = *order[i];
        if (polls[2 + 3 * i].revents != 0) read_jail(jail);
        if (polls[3 + 3 * i].revents != 0) read_complaint(jail);
        if (polls[4 + 3 * i].revents != 0) write_jail(jail);
    }
    look_at_clock();
    reap();
    if (polls[0].revents != 0) read_client();
    write_client();
    return {};
}

int Supervisor::poll_timeout() const {
    std::int64_t next = 0;
    for (const Jail& jail : jails_) {
        if (jail.deadline_us != 0 && (next == 0 || jail.deadline_us < next))
            next = jail.deadline_us;
    }
    if (next == 0) return -1;
    return static_cast<int>(std::clamp<std::int64_t>((next - now_us()) / 1000 + 1, 0, 60'000));
}

// --- client --------------------------------------------------------------------------------------

void Supervisor::read_client() {
    std::array<char, kReadBytes> part{};
    const ssize_t count = ::recv(options_.client, part.data(), part.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
        client_gone_ = true;
        return;
    }
    from_client_.append(part.data(), static_cast<std::size_t>(count));
    std::size_t used = 0;
    wire::Frame frame;
    const auto cut = [&] {
        return wire::cut_frame(std::string_view(from_client_).substr(used), frame);
    };
    wire::Cut state = cut();
    for (; state == wire::Cut::kFrame; state = cut()) {
        used += frame.size;
        handle(frame.type, frame.payload);
    }
    from_client_.erase(0, used);
    if (state == wire::Cut::kTooLong) client_gone_ = true;
}

void Supervisor::handle(char type, std::string_view payload) {
    wire::Reader in(payload);
    const std::uint64_t id = in.u64();
    if (type == wire::kJob) {
        Job job{.id = id, .alone = in.u32() != 0, .wall_ms = in.u32(), .bytes = {}};
        job.wall_ms = std::clamp<std::uint32_t>(job.wall_ms, 100, kMaxWallMs);
        job.bytes = in.text();
        if (!in.complete()) return refuse(id, "the job is malformed");
        if (rung_ == Rung::kNone) return refuse(id, reason());
        jobs_.push_back(std::move(job));
    } else if (type == wire::kStartWorker) {
        if (rung_ == Rung::kNone || !start(Profile::kWorker, id)) {
            wire::Writer out;
            out.u64(id);
            out.u32(0);
            out.text(rung_ == Rung::kNone ? reason() : "no further process");
            send(wire::kWorkerReady, out.bytes());
        }
    } else if (type == wire::kKill) {
        kill_job(id);
    } else if (type == wire::kStatus) {
        status_asked_.push_back(id);
        if (proven_ || rung_ == Rung::kNone) answer_status();
    }
}

void Supervisor::kill_job(std::uint64_t id) {
    for (Jail& jail : jails_) {
        if (jail.id == id && jail.state != State::kWaiting) end(jail);
    }
}

void Supervisor::send(char type, std::string_view payload) {
    to_client_ += wire::frame(type, payload);
}

/// Descriptors travel with the first byte of their frame, so a send stops before such a frame.
void Supervisor::write_client() {
    while (!to_client_.empty()) {
        std::size_t size = to_client_.size();
        msghdr message{};
        iovec bytes{};
        alignas(cmsghdr) std::array<char, CMSG_SPACE(2 * sizeof(int))> control{};
        const bool with_fds = !fds_to_client_.empty() && fds_to_client_.front().first == 0;
        if (with_fds) {
            const std::vector<int>& fds = fds_to_client_.front().second;
            message.msg_control = control.data();
            message.msg_controllen = CMSG_SPACE(fds.size() * sizeof(int));
            cmsghdr* head = CMSG_FIRSTHDR(&message);
            head->cmsg_level = SOL_SOCKET;
            head->cmsg_type = SCM_RIGHTS;
            head->cmsg_len = CMSG_LEN(fds.size() * sizeof(int));
            std::memcpy(CMSG_DATA(head), fds.data(), fds.size() * sizeof(int));
            size = 1;
        } else if (!fds_to_client_.empty()) {
            size = std::min(size, fds_to_client_.front().first);
        }
        bytes = {.iov_base = to_client_.data(), .iov_len = size};
        message.msg_iov = &bytes;
        message.msg_iovlen = 1;
        const ssize_t count = ::sendmsg(options_.client, &message, MSG_NOSIGNAL);
        if (count < 0) {
            if (errno != EAGAIN && errno != EINTR) client_gone_ = true;
            return;
        }
        if (with_fds) {
            for (int& fd : fds_to_client_.front().second) close_fd(fd);
            fds_to_client_.pop_front();
        }
        to_client_.erase(0, static_cast<std::size_t>(count));
        for (auto& entry : fds_to_client_) entry.first -= static_cast<std::size_t>(count);
    }
}

void Supervisor::answer_status() {
    const bool b_tried = rung_ == Rung::kLandlock;
    const util::Json status = {{"rung", rung_name(rung_)},
                               {"reason", reason()},
                               {"rung_a", options_.fault_a},
                               {"rung_b", b_tried ? std::string() : options_.fault_b},
                               {"landlock_abi", options_.landlock_abi},
                               {"parallel", options_.parallel},
                               {"jails_started", started_},
                               {"filter_bytes", options_.allowlist.size()},
                               {"filter_sha256", util::sha256_hex(options_.allowlist)}};
    for (const std::uint64_t id : status_asked_) {
        wire::Writer out;
        out.u64(id);
        out.text(status.dump());
        send(wire::kStatusReply, out.bytes());
    }
    status_asked_.clear();
}

void Supervisor::refuse(std::uint64_t id, const std::string& reason) {
    wire::Writer out;
    out.u64(id);
    out.u32(wire::kSandboxFault);
    out.text(reason);
    out.u64(0);
    out.u64(0);
    out.u32(0);
    out.u32(0);
    send(wire::kJobDone, out.bytes());
}

void Supervisor::choose_rung() {
    if (options_.fault_a.empty()) {
        rung_ = Rung::kBubblewrap;
    } else {
        rung_ = options_.fault_b.empty() ? Rung::kLandlock : Rung::kNone;
    }
}

std::string Supervisor::reason() const {
    if (rung_ == Rung::kBubblewrap) return {};
    if (rung_ == Rung::kLandlock) return options_.fault_a;
    return options_.fault_a + "; rung B is off too: " + options_.fault_b;
}

void Supervisor::give_up(const std::string& reason) {
    const bool was_a = rung_ == Rung::kBubblewrap;
    (was_a ? options_.fault_a : options_.fault_b) = reason;
    // Runs have written down the rung that held: it does not get weaker under them.
    if (was_a && proven_ && options_.fault_b.empty()) {
        options_.fault_b = "the rung does not change once programs have run";
    }
    if (was_a) choose_rung();
    if (!was_a) rung_ = Rung::kNone;
    failed_starts_ = 0;
    if (rung_ == Rung::kNone) {
        for (const Job& job : jobs_) refuse(job.id, this->reason());
        jobs_.clear();
        answer_status();
    }
    for (Jail& jail : jails_) {
        if (jail.state == State::kStarting || jail.state == State::kWaiting) retire(jail);
    }
}

// --- jails ---------------------------------------------------------------------------------------

void Supervisor::keep_jails_ready() {
    if (rung_ == Rung::kNone) return;
    // Until one has proven that jails hold, a single one is tried.
    const int wanted = proven_ ? 2 * options_.parallel : 1;
    int ready = 0;
    for (const Jail& jail : jails_) {
        const bool fresh = jail.state == State::kStarting || jail.state == State::kWaiting;
        if (fresh && jail.profile == Profile::kProgram) ++ready;
    }
    for (; ready < wanted; ++ready) {
        if (!start(Profile::kProgram, 0)) return;
    }
}

util::Result<JailProcess> Supervisor::start_process(Profile profile) const {
    if (rung_ == Rung::kBubblewrap) {
        return start_jail(options_.paths, profile, options_.allowlist);
    }
    return start_landlock_jail(options_.paths, profile, options_.allowlist, options_.landlock_abi);
}

bool Supervisor::start(Profile profile, std::uint64_t id) {
    auto process = start_process(profile);
    if (!process) {
        // With jails at work this may pass (the machine is out of processes for a moment).
        if (jails_.empty()) give_up(process.error().message);
        return false;
    }
    Jail jail{.process = *process, .profile = profile, .rung = rung_, .id = id};
    jail.deadline_us = now_us() + kStartTimeoutUs;
    for (const int fd : {process->in, process->out, process->err}) set_nonblocking(fd);
    jails_.push_back(std::move(jail));
    ++started_;
    return true;
}

int Supervisor::running() const {
    return static_cast<int>(std::count_if(jails_.begin(), jails_.end(), [](const Jail& jail) {
        return jail.profile == Profile::kProgram && jail.state == State::kRunning;
    }));
}

/// A killed jail takes some milliseconds to go; only a job that has to be alone waits for that.
bool Supervisor::any_ending() const {
    return std::any_of(jails_.begin(), jails_.end(), [](const Jail& jail) {
        return jail.profile == Profile::kProgram && jail.state == State::kEnding && jail.id != 0;
    });
}

Supervisor::Jail* Supervisor::waiting_jail() {
    for (Jail& jail : jails_) {
        if (jail.state == State::kWaiting) return &jail;
    }
    return nullptr;
}

void Supervisor::give_jobs() {
    while (!jobs_.empty()) {
        const int busy = running();
        const bool alone_at_work = std::any_of(jails_.begin(), jails_.end(), [](const Jail& jail) {
            return jail.alone && jail.state == State::kRunning;
        });
        if (busy >= options_.parallel || alone_at_work) return;
        if (jobs_.front().alone && (busy > 0 || any_ending())) return;
        Jail* jail = waiting_jail();
        if (jail == nullptr) return;
        Job job = std::move(jobs_.front());
        jobs_.pop_front();
        jail->state = State::kRunning;
        jail->id = job.id;
        jail->alone = job.alone;
        jail->nonce = fresh_nonce();
        jail->started_us = now_us();
        jail->deadline_us = jail->started_us + std::int64_t{job.wall_ms} * 1000;
        wire::Writer out;
        out.raw(jail->nonce);
        out.text(job.bytes);
        jail->to_send = out.bytes();
        write_jail(*jail);
    }
}

void Supervisor::write_jail(Jail& jail) {
    while (!jail.to_send.empty()) {
        const ssize_t count = ::write(jail.process.in, jail.to_send.data(), jail.to_send.size());
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (count < 0) {
            jail.to_send.clear();
            break;
        }
        jail.to_send.erase(0, static_cast<std::size_t>(count));
    }
    close_fd(jail.process.in);  // the end of the job
}

void Supervisor::read_complaint(Jail& jail) {
    std::array<char, 4096> part{};
    const ssize_t count = ::read(jail.process.err, part.data(), part.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return close_fd(jail.process.err);
    const std::size_t room = kMaxComplaint - std::min(kMaxComplaint, jail.complaint.size());
    jail.complaint.append(part.data(), std::min(static_cast<std::size_t>(count), room));
}

void Supervisor::read_jail(Jail& jail) {
    if (jail.process.out < 0) return;
    std::array<char, kReadBytes> part{};
    const ssize_t count = ::read(jail.process.out, part.data(), part.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
        close_fd(jail.process.out);
        return end(jail);
    }
    jail.received.append(part.data(), static_cast<std::size_t>(count));
    std::size_t used = 0;
    wire::Frame frame;
    wire::Cut state = wire::Cut::kNothing;
    while (jail.process.out >= 0) {
        state = wire::cut_frame(std::string_view(jail.received).substr(used), frame);
        if (state != wire::Cut::kFrame) break;
        used += frame.size;
        take_frame(jail, frame.type, frame.payload);
    }
    jail.received.erase(0, used);
    if (state == wire::Cut::kTooLong) {
        jail.bad = true;
        end(jail);
    }
}

void Supervisor::take_frame(Jail& jail, char type, std::string_view payload) {
    if (jail.state == State::kStarting && type == wire::kReady) return take_ready(jail, payload);
    wire::Reader in(payload);
    const std::string_view nonce = in.raw(wire::kNonceBytes);
    const std::uint32_t index = in.u32();
    bool good = jail.state == State::kRunning && !jail.finished && in.ok() && nonce == jail.nonce &&
                index == jail.cases.size();
    if (good && type == wire::kCaseDone) {
        jail.cases.emplace_back(in.text());
        good = in.complete();
    } else if (good && type == wire::kProgramEnd) {
        jail.cpu_us = in.u64();
        jail.finished = true;
        good = in.complete();
    } else {
        good = false;
    }
    if (!good) jail.bad = true;
    if (!good || jail.finished) end(jail);
}

void Supervisor::take_ready(Jail& jail, std::string_view payload) {
    wire::Reader in(payload);
    const std::string fault(in.text());
    if (!in.complete() || !fault.empty()) {
        // It starts and does not hold: nothing may run on this machine any more.
        const bool current = jail.rung == rung_;
        retire(jail);
        if (current) {
            give_up("the start-up probe of a jail failed: " +
                    (fault.empty() ? "bad frame" : fault));
        }
        return;
    }
    jail.deadline_us = 0;
    failed_starts_ = 0;
    proven_ = true;
    answer_status();
    if (jail.profile == Profile::kWorker) return hand_over_worker(jail);
    jail.state = State::kWaiting;
}

void Supervisor::hand_over_worker(Jail& jail) {
    wire::Writer out;
    out.u64(jail.id);
    out.u32(1);
    out.text({});
    for (const int fd : {jail.process.in, jail.process.out}) (void)::fcntl(fd, F_SETFL, 0);
    fds_to_client_.push_back(
        {to_client_.size(),
         {std::exchange(jail.process.in, -1), std::exchange(jail.process.out, -1)}});
    send(wire::kWorkerReady, out.bytes());
    jail.state = State::kRunning;
}

void Supervisor::look_at_clock() {
    const std::int64_t now = now_us();
    for (Jail& jail : jails_) {
        if (jail.deadline_us == 0 || now < jail.deadline_us) continue;
        jail.wall = jail.state == State::kRunning;
        end(jail);
    }
}

/// Rung A: the outer bubblewrap; its death ends process 1 of the jail and with it everything
/// inside. Rung B: the process group that nobody inside can leave.
void Supervisor::kill_jail(const Jail& jail) const {
    if (jail.process.pid <= 0) return;
    if (jail.rung == Rung::kLandlock) ::kill(-jail.process.pid, SIGKILL);
    ::kill(jail.process.pid, SIGKILL);
}

/// Ends a jail whose program, if it has one, has been reported.
void Supervisor::retire(Jail& jail) {
    if (jail.state == State::kStarting && jail.profile == Profile::kWorker) {
        wire::Writer out;
        out.u64(jail.id);
        out.u32(0);
        out.text("the jail of a verify worker does not start: " + first_line(jail.complaint));
        send(wire::kWorkerReady, out.bytes());
    }
    jail.state = State::kEnding;
    jail.deadline_us = 0;
    kill_jail(jail);
}

void Supervisor::end(Jail& jail) {
    if (jail.state == State::kStarting && jail.complaint.empty() && jail.process.err >= 0) {
        read_complaint(jail);
    }
    if (jail.state == State::kStarting) ++failed_starts_;
    if (jail.state == State::kRunning && jail.profile == Profile::kProgram) report(jail);
    const bool hopeless = jail.state == State::kStarting && !proven_;
    retire(jail);
    if (jail.rung == rung_ && (hopeless || failed_starts_ >= kMaxFailedStarts)) {
        const std::string line = first_line(jail.complaint);
        std::string who = rung_ == Rung::kBubblewrap ? "bubblewrap" : "Landlock";
        if (rung_ == Rung::kBubblewrap && line.empty()) who += " (" + options_.paths.bwrap + ")";
        give_up(who + " does not start a jail" + (line.empty() ? "" : ": " + line));
    }
}

void Supervisor::report(const Jail& jail) {
    wire::Writer out;
    out.u64(jail.id);
    const bool whole = jail.finished && !jail.bad;
    out.u32(whole ? wire::kRan : jail.wall ? wire::kWallLimit : wire::kJailDied);
    out.text(whole ? "" : jail.wall ? "wall clock" : jail.bad ? "bad frame" : "the jail ended");
    out.u64(static_cast<std::uint64_t>(now_us() - jail.started_us));
    out.u64(jail.cpu_us);
    out.u32(static_cast<std::uint32_t>(jail.cases.size()));
    for (const std::string& one : jail.cases) out.text(one);
    out.u32(jail.rung == Rung::kLandlock ? 1 : 0);
    send(wire::kJobDone, out.bytes());
}

/// Also the jails' own processes: bubblewrap leaves before it has seen its first one end, and those
/// of rung B become ours when sandbox-init has ended. The next one that is over, already counted
/// out; 0 = none.
pid_t Supervisor::reap_one() {
    siginfo_t info{};
    // Looked at before it is taken away: until then its number, and its group's, is nobody else's.
    if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return 0;
    const auto found = std::find_if(jails_.begin(), jails_.end(), [&info](const Jail& jail) {
        return jail.process.pid == info.si_pid;
    });
    if (found != jails_.end()) {
        kill_jail(*found);
        found->process.pid = -1;
    }
    return ::waitpid(info.si_pid, nullptr, WNOHANG);
}

void Supervisor::reap() {
    signalfd_siginfo ignored{};
    while (::read(signals_, &ignored, sizeof ignored) > 0) {
    }
    while (reap_one() > 0) {
    }
    for (auto jail = jails_.begin(); jail != jails_.end();) {
        if (jail->process.pid > 0) {
            ++jail;
            continue;
        }
        conclude(*jail);
        jail = jails_.erase(jail);
    }
}

/// bubblewrap has ended; what is still in the pipes counts.
void Supervisor::conclude(Jail& jail) {
    while (jail.process.out >= 0 && jail.state != State::kEnding) {
        const std::size_t before = jail.received.size();
        const std::size_t cases = jail.cases.size();
        read_jail(jail);
        if (jail.received.size() == before && jail.cases.size() == cases) break;
    }
    if (jail.state != State::kEnding) end(jail);
    close_fd(jail.process.in);
    close_fd(jail.process.out);
    close_fd(jail.process.err);
}

}  // namespace veritune::sandbox
