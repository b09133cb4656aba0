// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"
#include "core/store/project.h"
#include "core/train/run_context.h"
#include "core/util/file_system.h"
#include "core/util/result.h"

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace veritune::engine_program {

/// Takes what a rehearsed run reports, stores nothing, and compares the chains of one step with the
/// stored ones. It answers the step that makes the comparison complete with kCancelled, which ends
/// the rehearsal.
class ReplaySink final : public train::MetricSink {
  public:
    /// stored    the chains of that step; not empty
    /// progress  told the share of steps done, 0..1
    ReplaySink(std::vector<store::StoredChain> stored,
               std::string stage,
               std::int64_t step,
               std::int64_t from_step,
               std::stop_token stop,
               std::function<void(double)> progress);

    util::Status stage(const data::StageRecord& record) override;
    util::Status step(const data::StepRecord& record) override;
    util::Status checkpoint(const data::CheckpointRecord& record) override;
    util::Status forget_checkpoint(const std::string& stage, std::int64_t step) override;
    util::Status event(const data::EventRecord& record) override;
    void progress(const std::string& stage,
                  std::int64_t step,
                  const char* phase,
                  double fraction) override;

    bool complete() const { return waiting_.empty(); }
    /// One entry per stored chain, in their order.
    std::vector<engine::ReplayedChain> take();

  private:
    void compare(const std::vector<data::ChainRecord>& made);

    std::vector<store::StoredChain> stored_;
    std::vector<engine::ReplayedChain> outcome_;
    std::set<std::string> waiting_;  ///< phases that have not come yet
    std::string stage_;
    std::int64_t step_;
    std::int64_t from_step_;
    std::stop_token stop_;
    std::function<void(double)> progress_;
};

/// Which state a replay starts from, and what it needs of the run's folder.
struct ReplayPlan {
    std::map<std::string, std::string> finished;  ///< for Pipeline::run
    std::vector<std::string> folders;             ///< names in checkpoints/ to lend
    std::int64_t from_step = 0;
    std::string from;  ///< for people
};
/// errors  kUnsupported (a state that is needed is no longer kept), kNotFound (stage)
util::Result<ReplayPlan> plan_replay(const std::vector<std::string>& stages,
                                     const std::vector<std::string>& kept,
                                     const std::string& stage,
                                     std::int64_t step);

/// A folder like the run's with those checkpoints, whose files are links to the kept ones: what the
/// rehearsal adds or deletes there touches nothing of the run. Removed with the object.
class ReplayFolder {
  public:
    static util::Result<ReplayFolder> make(util::FileSystem& fs,
                                           const std::string& run_dir,
                                           const std::vector<std::string>& folders);
    ~ReplayFolder();
    ReplayFolder(ReplayFolder&& other) noexcept;
    ReplayFolder& operator=(ReplayFolder&&) = delete;
    const std::string& path() const { return path_; }

  private:
    ReplayFolder(util::FileSystem& fs, std::string path)
        : fs_(&fs),
          path_(std::move(path)) {}
    util::FileSystem* fs_;
    std::string path_;
};

}  // namespace veritune::engine_program
