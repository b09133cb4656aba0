// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_store.h"

#include "core/store/chain_rows.h"
#include "core/store/content_codec.h"
#include "core/store/paths.h"
#include "core/store/sqlite.h"

#include <bit>
#include <map>
#include <utility>

namespace veritune::store {

namespace {

using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

constexpr std::int64_t kPassiveCheckpointBytes = 16LL << 20;
/// After so many completed steps an engine counts as healthy again (reliability: start, restart).
constexpr std::int64_t kHealthySteps = 3;

util::Error unknown_run(std::int64_t run) {
    return fail(ErrorCode::kNotFound,
                "run " + std::to_string(run) + " does not exist; `veritune runs list` shows them");
}

/// An UPDATE of one run; kNotFound when there is no such row.
Status run_update(Database& db, Statement& update, std::int64_t run) {
    VT_TRY(update.run());
    return db.changes() == 1 ? Status{} : unknown_run(run);
}

Result<std::int64_t> stage_seq(Database& db, std::int64_t run, std::string_view stage) {
    VT_ASSIGN(Statement find, db.prepare("SELECT seq FROM stage WHERE run_id=? AND stage=?"));
    VT_ASSIGN(const bool found, find.bind(run).bind(stage).step());
    if (found) return find.integer(0);
    return fail(ErrorCode::kNotFound,
                "run " + std::to_string(run) + " has no stage of this name; record the stage first",
                std::string(stage));
}

Result<bool> step_exists(Database& db, const StepKey& key) {
    VT_ASSIGN(Statement find,
              db.prepare("SELECT 1 FROM step WHERE run_id=? AND stage_seq=? AND step=?"));
    find.bind(key.run).bind(key.stage_seq).bind(key.step);
    return find.step();
}

/// Steps >= key.step of the stage with all that hangs on them. Chains go by their foreign key.
Status delete_steps_from(Database& db, const StepKey& key) {
    static constexpr std::string_view kDeletes[] = {
        // The detour by name_id lets SQLite seek in the primary key instead of scanning the stage.
        "DELETE FROM metric WHERE run_id=? AND stage_seq=? AND step>=?"
        " AND name_id IN (SELECT id FROM metric_name)",
        "DELETE FROM checkpoint WHERE run_id=? AND stage_seq=? AND step>=?",
        "DELETE FROM step WHERE run_id=? AND stage_seq=? AND step>=?",
    };
    for (const std::string_view sql : kDeletes) {
        VT_ASSIGN(Statement remove, db.prepare(sql));
        VT_TRY(remove.bind(key.run).bind(key.stage_seq).bind(key.step).run());
    }
    return {};
}

/// What the run row says about its last step follows from the step table.
Status refresh_last_step(Database& db, std::int64_t run) {
    VT_ASSIGN(Statement update,
              db.prepare("UPDATE run SET (last_stage, last_step, state_hash) ="
                         " (SELECT coalesce(max(stage), ''), coalesce(max(step), 0),"
                         "         coalesce(max(state_hash), '') FROM"
                         "   (SELECT stage.stage, step.step, step.state_hash FROM step"
                         "    JOIN stage ON stage.run_id=step.run_id AND stage.seq=step.stage_seq"
                         "    WHERE step.run_id=?1 ORDER BY step.stage_seq DESC, step.step DESC"
                         "    LIMIT 1))"
                         " WHERE id=?1"));
    return run_update(db, update.bind(run), run);
}

Result<std::int64_t> next_seq(Database& db, std::int64_t run) {
    VT_ASSIGN(Statement update,
              db.prepare("UPDATE run SET last_seq=last_seq+1 WHERE id=? RETURNING last_seq"));
    VT_ASSIGN(const bool found, update.bind(run).step());
    if (!found) return unknown_run(run);
    const std::int64_t seq = update.integer(0);
    VT_TRY(update.run());
    return seq;
}

Status insert_step(Database& db,
                   const StepKey& key,
                   const data::StepRecord& step,
                   std::int64_t now_us) {
    VT_ASSIGN(const std::int64_t seq, next_seq(db, key.run));
    VT_ASSIGN(Statement insert,
              db.prepare("INSERT INTO step(run_id, stage_seq, step, seq, seconds, state_hash,"
                         " rng_json, recorded_us) VALUES(?,?,?,?,?,?,?,?)"));
    insert.bind(key.run).bind(key.stage_seq).bind(key.step).bind(seq).bind_real(step.seconds);
    VT_TRY(insert.bind(step.state_hash).bind(to_text(step.rng)).bind(now_us).run());
    VT_ASSIGN(Statement healthy,
              db.prepare("UPDATE run SET steps_since_restart=steps_since_restart+1,"
                         " restarts=CASE WHEN steps_since_restart+1>=?2 THEN 0 ELSE restarts END"
                         " WHERE id=?1"));
    return run_update(db, healthy.bind(key.run).bind(kHealthySteps), key.run);
}

/// A merged evaluation moves the step to the end of the catch-up order.
Status touch_step(Database& db, const StepKey& key) {
    VT_ASSIGN(const std::int64_t seq, next_seq(db, key.run));
    VT_ASSIGN(Statement update,
              db.prepare("UPDATE step SET seq=? WHERE run_id=? AND stage_seq=? AND step=?"));
    return update.bind(seq).bind(key.run).bind(key.stage_seq).bind(key.step).run();
}

Result<std::int64_t> metric_id(Database& db, std::string_view name) {
    VT_ASSIGN(Statement insert,
              db.prepare("INSERT INTO metric_name(name) VALUES(?) ON CONFLICT DO NOTHING"));
    VT_TRY(insert.bind(name).run());
    VT_ASSIGN(Statement find, db.prepare("SELECT id FROM metric_name WHERE name=?"));
    VT_ASSIGN(const bool found, find.bind(name).step());
    VT_CHECK(found);
    return find.integer(0);
}

Status insert_metrics(Database& db, const StepKey& key, const data::StepRecord& step) {
    VT_ASSIGN(Statement insert,
              db.prepare("INSERT OR REPLACE INTO metric(run_id, stage_seq, name_id, step, value)"
                         " VALUES(?,?,?,?,?)"));
    for (const auto& [name, value] : step.metrics) {
        VT_ASSIGN(const std::int64_t id, metric_id(db, name));
        insert.bind(key.run).bind(key.stage_seq).bind(id).bind(key.step).bind_real(value);
        VT_TRY(insert.run());
    }
    return {};
}

Status write_step(Database& db,
                  const ContentCodec& codec,
                  std::int64_t run,
                  const data::StepRecord& step,
                  std::int64_t now_us) {
    VT_ASSIGN(const std::int64_t seq, stage_seq(db, run, step.stage));
    const StepKey key{.run = run, .stage_seq = seq, .step = step.step};
    const bool training = !step.state_hash.empty();
    if (training) VT_TRY(delete_steps_from(db, key));
    VT_ASSIGN(const bool merge, step_exists(db, key));
    VT_TRY(merge ? touch_step(db, key) : insert_step(db, key, step, now_us));
    VT_TRY(insert_metrics(db, key, step));
    VT_TRY(insert_chains(db, codec, key, step.chains, merge));
    return refresh_last_step(db, run);
}

}  // namespace

RunStore::RunStore(Env env)
    : env_(std::move(env)) {}

std::string RunStore::run_dir(std::int64_t run) const {
    return util::join_path(env_.project_dir, "runs/" + std::to_string(run));
}

Result<std::int64_t> RunStore::create_run(const NewRun& run) {
    Database& db = *env_.db;
    std::int64_t id = 0;
    const Status status = db.transact(
        [&]() -> Status {
            VT_ASSIGN(Statement insert,
                      db.prepare("INSERT INTO run(name, state, recipe_json, fingerprint_json, seed,"
                                 " created_us) VALUES(?,'queued',?,?,?,?)"));
            insert.bind(run.name).bind(to_text(run.recipe)).bind(to_text(run.fingerprint));
            insert.bind(std::bit_cast<std::int64_t>(run.seed)).bind(env_.clock->wall_us());
            VT_TRY(insert.run());
            id = db.last_insert_id();
            // The folder first: a row must never point to a folder that is not there.
            VT_TRY(util::make_dirs(*env_.fs, run_dir(id)));
            return util::atomic_write(
                *env_.fs,
                util::join_path(run_dir(id), "run.json"),
                run.recipe.dump(2, ' ', false, util::Json::error_handler_t::replace) + "\n");
        },
        Retry::kNever);
    if (!status) return status.error();
    return id;
}

Status RunStore::set_state(std::int64_t run, RunState state, std::string_view error) {
    Database& db = *env_.db;
    const std::int64_t now = env_.clock->wall_us();
    VT_TRY(db.transact(
        [&]() -> Status {
            VT_ASSIGN(Statement update,
                      db.prepare("UPDATE run SET state=?2, error=?3,"
                                 " started_us=CASE WHEN ?4 AND started_us=0 THEN ?6 ELSE started_us"
                                 " END, ended_us=CASE WHEN ?5 THEN ?6 ELSE 0 END WHERE id=?1"));
            update.bind(run).bind(run_state_name(state)).bind(error);
            update.bind(std::int64_t{state == RunState::kRunning});
            return run_update(db, update.bind(std::int64_t{is_final(state)}).bind(now), run);
        },
        Retry::kOnce));
    // The state is stored; a WAL that cannot be emptied now is emptied at the next chance.
    if (is_final(state)) static_cast<void>(db.checkpoint_all());
    return {};
}

Status RunStore::discard_run(std::int64_t run) {
    Database& db = *env_.db;
    VT_TRY(db.transact(
        [&]() -> Status {
            VT_ASSIGN(Statement find, db.prepare("SELECT 1 FROM step WHERE run_id=? LIMIT 1"));
            VT_ASSIGN(const bool found, find.bind(run).step());
            if (found) {
                return fail(ErrorCode::kInvalidArgument,
                            "run " + std::to_string(run) + " has results and is kept");
            }
            VT_ASSIGN(Statement remove, db.prepare("DELETE FROM run WHERE id=?"));
            return run_update(db, remove.bind(run), run);
        },
        Retry::kNever));
    return util::remove_tree(*env_.fs, run_dir(run));
}

Status RunStore::set_fingerprint(std::int64_t run, const util::Json& fingerprint) {
    Database& db = *env_.db;
    return db.transact(
        [&]() -> Status {
            VT_ASSIGN(Statement update, db.prepare("UPDATE run SET fingerprint_json=? WHERE id=?"));
            return run_update(db, update.bind(to_text(fingerprint)).bind(run), run);
        },
        Retry::kOnce);
}

Result<std::int64_t> RunStore::count_restart(std::int64_t run) {
    Database& db = *env_.db;
    std::int64_t count = 0;
    const Status status = db.transact(
        [&]() -> Status {
            VT_ASSIGN(Statement update,
                      db.prepare("UPDATE run SET restarts=restarts+1, steps_since_restart=0"
                                 " WHERE id=? RETURNING restarts"));
            VT_ASSIGN(const bool found, update.bind(run).step());
            if (!found) return unknown_run(run);
            count = update.integer(0);
            return update.run();
        },
        Retry::kNever);
    if (!status) return status.error();
    return count;
}

Status RunStore::record_stage(std::int64_t run, const data::StageRecord& stage) {
    Database& db = *env_.db;
    return db.transact(
        [&]() -> Status {
            VT_ASSIGN(Statement known, db.prepare("SELECT 1 FROM run WHERE id=?"));
            VT_ASSIGN(const bool found, known.bind(run).step());
            if (!found) return unknown_run(run);
            VT_TRY(known.run());
            VT_ASSIGN(Statement upsert,
                      db.prepare("INSERT INTO stage(run_id, seq, stage, type, total_steps, state,"
                                 " summary_json) VALUES(?1, (SELECT coalesce(max(seq), 0) + 1 FROM"
                                 " stage WHERE run_id=?1), ?2, ?3, ?4, ?5, ?6)"
                                 " ON CONFLICT(run_id, stage) DO UPDATE SET type=?3,"
                                 " total_steps=?4, state=?5, summary_json=?6"));
            upsert.bind(run).bind(stage.stage).bind(stage.type).bind(stage.total_steps);
            return upsert.bind(stage.state).bind(to_text(stage.summary)).run();
        },
        Retry::kOnce);
}

Status RunStore::record_step(std::int64_t run, const data::StepRecord& step) {
    const std::int64_t now = env_.clock->wall_us();
    VT_TRY(env_.db->transact([&] { return write_step(*env_.db, *env_.codec, run, step, now); },
                             Retry::kOnce));
    env_.db->checkpoint_above(kPassiveCheckpointBytes);
    return {};
}

Status RunStore::truncate_after(std::int64_t run, std::string_view stage, std::int64_t step) {
    Database& db = *env_.db;
    return db.transact(
        [&]() -> Status {
            VT_ASSIGN(const std::int64_t seq, stage_seq(db, run, stage));
            VT_TRY(delete_steps_from(db, {.run = run, .stage_seq = seq, .step = step + 1}));
            return refresh_last_step(db, run);
        },
        Retry::kOnce);
}

Status RunStore::record_checkpoint(std::int64_t run, const data::CheckpointRecord& checkpoint) {
    if (!is_inside(checkpoint.path)) return path_leaves("the checkpoint", "the run's folder");
    Database& db = *env_.db;
    const std::int64_t now = env_.clock->wall_us();
    return db.transact(
        [&]() -> Status {
            VT_ASSIGN(const std::int64_t seq, stage_seq(db, run, checkpoint.stage));
            if (checkpoint.best) {
                VT_ASSIGN(
                    Statement clear,
                    db.prepare("UPDATE checkpoint SET best=0 WHERE run_id=? AND stage_seq=?"));
                VT_TRY(clear.bind(run).bind(seq).run());
            }
            VT_ASSIGN(Statement insert,
                      db.prepare("INSERT OR REPLACE INTO checkpoint(run_id, stage_seq, step, path,"
                                 " manifest_sha256, state_hash, heldout_pass1, best, created_us)"
                                 " VALUES(?,?,?,?,?,?,?,?,?)"));
            insert.bind(run).bind(seq).bind(checkpoint.step).bind(checkpoint.path);
            insert.bind(checkpoint.manifest_sha256).bind(checkpoint.state_hash);
            insert.bind_real(checkpoint.heldout_pass1).bind(std::int64_t{checkpoint.best});
            return insert.bind(now).run();
        },
        Retry::kOnce);
}

Status RunStore::forget_checkpoint(std::int64_t run, std::string_view stage, std::int64_t step) {
    Database& db = *env_.db;
    return db.transact(
        [&]() -> Status {
            VT_ASSIGN(const std::int64_t seq, stage_seq(db, run, stage));
            VT_ASSIGN(
                Statement remove,
                db.prepare("DELETE FROM checkpoint WHERE run_id=? AND stage_seq=? AND step=?"));
            return remove.bind(run).bind(seq).bind(step).run();
        },
        Retry::kOnce);
}

namespace {

constexpr std::size_t kMaxNoteBytes = std::size_t{64} << 10;
constexpr std::string_view kSameChain =
    "annotation.run_id=c.run_id AND annotation.stage_seq=c.stage_seq AND annotation.step=c.step"
    " AND annotation.phase=c.phase AND annotation.problem_id=c.problem_id"
    " AND annotation.sample=c.sample";

Status remove_note(Database& db, std::int64_t chain_id) {
    VT_ASSIGN(Statement remove,
              db.prepare("DELETE FROM annotation WHERE EXISTS(SELECT 1 FROM chain AS c WHERE"
                         " c.id=? AND " +
                         std::string(kSameChain) + ")"));
    return remove.bind(chain_id).run();
}

Status write_note(Database& db,
                  const ContentCodec& codec,
                  std::int64_t chain_id,
                  const ChainMark& mark,
                  std::int64_t now_us) {
    VT_TRY(remove_note(db, chain_id));
    // The row id is authenticated by a sealing codec, so it has to be known before the insert.
    VT_ASSIGN(const std::int64_t last,
              db.query_integer("SELECT coalesce((SELECT seq FROM sqlite_sequence"
                               " WHERE name='annotation'), 0)"));
    VT_ASSIGN(const std::string stored,
              codec.encode(mark.note, {.table = "annotation", .column = "note", .row = last + 1}));
    VT_ASSIGN(Statement insert,
              db.prepare("INSERT INTO annotation(id, run_id, stage_seq, step, phase, problem_id,"
                         " sample, flagged, note, edited_us, disputed) SELECT ?2, run_id,"
                         " stage_seq, step, phase, problem_id, sample, ?3, ?4, ?5, ?6 FROM chain"
                         " WHERE id=?1"));
    insert.bind(chain_id).bind(last + 1).bind(std::int64_t{mark.flagged}).bind_blob(stored);
    return insert.bind(now_us).bind(std::int64_t{mark.disputed}).run();
}

}  // namespace

Status RunStore::annotate_chain(std::int64_t chain_id, const ChainMark& mark) {
    if (mark.note.size() > kMaxNoteBytes) {
        return fail(ErrorCode::kInvalidArgument, "a note has at most 64 KiB");
    }
    if (mark.disputed && mark.note.empty()) {
        return fail(ErrorCode::kInvalidArgument,
                    "a verdict is called wrong with a reason: write it into the note");
    }
    Database& db = *env_.db;
    const std::int64_t now = env_.clock->wall_us();
    return db.transact(
        [&]() -> Status {
            VT_ASSIGN(Statement find, db.prepare("SELECT 1 FROM chain WHERE id=?"));
            VT_ASSIGN(const bool found, find.bind(chain_id).step());
            if (!found) {
                return fail(ErrorCode::kNotFound,
                            "chain " + std::to_string(chain_id) + " does not exist (any more)");
            }
            if (mark.is_empty()) return remove_note(db, chain_id);
            return write_note(db, *env_.codec, chain_id, mark, now);
        },
        Retry::kNever);
}

Status RunStore::record_event(std::int64_t run, const data::EventRecord& event) {
    Database& db = *env_.db;
    const std::int64_t now = env_.clock->wall_us();
    return db.transact(
        [&]() -> Status {
            VT_ASSIGN(Statement insert,
                      db.prepare("INSERT INTO event(run_id, time_us, stage, step, kind, severity,"
                                 " message, detail_json) SELECT id,?2,?3,?4,?5,?6,?7,?8 FROM run"
                                 " WHERE id=?1"));
            insert.bind(run).bind(now).bind(event.stage).bind(event.step).bind(event.kind);
            insert.bind(event.severity).bind(event.message).bind(to_text(event.detail));
            return run_update(db, insert, run);
        },
        Retry::kNever);
}

}  // namespace veritune::store
