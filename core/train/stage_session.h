// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/train/checkpoint.h"
#include "core/train/heldout_guard.h"
#include "core/train/run_context.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace veritune::train {

/// What every training stage shares: storing steps, held-out evaluations with the guard,
/// checkpoints, budgets, and the wishes of people. The stage trains; the session decides whether it
/// goes on. threads  the training thread
class StageSession {
  public:
    StageSession(RunContext& context,
                 const StageConfig& config,
                 TrainingState& state,
                 std::int64_t total_steps);

    /// Announces the stage; after an interruption restores the newest whole checkpoint. Returns the
    /// first step to do. evaluate_start  also evaluate before the first step: what the guard
    /// compares with
    util::Result<std::int64_t> begin(bool resume, bool evaluate_start);
    /// The step as it was stored before an interruption, if it was: to be replayed from its chains.
    /// nullptr: do it. The pointer holds until the next call.
    util::Result<const data::StepRecord*> stored(std::int64_t step);
    /// Stores a completed step (hash and time are filled in). full_hash: over the whole training
    /// state; otherwise a digest chained from the step's own numbers, cheap enough for steps of a
    /// few milliseconds. A step that was stored before is compared instead.
    /// errors  kCorruptData (replay_diverged): the same step gave another state than before
    util::Status commit(data::StepRecord record, bool full_hash);
    /// Counts steps that were left out because something (`bad`; empty = nothing) was not finite.
    /// errors  kInvalidArgument at the third in a row; the state is the last checkpoint's then
    util::Status observe_update(std::int64_t step, const std::string& bad);
    /// After a commit: evaluation, guard, checkpoint, budget, stop requests. nullopt = go on.
    /// look_at_budget  false where the stage may not end yet, as in the middle of a rejection round
    util::Result<std::optional<StageEnd>> after_step(std::int64_t step, bool look_at_budget = true);
    void observe_reward(double mean) { guard_.observe_reward(mean); }

    /// Takes back to the best checkpoint where the guard said so, final evaluation, summary, last
    /// checkpoint.
    util::Status finish(StageEnd end, std::int64_t samples);

    const std::stop_token& stop() const { return stop_; }
    void progress(std::int64_t step, const char* phase, double fraction);
    /// CPU-seconds of training so far, evaluations left out.
    double cpu_seconds() const;
    /// CPU-seconds this stage may use; 0 = no limit.
    double cpu_budget() const;
    const std::string& id() const { return config_.id; }
    util::Status event(std::int64_t step,
                       const std::string& kind,
                       const std::string& severity,
                       const std::string& message,
                       util::Json detail = util::Json::object());

  private:
    util::Result<std::optional<StageEnd>> evaluate(std::int64_t step);
    util::Result<std::optional<StageEnd>> act(const GuardDecision& decision, std::int64_t step);
    util::Status roll_back();
    util::Status checkpoint(std::int64_t step, bool best);
    util::Status prune();
    util::Result<std::int64_t> restore_newest();
    util::Status restore_extra(const util::Json& extra, std::int64_t step);
    /// Records a whole folder that has no row: the end came between the two.
    util::Status adopt(std::int64_t step);
    std::string step_hash(const data::StepRecord& record, bool full_hash);
    util::Status compare(const data::StepRecord& record);
    util::Status report_retreat(std::int64_t step);
    std::int64_t announced_steps() const;
    std::string checkpoint_path(std::int64_t step) const;
    util::Json extra() const;

    RunContext& context_;
    const StageConfig& config_;
    TrainingState& state_;
    std::int64_t total_steps_;
    HeldoutGuard guard_;
    std::stop_token stop_;
    std::int64_t best_step_ = -1;
    double best_pass1_ = -1.0;
    std::vector<std::int64_t> saved_;  ///< steps with a checkpoint, oldest first
    std::string digest_;
    bool replaying_ = false;
    std::optional<data::StepRecord> stored_;  ///< what stored() found last
    std::int64_t bad_in_row_ = 0;
    double replay_seconds_ = 0.0;  ///< what redoing the updates since the last checkpoint takes
    double cpu_before_ = 0.0;      ///< of earlier sessions of this stage (resume)
    std::int64_t cpu_start_us_ = 0;
    std::int64_t cpu_evaluation_us_ = 0;
    std::int64_t wall_start_us_ = 0;
    std::int64_t last_commit_us_ = 0;
};

}  // namespace veritune::train
