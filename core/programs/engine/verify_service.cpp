// SPDX-License-Identifier: Apache-2.0
#include "core/programs/engine/verify_service.h"

#include "core/util/hash.h"
#include "core/util/log.h"

#include <algorithm>
#include <utility>

namespace veritune::engine_program {

VerifyService::VerifyService(VerifyServiceOptions options, util::FileSystem& fs)
    : options_(std::move(options)),
      fs_(fs),
      status_{.rung = "0"} {
    auto started = verify::SandboxClient::start(
        {.program = util::join_path(options_.program_dir, "veritune-sandbox"),
         .parallel = options_.workers,
         .extra_arguments = {}});
    if (started) {
        sandbox_ = std::move(started).value();
        status_ = sandbox_->status();
    } else {
        status_.reason = started.error().message;
    }
    if (status_.rung != "A") {
        util::log_line(util::LogLevel::kWarn,
                       "verify",
                       status_.rung == "B"
                           ? "programs run on rung B (Landlock), weaker than A: " + status_.reason
                           : "verifiers that run programs are off: " + status_.reason);
    }
    fleet_ = std::make_unique<verify::WorkerFleet>(
        verify::WorkerFleetOptions{.workers = options_.workers,
                                   .program = util::join_path(options_.program_dir, "veritune"),
                                   .on_crash = [this](const std::string& frame) { keep(frame); },
                                   .on_canary =
                                       [](const std::string& problem) {
                                           util::log_line(util::LogLevel::kWarn,
                                                          "verify",
                                                          "a program passed the canary problem " +
                                                              problem +
                                                              ", which nobody can do honestly; "
                                                              "look at its chain");
                                       }},
        sandbox_.get());
}

util::Status VerifyService::can_judge(std::span<const data::Problem> problems) const {
    if (status_.runs_programs()) return {};
    const auto needs_programs = [](const data::Problem& problem) {
        const auto verifier = verify::find_verifier(problem.verifier);
        return verifier && (*verifier)->runs_programs();
    };
    const auto found = std::find_if(problems.begin(), problems.end(), needs_programs);
    if (found == problems.end()) return {};
    return util::fail(util::ErrorCode::kUnavailable,
                      "the verifier " + found->verifier +
                          " runs programs, and this computer has no sandbox for them: " +
                          status_.reason + "; see `veritune doctor`");
}

util::Json VerifyService::describe() const {
    return {{"rung", status_.rung},
            {"reason", status_.reason},
            {"filter_sha256", status_.filter_sha256},
            {"workers", std::string(fleet_->place())}};
}

/// Named after its content: the same request is kept once.
void VerifyService::keep(const std::string& frame) {
    const std::string name = "verify-crash-" + util::sha256_hex(frame).substr(0, 16) + ".json";
    const std::string path = util::join_path(options_.keep_dir, name);
    (void)fs_.make_dir(options_.keep_dir);
    const util::Status written = util::atomic_write(fs_, path, frame);
    util::log_line(util::LogLevel::kError,
                   "verify",
                   written ? "a verify worker ended; its request is kept as " + name
                           : "a verify worker ended; its request could not be kept");
}

}  // namespace veritune::engine_program
