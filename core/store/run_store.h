// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"
#include "core/util/clock.h"
#include "core/util/file_system.h"
#include "core/util/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace veritune::store {

class ContentCodec;
class Database;

/// Writes runs: each call is one durable transaction (WAL, synchronous=FULL); when it returns
/// success a kill or a power cut cannot take it back. An error means that nothing of the call was
/// stored, but for kIoError: after a failed sync the call is stored whole or not at all and nobody
/// can say which, so record the same thing again after a resume. errors  kDiskFull (make room and
/// call again), kIoError (the disk failed twice, the second time after a check of the
///         database: stop), kNotFound (run or stage), kInvalidArgument (a path that leaves the
///         run's folder, two chains with one key, a value above 64 MiB)
/// threads  the thread that opened the project
class RunStore {
  public:
    struct Env {
        Database* db = nullptr;
        const ContentCodec* codec = nullptr;
        util::FileSystem* fs = nullptr;
        util::Clock* clock = nullptr;
        std::string project_dir;
    };
    explicit RunStore(Env env);

    /// Row, folder runs/<id>/ and run.json in it (the recipe). returns the run's id, from 1
    util::Result<std::int64_t> create_run(const NewRun& run);
    /// Sets started on the first kRunning, ended on a final state; `error` replaces the old one. A
    /// final state also empties the WAL.
    util::Status set_state(std::int64_t run, RunState state, std::string_view error = {});
    util::Status set_fingerprint(std::int64_t run, const util::Json& fingerprint);
    /// One more engine start without progress; returns the new count. record_step sets it back to 0
    /// at the third completed step after a restart.
    util::Result<std::int64_t> count_restart(std::int64_t run);

    /// Takes a run that came to nothing out again: row and folder. errors  kInvalidArgument when a
    /// step was recorded
    util::Status discard_run(std::int64_t run);

    /// New stage or new state, total or summary of a known one.
    util::Status record_stage(std::int64_t run, const data::StageRecord& stage);
    /// Step, metrics and chains in ONE transaction. The stage has to be recorded before.
    /// With a state hash (training) it first removes every step >= this one of the stage with
    /// metrics, chains and checkpoint rows: recording a step again after a resume is idempotent.
    /// Without a state hash (evaluation) and with the step already there, metrics and chains are
    /// merged into it, equal names and keys replaced.
    util::Status record_step(std::int64_t run, const data::StepRecord& step);
    /// Removes every step > `step` of the stage with metrics, chains and checkpoint rows (events
    /// stay: they happened). What a resume from the checkpoint of `step` calls first.
    util::Status truncate_after(std::int64_t run, std::string_view stage, std::int64_t step);
    /// Call after the folder is durable: the row is what makes a checkpoint complete. best = true
    /// takes the mark from the stage's other checkpoints.
    util::Status record_checkpoint(std::int64_t run, const data::CheckpointRecord& checkpoint);
    /// Before its folder is deleted.
    util::Status forget_checkpoint(std::int64_t run, std::string_view stage, std::int64_t step);
    /// A person's mark and note on a chain of the store; an empty one is removed. errors
    /// kInvalidArgument: a dispute without a reason in the note
    util::Status annotate_chain(std::int64_t chain_id, const ChainMark& mark);
    util::Status record_event(std::int64_t run, const data::EventRecord& event);

    /// Absolute path of runs/<id>.
    std::string run_dir(std::int64_t run) const;

  private:
    Env env_;
};

}  // namespace veritune::store
