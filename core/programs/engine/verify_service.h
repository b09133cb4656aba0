// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/file_system.h"
#include "core/util/json.h"
#include "core/verify/worker_fleet.h"

#include <memory>
#include <span>
#include <string>

namespace veritune::engine_program {

struct VerifyServiceOptions {
    std::string program_dir;  ///< folder of veritune and veritune-sandbox
    std::string keep_dir;     ///< requests that ended a worker go here
    int workers = 2;
};

/// The engine's verifiers: the sandbox supervisor and the worker processes. Made by the main thread
/// before libtorch starts any, because it starts processes. Without a sandbox the workers are plain
/// processes and programs have no verdict; without `veritune` nothing can be verified at all, and
/// every verdict is internal_error.  threads  verifier() any
class VerifyService {
  public:
    VerifyService(VerifyServiceOptions options, util::FileSystem& fs);
    verify::RequestVerifier& verifier() { return *fleet_; }
    /// Where programs run; nullptr: there is no sandbox.
    verify::ProgramRunner* runner() { return status_.runs_programs() ? sandbox_.get() : nullptr; }
    const std::string& program_dir() const { return options_.program_dir; }
    /// Success when every verifier of these problems can give verdicts here. Programs need a
    /// sandbox: without one all their chains would be masked. errors  kUnavailable: what is missing
    /// and what to do
    util::Status can_judge(std::span<const data::Problem> problems) const;
    /// The supervisor has died under us. It cannot be started again once libtorch runs: the engine
    /// has to end at the next step and be restarted by its client.
    bool sandbox_lost() const { return sandbox_ != nullptr && sandbox_->gone(); }
    /// {"rung","reason","filter_sha256","workers"}: goes into the record of each run.
    util::Json describe() const;

  private:
    void keep(const std::string& frame);

    VerifyServiceOptions options_;
    util::FileSystem& fs_;
    std::unique_ptr<verify::SandboxClient> sandbox_;
    verify::SandboxStatus status_;
    std::unique_ptr<verify::WorkerFleet> fleet_;
};

}  // namespace veritune::engine_program
