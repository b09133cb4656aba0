// SPDX-License-Identifier: Apache-2.0
#include "core/train/stage_session.h"

#include "core/util/hash.h"
#include "core/util/log.h"
#include "core/util/memory_use.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace veritune::train {

using util::Json;
using util::Result;
using util::Status;

namespace {

/// A checkpoint is written before the updates since the last one take longer to replay.
constexpr double kReplaySeconds = 45.0;
constexpr std::int64_t kMaxBadInRow = 3;

/// Sampling is not replayed (the chains are stored), so only the update of an RL step counts.
double replay_cost(const data::StepRecord& record) {
    for (const auto& [name, value] : record.metrics) {
        if (name == "time/update") return value;
    }
    return record.seconds;
}

}  // namespace

std::string_view stage_end_name(StageEnd end) {
    switch (end) {
        case StageEnd::kDone:
            return "done";
        case StageEnd::kRolledBack:
            return "rolled_back";
        case StageEnd::kStopped:
            return "stopped";
        case StageEnd::kPaused:
            return "paused";
        case StageEnd::kInterrupted:
            return "interrupted";
    }
    VT_CHECK(false);
}

StageSession::StageSession(RunContext& context,
                           const StageConfig& config,
                           TrainingState& state,
                           std::int64_t total_steps)
    : context_(context),
      config_(config),
      state_(state),
      total_steps_(total_steps),
      guard_(config.eval, context.recipe.seed),
      stop_(context.control.cancel.get_token()),
      cpu_start_us_(util::process_cpu_us()),
      wall_start_us_(context.clock.monotonic_us()),
      last_commit_us_(wall_start_us_) {}

std::string StageSession::checkpoint_path(std::int64_t step) const {
    char name[32];
    std::snprintf(name, sizeof name, "-%06lld", static_cast<long long>(step));
    return util::join_path(util::join_path(context_.run_dir, "checkpoints"), config_.id + name);
}

double StageSession::cpu_seconds() const {
    return cpu_before_ +
           static_cast<double>(util::process_cpu_us() - cpu_start_us_ - cpu_evaluation_us_) * 1e-6;
}

double StageSession::cpu_budget() const {
    if (config_.match_cost_of.empty()) return config_.max_seconds;
    const auto found = context_.stage_cpu_seconds.find(config_.match_cost_of);
    return found == context_.stage_cpu_seconds.end() ? 0.0 : found->second;
}

/// 0 where the time budget, not the count, is meant to end the stage.
std::int64_t StageSession::announced_steps() const { return cpu_budget() > 0.0 ? 0 : total_steps_; }

void StageSession::progress(std::int64_t step, const char* phase, double fraction) {
    context_.control.heartbeat.fetch_add(1, std::memory_order_relaxed);
    context_.sink.progress(config_.id, step, phase, fraction);
}

Status StageSession::event(std::int64_t step,
                           const std::string& kind,
                           const std::string& severity,
                           const std::string& message,
                           Json detail) {
    return context_.sink.event({.stage = config_.id,
                                .step = step,
                                .kind = kind,
                                .severity = severity,
                                .message = message,
                                .detail = std::move(detail)});
}

Json StageSession::extra() const {
    return {{"guard", guard_.state()},
            {"best_step", best_step_},
            {"best_pass@1", best_pass1_},
            {"saved", saved_},
            {"digest", digest_},
            {"memory", context_.retreat.state()},
            {"cpu_seconds", cpu_seconds()}};
}

Result<std::int64_t> StageSession::restore_newest() {
    const std::string folder = util::join_path(context_.run_dir, "checkpoints");
    VT_TRY(sweep_checkpoints(context_.fs, folder));
    const auto names = context_.fs.list(folder);
    std::vector<std::int64_t> steps;
    const std::string prefix = config_.id + "-";
    for (const std::string& name : names.value_or({})) {
        if (!name.starts_with(prefix) || name.size() != prefix.size() + 6) continue;
        steps.push_back(std::strtoll(name.c_str() + prefix.size(), nullptr, 10));
    }
    std::ranges::sort(steps, std::greater<>());
    for (const std::int64_t step : steps) {
        const auto loaded = load_checkpoint(context_.fs, checkpoint_path(step), state_);
        if (!loaded) {
            VT_TRY(event(step, "checkpoint_damaged", "watch", loaded.error().message));
            continue;
        }
        VT_TRY(restore_extra(*loaded, step));
        VT_TRY(adopt(step));
        return step + 1;
    }
    return 0;
}

