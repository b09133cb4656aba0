// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/verify/sandbox_client.h"
#include "core/verify/verifier_pool.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

namespace veritune::verify {

struct WorkerFleetOptions {
    int workers = 2;             ///< [1, 256] processes
    std::string program;         ///< absolute path of `veritune`
    int wall_guard_ms = 10'000;  ///< of one request; 20 times what the dearest verifier may need
    int requests_per_worker = 10'000;  ///< then it is replaced: leaks of libraries stay small
    /// Hears of every request that ended its worker, with the frame that can be replayed.
    std::function<void(const std::string& frame)> on_crash;
    /// Hears of every canary problem that was passed: nobody can do that honestly.
    std::function<void(const std::string& problem_id)> on_canary = {};
};

/// Verify workers and the verdicts they give. A worker is a process of its own, in a jail where the
/// machine has one, else with limits and without sockets. A crash is internal_error, the request is
/// kept, the worker replaced. A request that hits the wall guard is repeated alone; the second time
/// it is budget_exceeded, so that a text that stops the verifier never earns anything.
/// threads  any, at once; more than `workers` wait
class WorkerFleet final : public RequestVerifier {
  public:
    /// sandbox  outlives the fleet; nullptr: no jails, and verifiers that run programs answer
    /// sandbox_error
    WorkerFleet(WorkerFleetOptions options, SandboxClient* sandbox);
    ~WorkerFleet() override;
    Verdict verify(const VerifyRequest& request) override;

    /// "jail" or "process": what the workers are in.
    std::string_view place() const { return jailed_ ? "jail" : "process"; }
    std::int64_t crashes() const;
    std::int64_t started() const;
    /// Process ids of plain workers, for tests.
    std::vector<pid_t> pids() const;

  private:
    class Worker;
    enum class Trouble { kNone, kCrash, kTimeout, kNoWorker };
    struct Reply {
        Trouble trouble = Trouble::kNone;
        std::string reason;
        std::string text;
    };
    Reply exchange(const std::string& frame);
    Reply try_alone(const std::string& frame);
    Advance step(const VerifyRequest& request, const std::vector<ProgramResult>& results);
    std::unique_ptr<Worker> take(std::string& reason);
    void give_back(std::unique_ptr<Worker> worker);
    util::Result<std::unique_ptr<Worker>> start();

    WorkerFleetOptions options_;
    SandboxClient* sandbox_;
    bool jailed_ = false;
    std::shared_mutex alone_;   ///< shared by every exchange, owned by one that has to be alone
    mutable std::mutex mutex_;  ///< of everything below
    std::condition_variable freed_;
    std::vector<std::unique_ptr<Worker>> idle_;
    int alive_ = 0;
    std::int64_t crashes_ = 0;
    std::int64_t started_ = 0;
    std::vector<pid_t> pids_;
};

}  // namespace veritune::verify
