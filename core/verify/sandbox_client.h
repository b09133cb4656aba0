// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/program_job.h"

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace veritune::verify {

/// What the supervisor says about this machine.
struct SandboxStatus {
    std::string rung;      ///< "A" = bubblewrap, filter and limits; "B" = Landlock instead of
                           ///< bubblewrap, weaker; "0" = programs are off
    std::string reason;    ///< of rung 0: the missing piece and what to do; of B: why it is not A
    std::string rung_a;    ///< what stopped the probe of rung A; empty = nothing
    std::string rung_b;    ///< what stopped the probe of rung B, or why it was not tried
    int landlock_abi = 0;  ///< 0 = the kernel has none
    std::string filter_sha256;
    std::int64_t filter_bytes = 0;
    std::int64_t jails_started = 0;
    bool runs_programs() const { return rung == "A" || rung == "B"; }
};

struct SandboxOptions {
    std::string program;                       ///< absolute path of veritune-sandbox
    int parallel = 2;                          ///< [1, 256] programs at once
    std::vector<std::string> extra_arguments;  ///< tests: "--bwrap", "/path"
};

/// Two descriptors of a verify worker inside a jail; closed by the destructor.
class WorkerPipes {
  public:
    WorkerPipes(std::uint64_t id, int to_worker, int from_worker)
        : id_(id),
          to_worker_(to_worker),
          from_worker_(from_worker) {}
    ~WorkerPipes();
    WorkerPipes(WorkerPipes&& other) noexcept;
    WorkerPipes& operator=(WorkerPipes&& other) noexcept;
    std::uint64_t id() const { return id_; }
    int to_worker() const { return to_worker_; }
    int from_worker() const { return from_worker_; }

  private:
    std::uint64_t id_ = 0;
    int to_worker_ = -1;
    int from_worker_ = -1;
};

/// Owns a veritune-sandbox process. When the supervisor is gone every job, waiting or new, is a
/// kSandboxFault: chains are masked, never scored. Start it before torch or CUDA: it forks.
/// threads  any, at once; a reader thread of its own
class SandboxClient final : public ProgramRunner {
  public:
    /// Does not wait for the first jail: status() does. errors  kNotFound, kUnavailable
    static util::Result<std::unique_ptr<SandboxClient>> start(const SandboxOptions& options);
    ~SandboxClient() override;
    SandboxClient(const SandboxClient&) = delete;
    SandboxClient& operator=(const SandboxClient&) = delete;

    ProgramResult run(const ProgramJob& job) override;
    /// Waits until the first jail has proven itself or the machine has shown that it has none.
    SandboxStatus status();
    /// A verify worker in a jail. errors  kUnavailable with the reason
    util::Result<WorkerPipes> start_worker();
    /// Ends a worker that does not answer.
    void kill_worker(std::uint64_t id);
    /// The supervisor has ended; no verdict on a program, and no new worker, from here on.
    bool gone() const;
    /// Process id of the supervisor; tests look at what is left behind.
    pid_t pid() const { return pid_; }

  private:
    struct Reply {
        char type = 0;
        std::string payload;
        std::vector<int> fds;
    };
    SandboxClient(int socket, pid_t pid);
    util::Result<Reply> ask(char type, std::uint64_t id, std::string_view rest);
    std::uint64_t next_id();
    bool send(char type, std::string_view payload);
    void read_replies();
    bool receive(std::string& buffer, std::vector<int>& fds) const;
    void deliver(std::string_view& buffer, std::vector<int>& fds);

    int socket_ = -1;
    pid_t pid_ = -1;
    mutable std::mutex mutex_;  ///< of everything below
    std::condition_variable arrived_;
    std::map<std::uint64_t, Reply> replies_;
    std::uint64_t last_id_ = 0;
    bool gone_ = false;
    std::mutex send_mutex_;
    std::thread reader_;
};

}  // namespace veritune::verify