Status StageSession::restore_extra(const Json& extra, std::int64_t step) {
    if (extra.contains("guard")) VT_TRY(guard_.restore(extra["guard"]));
    if (extra.contains("memory")) VT_TRY(context_.retreat.restore(extra["memory"]));
    best_step_ = extra.value("best_step", std::int64_t{-1});
    best_pass1_ = extra.value("best_pass@1", -1.0);
    saved_ = extra.value("saved", std::vector<std::int64_t>{});
    digest_ = extra.value("digest", "");
    cpu_before_ = extra.value("cpu_seconds", 0.0);
    if (std::ranges::find(saved_, step) == saved_.end()) saved_.push_back(step);
    return {};
}

Status StageSession::adopt(std::int64_t step) {
    VT_ASSIGN(const SavedCheckpoint found, read_manifest(context_.fs, checkpoint_path(step)));
    return context_.sink.checkpoint({.stage = config_.id,
                                     .step = step,
                                     .path = "checkpoints/" + util::base_name(found.path),
                                     .manifest_sha256 = found.manifest_sha256,
                                     .state_hash = found.state_hash,
                                     .heldout_pass1 = step == best_step_ ? best_pass1_ : -1.0,
                                     .best = step == best_step_});
}

Result<std::int64_t> StageSession::begin(bool resume, bool evaluate_start) {
    VT_TRY(context_.sink.stage({.stage = config_.id,
                                .type = config_.type,
                                .total_steps = announced_steps(),
                                .state = "running",
                                .summary = Json::object()}));
    std::int64_t first = 0;
    if (resume) {
        replaying_ = static_cast<bool>(context_.stored_step);
        VT_ASSIGN(first, restore_newest());
        if (first > 0)
            VT_TRY(event(
                first - 1, "resumed", "info", "went on after step " + std::to_string(first - 1)));
    }
    if (first > 0) return first;
    if (evaluate_start && config_.eval.eval_steps > 0) VT_TRY(evaluate(0));
    return 1;
}

Result<const data::StepRecord*> StageSession::stored(std::int64_t step) {
    const data::StepRecord* none = nullptr;
    if (!replaying_) return none;
    if (stored_ && stored_->step == step) return &*stored_;
    VT_ASSIGN(stored_, context_.stored_step(config_.id, step));
    // The first step that is missing ends the replay: what follows was never completed.
    replaying_ = stored_.has_value();
    return stored_ ? &*stored_ : none;
}

std::string StageSession::step_hash(const data::StepRecord& record, bool full_hash) {
    if (full_hash) return state_hash(state_);
    std::string numbers = digest_;
    for (const auto& [name, value] : record.metrics) {
        if (name == "loss" || name == "grad_norm" || name == "learning_rate") {
            numbers.append(reinterpret_cast<const char*>(&value), sizeof value);
        }
    }
    return util::sha256_hex(numbers);
}

Status StageSession::compare(const data::StepRecord& record) {
    if (stored_->state_hash == record.state_hash) return {};
    const std::string message =
        "step " + std::to_string(record.step) + " of stage " + config_.id +
        ", computed again from its stored chains, gives another state than before the "
        "interruption; was the program, the computer or the number of threads changed? Resume "
        "once more to go on from the step before: this one and the later ones are then done again";
    VT_TRY(event(record.step,
                 "replay_diverged",
                 "bad",
                 message,
                 {{"stored", stored_->state_hash}, {"computed", record.state_hash}}));
    return util::fail(util::ErrorCode::kCorruptData, message, "replay_diverged");
}

Status StageSession::report_retreat(std::int64_t step) {
    for (const std::string& news : context_.retreat.take_news()) {
        VT_TRY(event(step, "memory_retreat", "watch", news, context_.retreat.state()));
    }
    return {};
}

