// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/programs/cli/command.h"
#include "core/verify/sandbox_probe.h"

#include <string>
#include <string_view>
#include <vector>

namespace veritune::cli {

struct CheckResult {
    enum class Level {
        kOk,
        kWarn,  ///< works, but slower or with less
        kBad,   ///< something the product needs is missing
    };
    std::string name;  ///< stable, "engine"
    Level level = Level::kOk;
    std::string detail;
    std::string next_step;           ///< empty when nothing has to be done
    std::vector<std::string> lines;  ///< further lines of the detail, one finding each
};

std::string_view level_name(CheckResult::Level level);  ///< "ok", "warn", "bad"

/// Program, engine with libtorch, socket folder, disk, cores, memory, instructions, GPU, SQLite,
/// network filter, sandbox, terminal and the project. Nothing is changed but the parent of the
/// socket folders, which is made.
std::vector<CheckResult> run_checks(Context& context);

/// Free space against what a run needs.  pure
CheckResult judge_disk(const std::string& dir, std::uint64_t free_bytes);
/// What `veritune-engine --version` said or why it could not.  pure
struct EngineProbe {
    bool started = false;
    bool timed_out = false;
    int exit_code = 0;
    std::string output;
    std::string errors;
};
CheckResult judge_engine(const std::string& path, const EngineProbe& probe);
/// What the supervisor said and what stopped each attempt of its self-test. hint  the next step
/// where programs are off.  pure
CheckResult judge_sandbox(const verify::SandboxStatus& status,
                          const std::vector<verify::SandboxProbe>& probes,
                          const std::string& hint);

}  // namespace veritune::cli
