// SPDX-License-Identifier: Apache-2.0
#include "core/programs/engine/replay.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace veritune::engine_program {

using util::ErrorCode;
using util::Result;
using util::Status;

ReplaySink::ReplaySink(std::vector<store::StoredChain> stored,
                       std::string stage,
                       std::int64_t step,
                       std::int64_t from_step,
                       std::stop_token stop,
                       std::function<void(double)> progress)
    : stored_(std::move(stored)),
      stage_(std::move(stage)),
      step_(step),
      from_step_(from_step),
      stop_(std::move(stop)),
      progress_(std::move(progress)) {
    for (const store::StoredChain& chain : stored_) {
        waiting_.insert(chain.record.phase);
        outcome_.push_back({.phase = chain.record.phase,
                            .problem_id = chain.record.problem_id,
                            .sample = chain.record.sample,
                            .outcome = "missing"});
    }
}

void ReplaySink::compare(const std::vector<data::ChainRecord>& made) {
    for (std::size_t i = 0; i < stored_.size(); ++i) {
        const data::ChainRecord& old = stored_[i].record;
        const auto found = std::ranges::find_if(made, [&](const data::ChainRecord& chain) {
            return chain.phase == old.phase && chain.problem_id == old.problem_id &&
                   chain.sample == old.sample;
        });
        if (found == made.end()) continue;
        const auto [a, b] = std::ranges::mismatch(old.tokens, found->tokens);
        const bool equal = a == old.tokens.end() && b == found->tokens.end();
        outcome_[i].outcome = equal ? "equal" : "different";
        if (!equal) outcome_[i].first_difference = a - old.tokens.begin();
    }
    for (const data::ChainRecord& chain : made) waiting_.erase(chain.phase);
}

Status ReplaySink::stage(const data::StageRecord&) { return {}; }

Status ReplaySink::step(const data::StepRecord& record) {
    const bool past = record.stage == stage_ && record.step > step_;
    if (record.stage == stage_ && record.step == step_) compare(record.chains);
    if (complete() || past) {
        return util::fail(ErrorCode::kCancelled, "the step has been computed again");
    }
    if (record.stage == stage_ && step_ > from_step_) {
        progress_(static_cast<double>(record.step - from_step_) /
                  static_cast<double>(step_ - from_step_));
    }
    return {};
}

Status ReplaySink::checkpoint(const data::CheckpointRecord&) { return {}; }
Status ReplaySink::forget_checkpoint(const std::string&, std::int64_t) { return {}; }
Status ReplaySink::event(const data::EventRecord&) { return {}; }
void ReplaySink::progress(const std::string&, std::int64_t, const char*, double) {}

std::vector<engine::ReplayedChain> ReplaySink::take() { return std::move(outcome_); }

Result<ReplayPlan> plan_replay(const std::vector<std::string>& stages,
                               const std::vector<std::string>& kept,
                               const std::string& stage,
                               std::int64_t step) {
    if (std::ranges::find(stages, stage) == stages.end()) {
        return util::fail(ErrorCode::kNotFound, "the run has no such stage", stage);
    }
    const auto is_kept = [&](const std::string& name) {
        return std::ranges::find(kept, name) != kept.end();
    };
    ReplayPlan plan{.finished = {}, .folders = {}, .from_step = -1, .from = "start of " + stage};
    for (const std::string& before : stages) {
        if (before == stage) break;
        plan.finished[before] = "done";
        // A stage without weights of its own (an evaluation) leaves none.
        if (is_kept(before + "-final")) plan.folders.push_back(before + "-final");
    }
    const std::string prefix = stage + "-";
    for (const std::string& name : kept) {
        if (!name.starts_with(prefix) || name.size() != prefix.size() + 6) continue;
        const std::int64_t at = std::strtoll(name.c_str() + prefix.size(), nullptr, 10);
        if (at >= step) continue;
        plan.folders.push_back(name);
        plan.finished[stage] = "running";
        if (at > plan.from_step) {
            plan.from_step = at;
            plan.from = "checkpoint " + stage + " " + std::to_string(at);
        }
    }
    plan.from_step = std::max<std::int64_t>(plan.from_step, 0);
    return plan;
}

Result<ReplayFolder> ReplayFolder::make(util::FileSystem& fs,
                                        const std::string& run_dir,
                                        const std::vector<std::string>& folders) {
    namespace stdfs = std::filesystem;
    ReplayFolder folder(fs, util::join_path(run_dir, "replay"));
    VT_TRY(util::remove_tree(fs, folder.path()));
    std::error_code error;
    for (const std::string& name : folders) {
        const stdfs::path from = stdfs::path(run_dir) / "checkpoints" / name;
        const stdfs::path to = stdfs::path(folder.path()) / "checkpoints" / name;
        stdfs::create_directories(to, error);
        for (const auto& file : stdfs::directory_iterator(from, error)) {
            stdfs::create_hard_link(file.path(), to / file.path().filename(), error);
            if (!error) continue;
            error.clear();
            stdfs::copy_file(file.path(), to / file.path().filename(), error);
            if (error) break;
        }
        if (error) {
            return util::fail(ErrorCode::kIoError,
                              "a kept checkpoint cannot be lent to the replay: " + error.message(),
                              from.string());
        }
    }
    stdfs::create_directories(stdfs::path(folder.path()) / "checkpoints", error);
    if (error) return util::fail(ErrorCode::kIoError, error.message(), folder.path());
    return folder;
}

ReplayFolder::ReplayFolder(ReplayFolder&& other) noexcept
    : fs_(other.fs_),
      path_(std::exchange(other.path_, {})) {}

ReplayFolder::~ReplayFolder() {
    if (!path_.empty()) (void)util::remove_tree(*fs_, path_);
}

}  // namespace veritune::engine_program