Status StageSession::observe_update(std::int64_t step, const std::string& bad) {
    if (bad.empty()) {
        bad_in_row_ = 0;
        return {};
    }
    VT_TRY(event(step,
                 "not_finite",
                 "bad",
                 "step " + std::to_string(step) + " was left out: " + bad +
                     " held a number that is not finite; weights and moments are unchanged",
                 {{"tensor", bad}}));
    if (++bad_in_row_ < kMaxBadInRow) return {};
    std::string back = "there is no checkpoint to go back to";
    for (auto saved = saved_.rbegin(); saved != saved_.rend(); ++saved) {
        if (!load_checkpoint(context_.fs, checkpoint_path(*saved), state_)) continue;
        back = "the state is that of the checkpoint of step " + std::to_string(*saved);
        break;
    }
    const std::string message = "three steps in a row were not finite (last: " + bad + "); " +
                                back +
                                "; lower the learning rate, or look at the model's numbers, before "
                                "the run is resumed";
    VT_TRY(event(step, "not_finite_stop", "bad", message, {{"tensor", bad}}));
    return util::fail(util::ErrorCode::kInvalidArgument, message, config_.id);
}

Status StageSession::commit(data::StepRecord record, bool full_hash) {
    const std::int64_t now = context_.clock.monotonic_us();
    record.stage = config_.id;
    record.seconds = static_cast<double>(now - last_commit_us_) * 1e-6;
    record.metrics.emplace_back("step_time", record.seconds);
    if (const std::optional<util::MemoryUse> memory = util::memory_use()) {
        record.metrics.emplace_back("memory/rss_mib",
                                    static_cast<double>(memory->resident_bytes) / 1048576.0);
        record.metrics.emplace_back("memory/free_share",
                                    static_cast<double>(memory->available_bytes) /
                                        static_cast<double>(memory->total_bytes));
    }
    if (context_.retreat.retreated()) {
        record.metrics.emplace_back("memory/update_level", context_.retreat.update_level());
        record.metrics.emplace_back("memory/sampling_level", context_.retreat.sampling_level());
    }
    record.state_hash = step_hash(record, full_hash);
    VT_TRY(state_.policy().take_failure());
    digest_ = record.state_hash;
    replay_seconds_ += replay_cost(record);
    VT_ASSIGN(const data::StepRecord* before, stored(record.step));
    VT_TRY(before != nullptr ? compare(record) : context_.sink.step(record));
    VT_TRY(report_retreat(record.step));
    context_.control.heartbeat.fetch_add(1, std::memory_order_relaxed);
    last_commit_us_ = context_.clock.monotonic_us();
    return {};
}

Status StageSession::checkpoint(std::int64_t step, bool best) {
    progress(step, "save", 0.0);
    replay_seconds_ = 0.0;
    if (std::ranges::find(saved_, step) == saved_.end()) saved_.push_back(step);
    VT_ASSIGN(const SavedCheckpoint saved,
              save_checkpoint(
                  context_.fs, checkpoint_path(step), state_, extra(), context_.export_files));
    VT_TRY(context_.sink.checkpoint({.stage = config_.id,
                                     .step = step,
                                     .path = "checkpoints/" + util::base_name(saved.path),
                                     .manifest_sha256 = saved.manifest_sha256,
                                     .state_hash = saved.state_hash,
                                     .heldout_pass1 = step == best_step_ ? best_pass1_ : -1.0,
                                     .best = best}));
    return prune();
}

/// The best and the last two stay.
Status StageSession::prune() {
    while (saved_.size() > 3) {
        auto victim = saved_.begin();
        if (*victim == best_step_) ++victim;
        if (saved_.end() - victim <= 2) return {};
        VT_TRY(context_.sink.forget_checkpoint(config_.id, *victim));
        VT_TRY(remove_checkpoint(context_.fs, checkpoint_path(*victim)));
        saved_.erase(victim);
    }
    return {};
}

Result<std::optional<StageEnd>> StageSession::evaluate(std::int64_t step) {
    progress(step, "evaluate", 0.0);
    const std::int64_t cpu = util::process_cpu_us();
    const std::int64_t start = context_.clock.monotonic_us();
    VT_ASSIGN(HeldoutResult result,
              context_.evaluate(state_.policy(), config_, HeldoutKind::kGuard, stop_));
    cpu_evaluation_us_ += util::process_cpu_us() - cpu;
    replay_seconds_ += static_cast<double>(context_.clock.monotonic_us() - start) * 1e-6;
    result.score.step = step;
    VT_ASSIGN(const GuardDecision decision, guard_.evaluate(result.score));
    data::StepRecord record;
    record.stage = config_.id;
    record.step = step;
    record.metrics = std::move(result.metrics);
    record.chains = std::move(result.chains);
    // A later step that is stored was committed after this evaluation was: storing it again would
    // only move it behind that step.
    VT_ASSIGN(const data::StepRecord* later, stored(step + 1));
    if (later == nullptr) VT_TRY(context_.sink.step(record));
    last_commit_us_ = context_.clock.monotonic_us();
    return act(decision, step);
}

