// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/problem.h"
#include "core/model/causal_lm.h"
#include "core/rollout/prompt_format.h"
#include "core/train/config.h"
#include "core/train/heldout_guard.h"
#include "core/train/memory_retreat.h"
#include "core/train/metric_sink.h"
#include "core/util/clock.h"
#include "core/util/file_system.h"
#include "core/verify/verifier_pool.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace veritune::train {

/// What people ask of a running run.  threads  set from any thread, read by the training thread at
/// step boundaries
struct RunControl {
    std::atomic<bool> stop_keep{false};  ///< finish the step, save, end as `stopped`
    std::atomic<bool> pause{false};      ///< the same, but meant to go on: `paused`
    std::atomic<bool> interrupt{false};  ///< the program has to end: save, `interrupted`
    std::atomic<bool> checkpoint_now{false};
    std::stop_source cancel;  ///< drop the unfinished step
    /// Counted up at each host look (a decode step, a micro-batch, a step): what the watchdog sees.
    std::atomic<std::uint64_t> heartbeat{0};
    /// Why the run paused itself; empty when a person did. Written and read by the training thread.
    std::string pause_reason;
};

/// A held-out evaluation as the training stages need it. The caller injects it: train knows no
/// benchmark.
struct HeldoutResult {
    HeldoutScore score;                                   ///< sampled, per problem
    std::vector<std::pair<std::string, double>> metrics;  ///< "heldout/pass@1", ...
    util::Json summary = util::Json::object();  ///< pass@1, ci_low, ci_high, pass@8, greedy
    std::vector<data::ChainRecord> chains;
};
enum class HeldoutKind {
    kGuard,  ///< during the stage: drives the guard
    kFinal,  ///< once, at the end of a stage: other problems where there are enough
};
using Evaluate = std::function<util::Result<HeldoutResult>(
    const model::CausalLm&, const StageConfig&, HeldoutKind, std::stop_token)>;

/// Everything a stage works with; outlives the run.
struct RunContext {
    const Recipe& recipe;
    util::FileSystem& fs;
    util::Clock& clock;
    MetricSink& sink;
    RunControl& control;
    const rollout::PromptFormat& format;
    const verify::VerifierPool& pool;
    const std::vector<data::Problem>& demonstrations;
    const std::vector<data::Problem>& problems;
    Evaluate evaluate;
    /// Adds to a checkpoint folder what makes it a model of its own (the tokenizer); may be empty.
    std::function<util::Status(const std::string& folder)> export_files;
    /// A completed step as the store has it, with its chains; nullopt = not stored. After an
    /// interruption such steps are replayed from their chains and have to give the same state;
    /// empty function: they are done again from their seeds.
    std::function<util::Result<std::optional<data::StepRecord>>(const std::string& stage,
                                                                std::int64_t step)>
        stored_step{};
    std::string run_dir;                                ///< runs/<id>
    std::map<std::string, double> stage_cpu_seconds{};  ///< training cost of finished stages
    MemoryRetreat retreat{};                            ///< of the whole run
};

/// How a stage ended.
enum class StageEnd {
    kDone,        ///< all steps, the time budget, or a plateau
    kRolledBack,  ///< the guard went back to the best checkpoint
    kStopped,
    kPaused,
    kInterrupted,
};
std::string_view stage_end_name(StageEnd end);  ///< the stage's `state`

}  // namespace veritune::train
