// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/programs/sandbox/jail.h"
#include "core/util/json.h"

#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <string>
#include <vector>

namespace veritune::sandbox {

struct SupervisorOptions {
    JailPaths paths;
    std::string allowlist;  ///< BPF bytes
    std::string fault_a;    ///< why rung A cannot be had; empty = try it
    std::string fault_b;    ///< why rung B cannot be had or may not be; empty = try it after A
    int landlock_abi = 0;   ///< of rung B
    int parallel = 2;       ///< [1, 256] programs at work at once; as many wait, twice
    int client = -1;        ///< our end of the socketpair
};

/// Starts jails, keeps some waiting, gives each one job and reports what came of it. One thread,
/// one poll loop; ends when the client's end of the socket is closed, and every jail with it. A
/// jail is used once. It decides nothing about a program but when to kill it. Rung A is tried
/// first; only before a jail has proven itself is rung B tried instead, where fault_b is empty: a
/// rung never changes once it has been told.
class Supervisor {
  public:
    explicit Supervisor(SupervisorOptions options);
    ~Supervisor();
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;
    /// Returns when the client is gone. errors  kIoError: the loop itself cannot go on
    util::Status run();

  private:
    enum class State { kStarting, kWaiting, kRunning, kEnding };
    struct Jail {
        JailProcess process;
        Profile profile = Profile::kProgram;
        Rung rung = Rung::kBubblewrap;
        State state = State::kStarting;
        std::uint64_t id = 0;  ///< of its job or worker
        bool alone = false;
        std::string nonce;
        std::string to_send;  ///< not yet written to its stdin
        std::string received;
        std::string complaint;  ///< its stderr, the beginning
        std::vector<std::string> cases;
        std::int64_t started_us = 0;
        std::int64_t deadline_us = 0;  ///< 0 = none
        std::uint64_t cpu_us = 0;
        bool finished = false;  ///< the program's last frame came
        bool bad = false;       ///< it sent what sandbox-init never sends
        bool wall = false;      ///< killed by the wall clock
    };
    struct Job {
        std::uint64_t id = 0;
        bool alone = false;
        std::uint32_t wall_ms = 0;
        std::string bytes;
    };

    util::Status turn();
    int poll_timeout() const;
    void read_client();
    void handle(char type, std::string_view payload);
    void write_client();
    void send(char type, std::string_view payload);
    void answer_status();
    void kill_job(std::uint64_t id);

    void keep_jails_ready();
    bool start(Profile profile, std::uint64_t id);
    void give_jobs();
    Jail* waiting_jail();
    int running() const;
    bool any_ending() const;
    void read_jail(Jail& jail);
    void read_complaint(Jail& jail);
    void write_jail(Jail& jail);
    void take_frame(Jail& jail, char type, std::string_view payload);
    void take_ready(Jail& jail, std::string_view payload);
    void hand_over_worker(Jail& jail);
    void look_at_clock();
    void end(Jail& jail);
    void retire(Jail& jail);
    void reap();
    pid_t reap_one();
    void conclude(Jail& jail);
    void report(const Jail& jail);
    void refuse(std::uint64_t id, const std::string& reason);
    util::Result<JailProcess> start_process(Profile profile) const;
    void kill_jail(const Jail& jail) const;
    /// The next rung, or none from now on: then what waits is refused with the reason.
    void give_up(const std::string& reason);
    void choose_rung();
    /// Why programs are off, or why it is rung B.
    std::string reason() const;

    SupervisorOptions options_;
    Rung rung_ = Rung::kNone;
    std::list<Jail> jails_;
    std::deque<Job> jobs_;
    std::vector<std::uint64_t> status_asked_;
    std::string from_client_;
    std::string to_client_;
    std::deque<std::pair<std::size_t, std::vector<int>>> fds_to_client_;
    bool client_gone_ = false;
    bool proven_ = false;  ///< a jail has said that it holds
    int failed_starts_ = 0;
    std::uint64_t started_ = 0;
    int signals_ = -1;
};

}  // namespace veritune::sandbox
