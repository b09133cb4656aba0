// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"
#include "core/util/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace veritune::store {

class ContentCodec;
class Database;

/// Reads runs. Every call is one short read transaction: what it returns belongs together, and the
/// writer is never held up. Calls that name a run fail with kNotFound when it does not exist.
/// errors  kNotFound, kCorruptData (a row contradicts the format), kIoError
/// threads  the thread that opened the project; another thread opens its own (open_reader)
class RunReader {
  public:
    RunReader(Database& db, const ContentCodec& codec);

    /// Newest first.
    util::Result<std::vector<RunRecord>> list_runs() const;
    util::Result<RunRecord> run(std::int64_t run) const;
    /// The run in state running, if there is one: with no engine answering it was cut off and can
    /// be resumed.
    util::Result<std::optional<RunRecord>> active_run() const;
    util::Result<std::vector<StageInfo>> stages(std::int64_t run) const;

    /// Names that have at least one value in this run, sorted.
    util::Result<std::vector<std::string>> metric_names(std::int64_t run) const;
    /// In order of (stage, step), steps >= from_step. `stage`: only that one. An unknown name or
    /// stage is an empty series.
    util::Result<std::vector<MetricPoint>> metric_series(
        std::int64_t run,
        std::string_view name,
        std::optional<std::string_view> stage = std::nullopt,
        std::int64_t from_step = 0) const;
    /// All metrics of one step, sorted by name.
    util::Result<std::vector<std::pair<std::string, double>>> step_metrics(std::int64_t run,
                                                                           std::string_view stage,
                                                                           std::int64_t step) const;
    /// Steps recorded after `after_seq`, in that order: how a client catches up. limit >= 1.
    util::Result<std::vector<StepInfo>> steps(std::int64_t run,
                                              std::int64_t after_seq = 0,
                                              std::int64_t limit = 100000) const;

    /// The same without hashes and random states, which cost more than all the rest.
    util::Result<std::vector<StepTime>> step_times(std::int64_t run,
                                                   std::int64_t after_seq = 0,
                                                   std::int64_t limit = 100000) const;

    util::Result<std::vector<ChainSummary>> chains(std::int64_t run,
                                                   const ChainPageRequest& request) const;
    util::Result<std::int64_t> count_chains(std::int64_t run, const ChainFilter& filter) const;
    /// With prompt, completion and all arrays, bit for bit as recorded.
    util::Result<StoredChain> chain(std::int64_t chain_id) const;
    /// Whether this run has the chain with that row id.
    util::Result<bool> has_chain(std::int64_t run, std::int64_t chain_id) const;
    /// Whole chains of one step in page order: what replay needs.
    util::Result<std::vector<StoredChain>> step_chains(std::int64_t run,
                                                       std::string_view stage,
                                                       std::int64_t step) const;

    /// A completed training step as it was recorded, without its metrics: what a replay starts from
    /// and compares with. nullopt: not stored, or an evaluation (no state hash).
    util::Result<std::optional<data::StepRecord>> training_step(std::int64_t run,
                                                                std::string_view stage,
                                                                std::int64_t step) const;

    /// Marks and notes of people, in page order.
    util::Result<std::vector<ChainNote>> chain_notes(std::int64_t run) const;

    /// In order of (stage, step).
    util::Result<std::vector<CheckpointInfo>> checkpoints(std::int64_t run) const;
    /// Oldest first, ids above `after_id`.
    util::Result<std::vector<EventInfo>> events(std::int64_t run, std::int64_t after_id = 0) const;

  private:
    util::Status need_run(std::int64_t run) const;

    Database* db_;
    const ContentCodec* codec_;
};

}  // namespace veritune::store