Result<std::optional<StageEnd>> StageSession::act(const GuardDecision& decision,
                                                  std::int64_t step) {
    if (decision.new_best) {
        best_step_ = step;
        best_pass1_ = decision.pass1;
        VT_TRY(checkpoint(step, true));
    }
    if (!decision.message.empty()) {
        const bool bad = decision.action == GuardAction::kRollBackAndStop ||
                         decision.action == GuardAction::kRollBackAndHalve;
        VT_TRY(event(step,
                     std::string(guard_action_name(decision.action)),
                     bad             ? "bad"
                     : decision.flat ? "watch"
                                     : "info",
                     decision.message,
                     {{"pass@1", decision.pass1}, {"best_step", decision.best_step}}));
    }
    switch (decision.action) {
        case GuardAction::kContinue:
            return std::optional<StageEnd>();
        case GuardAction::kFinishWithBest:
            VT_TRY(roll_back());
            return std::optional(StageEnd::kDone);
        case GuardAction::kRollBackAndStop:
            VT_TRY(roll_back());
            return std::optional(StageEnd::kRolledBack);
        case GuardAction::kRollBackAndHalve:
            VT_TRY(roll_back());
            // Before the checkpoint of this step, or a resume would go on at the full rate.
            state_.halve_learning_rate();
            return std::optional<StageEnd>();
    }
    VT_CHECK(false);
}

Status StageSession::roll_back() {
    if (best_step_ < 0) return {};
    VT_ASSIGN(const Json ignored,
              load_checkpoint(context_.fs, checkpoint_path(best_step_), state_));
    (void)ignored;
    return {};
}

Result<std::optional<StageEnd>> StageSession::after_step(std::int64_t step, bool look_at_budget) {
    const bool last = step >= total_steps_;
    if (config_.eval.eval_steps > 0 && step % config_.eval.eval_steps == 0) {
        VT_ASSIGN(const std::optional<StageEnd> end, evaluate(step));
        if (end) return end;
    }
    RunControl& control = context_.control;
    const bool asked = control.checkpoint_now.exchange(false);
    std::optional<StageEnd> end;
    if (control.interrupt) end = StageEnd::kInterrupted;
    if (control.pause) end = StageEnd::kPaused;
    if (control.stop_keep) end = StageEnd::kStopped;
    const bool due = (config_.save_steps > 0 && step % config_.save_steps == 0) ||
                     replay_seconds_ > kReplaySeconds;
    // What is not finite may already be in the weights: such a state is never kept.
    const bool sound = bad_in_row_ == 0;
    if ((asked || due || end || last) && sound && (saved_.empty() || saved_.back() != step))
        VT_TRY(checkpoint(step, false));
    if (end) return end;
    const double budget = look_at_budget ? cpu_budget() : 0.0;
    if (last || (budget > 0.0 && cpu_seconds() >= budget)) return std::optional(StageEnd::kDone);
    return std::optional<StageEnd>();
}

Status StageSession::finish(StageEnd end, std::int64_t samples) {
    const bool complete = end == StageEnd::kDone || end == StageEnd::kRolledBack;
    const double cpu = cpu_seconds();
    Json summary = Json::object();
    if (complete) {
        progress(total_steps_, "evaluate", 0.0);
        VT_ASSIGN(HeldoutResult result,
                  context_.evaluate(state_.policy(), config_, HeldoutKind::kFinal, stop_));
        summary = std::move(result.summary);
        VT_TRY(save_checkpoint(
            context_.fs,
            util::join_path(context_.run_dir, "checkpoints/" + config_.id + "-final"),
            state_,
            extra(),
            context_.export_files));
    }
    summary["samples"] = samples;
    summary["cpu_seconds"] = cpu;
    summary["seconds"] = static_cast<double>(context_.clock.monotonic_us() - wall_start_us_) * 1e-6;
    if (best_step_ >= 0) summary["best_step"] = best_step_;
    context_.stage_cpu_seconds[config_.id] = cpu;
    return context_.sink.stage({.stage = config_.id,
                                .type = config_.type,
                                .total_steps = announced_steps(),
                                .state = std::string(stage_end_name(end)),
                                .summary = summary});
}

}  // namespace veritune::train
