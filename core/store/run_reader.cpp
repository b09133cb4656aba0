// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_reader.h"

#include "core/store/chain_rows.h"
#include "core/store/content_codec.h"
#include "core/store/paths.h"
#include "core/store/sqlite.h"

#include <bit>
#include <utility>

namespace veritune::store {

namespace {

using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

constexpr std::string_view kRunColumns =
    "SELECT id, name, state, recipe_json, fingerprint_json, seed, created_us, started_us, ended_us,"
    " error, restarts, last_stage, last_step, state_hash FROM run ";

util::Error unknown_run(std::int64_t run) {
    return fail(ErrorCode::kNotFound,
                "run " + std::to_string(run) + " does not exist; `veritune runs list` shows them");
}

Result<RunRecord> read_run(const Statement& row) {
    RunRecord run{.id = row.integer(0), .name = row.text(1)};
    const std::optional<RunState> state = run_state_from_name(row.text(2));
    if (!state) return fail(ErrorCode::kCorruptData, "a run has an unknown state", row.text(2));
    run.state = *state;
    VT_ASSIGN(run.recipe, from_text(row.text(3), "recipe of a run"));
    VT_ASSIGN(run.fingerprint, from_text(row.text(4), "fingerprint of a run"));
    run.seed = std::bit_cast<std::uint64_t>(row.integer(5));
    run.created_us = row.integer(6);
    run.started_us = row.integer(7);
    run.ended_us = row.integer(8);
    run.error = row.text(9);
    run.restarts = row.integer(10);
    run.last_stage = row.text(11);
    run.last_step = row.integer(12);
    run.state_hash = row.text(13);
    return run;
}

/// Collects read(row) of every row.
template <typename T, typename Read>
Result<std::vector<T>> collect(Statement& rows, Read read) {
    std::vector<T> all;
    for (;;) {
        VT_ASSIGN(const bool more, rows.step());
        if (!more) return all;
        VT_ASSIGN(T one, read(rows));
        all.push_back(std::move(one));
    }
}

constexpr std::size_t kMaxIds = 1000;

Status must_exist(Database& db, std::int64_t run) {
    VT_ASSIGN(Statement find, db.prepare("SELECT 1 FROM run WHERE id=?"));
    VT_ASSIGN(const bool found, find.bind(run).step());
    return found ? Status{} : unknown_run(run);
}

/// What every query about a run is: one short read, kNotFound when there is no such run, bind(rows)
/// for the question marks, read(row) for each row.
template <typename T, typename Bind, typename Read>
Result<std::vector<T>> rows_of_run(
    Database& db, std::int64_t run, std::string_view sql, Bind bind, Read read) {
    std::vector<T> all;
    VT_TRY(db.read([&]() -> Status {
        VT_TRY(must_exist(db, run));
        VT_ASSIGN(Statement rows, db.prepare(sql));
        bind(rows);
        VT_ASSIGN(all, collect<T>(rows, read));
        return {};
    }));
    return all;
}

/// WHERE clause of a chain query; values are bound in the same order.
struct ChainQuery {
    std::string where;
    std::vector<std::function<void(Statement&)>> binds;

    void add(std::string_view condition, std::string value) {
        where.append(" AND ").append(condition);
        binds.emplace_back(
            [text = std::move(value)](Statement& s) { s.bind(std::string_view(text)); });
    }
    void add(std::string_view condition, double value) {
        where.append(" AND ").append(condition);
        binds.emplace_back([value](Statement& s) { s.bind_real(value); });
    }
    void add(std::string_view condition, std::int64_t value) {
        where.append(" AND ").append(condition);
        binds.emplace_back([value](Statement& s) { s.bind(value); });
    }
};

/// "Has a mark of a person with this": compared with 0 or 1.
std::string marked(std::string_view condition) {
    return "EXISTS(SELECT 1 FROM annotation AS a WHERE a.run_id=chain.run_id AND"
           " a.stage_seq=chain.stage_seq AND a.step=chain.step AND a.phase=chain.phase AND"
           " a.problem_id=chain.problem_id AND a.sample=chain.sample AND " +
           std::string(condition) + ")=?";
}

ChainQuery filter_query(std::int64_t run, const ChainFilter& filter) {
    ChainQuery query;
    query.where =
        "FROM chain JOIN stage ON stage.run_id=chain.run_id AND stage.seq=chain.stage_seq"
        " WHERE chain.run_id=?";
    query.binds.emplace_back([run](Statement& s) { s.bind(run); });
    if (filter.stage) query.add("stage.stage=?", *filter.stage);
    if (filter.min_step) query.add("chain.step>=?", *filter.min_step);
    if (filter.max_step) query.add("chain.step<=?", *filter.max_step);
    if (filter.phase) query.add("phase=?", *filter.phase);
    if (filter.status) query.add("status=?", *filter.status);
    if (filter.problem_id) query.add("problem_id=?", *filter.problem_id);
    if (filter.min_reward) query.add("reward>=?", *filter.min_reward);
    if (filter.max_reward) query.add("reward<=?", *filter.max_reward);
    if (filter.min_tokens) query.add("token_count>=?", *filter.min_tokens);
    if (filter.max_tokens) query.add("token_count<=?", *filter.max_tokens);
    if (filter.finish_reason) query.add("finish_reason=?", *filter.finish_reason);
    if (filter.updated) query.add("updated=?", std::int64_t{*filter.updated});
    if (filter.flagged) query.add(marked("a.flagged=1"), std::int64_t{*filter.flagged});
    if (filter.disputed) query.add(marked("a.disputed=1"), std::int64_t{*filter.disputed});
    if (!filter.ids.empty()) {
        std::string list;
        for (const std::int64_t id : filter.ids)
            list += (list.empty() ? "" : ",") + std::to_string(id);
        query.where += " AND chain.id IN (" + list + ")";
    }
    return query;
}

Status check_filter(const ChainFilter& filter) {
    if (filter.ids.size() <= kMaxIds) return {};
    return fail(ErrorCode::kInvalidArgument, "a filter names at most 1000 chains");
}

/// Rows behind `key` in page order.
Status add_cursor(
    Database& db, std::int64_t run, const ChainKey& key, bool descending, ChainQuery& query) {
    VT_ASSIGN(Statement find, db.prepare("SELECT seq FROM stage WHERE run_id=? AND stage=?"));
    VT_ASSIGN(const bool found, find.bind(run).bind(key.stage).step());
    if (!found) {
        return fail(ErrorCode::kNotFound, "the page's cursor names an unknown stage", key.stage);
    }
    query.where
        .append(descending ? " AND (chain.stage_seq, chain.step, phase, problem_id, sample) <"
                           : " AND (chain.stage_seq, chain.step, phase, problem_id, sample) >")
        .append(" (?,?,?,?,?)");
    query.binds.emplace_back([seq = find.integer(0), key](Statement& s) {
        s.bind(seq).bind(key.step).bind(key.phase).bind(key.problem_id).bind(key.sample);
    });
    return {};
}

std::string page_order(bool descending) {
    const std::string way = descending ? " DESC" : "";
    return " ORDER BY chain.stage_seq" + way + ", chain.step" + way + ", phase" + way +
           ", problem_id" + way + ", sample" + way;
}

}  // namespace

RunReader::RunReader(Database& db, const ContentCodec& codec)
    : db_(&db),
      codec_(&codec) {}

Status RunReader::need_run(std::int64_t run) const { return must_exist(*db_, run); }

Result<std::vector<RunRecord>> RunReader::list_runs() const {
    VT_ASSIGN(Statement rows, db_->prepare(std::string(kRunColumns) + "ORDER BY id DESC"));
    return collect<RunRecord>(rows, read_run);
}

Result<RunRecord> RunReader::run(std::int64_t run) const {
    VT_ASSIGN(Statement rows, db_->prepare(std::string(kRunColumns) + "WHERE id=?"));
    VT_ASSIGN(const bool found, rows.bind(run).step());
    if (!found) return unknown_run(run);
    return read_run(rows);
}

Result<std::optional<RunRecord>> RunReader::active_run() const {
    VT_ASSIGN(
        Statement rows,
        db_->prepare(std::string(kRunColumns) + "WHERE state='running' ORDER BY id DESC LIMIT 1"));
    VT_ASSIGN(const bool found, rows.step());
    if (!found) return std::optional<RunRecord>();
    VT_ASSIGN(RunRecord run, read_run(rows));
    return std::optional<RunRecord>(std::move(run));
}

Result<std::vector<StageInfo>> RunReader::stages(std::int64_t run) const {
    return rows_of_run<StageInfo>(
        *db_,
        run,
        "SELECT seq, stage, type, total_steps, state, summary_json FROM stage WHERE run_id=?"
        " ORDER BY seq",
        [run](Statement& rows) { rows.bind(run); },
        [](const Statement& row) -> Result<StageInfo> {
            StageInfo info{.seq = row.integer(0)};
            info.record = {.stage = row.text(1),
                           .type = row.text(2),
                           .total_steps = row.integer(3),
                           .state = row.text(4)};
            VT_ASSIGN(info.record.summary, from_text(row.text(5), "summary of a stage"));
            return info;
        });
}

Result<std::vector<std::string>> RunReader::metric_names(std::int64_t run) const {
    // One seek per stage and name instead of a walk over every point.
    return rows_of_run<std::string>(
        *db_,
        run,
        "SELECT name FROM metric_name WHERE EXISTS(SELECT 1 FROM stage WHERE stage.run_id=?1 AND"
        " EXISTS(SELECT 1 FROM metric WHERE metric.run_id=?1 AND metric.stage_seq=stage.seq AND"
        " metric.name_id=metric_name.id)) ORDER BY name",
        [run](Statement& rows) { rows.bind(run); },
        [](const Statement& row) -> Result<std::string> { return row.text(0); });
}

Result<std::vector<MetricPoint>> RunReader::metric_series(std::int64_t run,
                                                          std::string_view name,
                                                          std::optional<std::string_view> stage,
                                                          std::int64_t from_step) const {
    return rows_of_run<MetricPoint>(
        *db_,
        run,
        "SELECT stage.stage, metric.step, metric.value FROM stage"
        " CROSS JOIN metric_name ON metric_name.name=?2"
        " CROSS JOIN metric ON metric.run_id=?1 AND metric.stage_seq=stage.seq"
        " AND metric.name_id=metric_name.id AND metric.step>=?5"
        " WHERE stage.run_id=?1 AND (?3=0 OR stage.stage=?4) ORDER BY stage.seq, metric.step",
        [&](Statement& rows) {
            rows.bind(run).bind(name).bind(std::int64_t{stage.has_value()});
            rows.bind(stage.value_or("")).bind(from_step);
        },
        [](const Statement& row) -> Result<MetricPoint> {
            return MetricPoint{.stage = row.text(0), .step = row.integer(1), .value = row.real(2)};
        });
}

Result<std::vector<std::pair<std::string, double>>> RunReader::step_metrics(
    std::int64_t run, std::string_view stage, std::int64_t step) const {
    using Metric = std::pair<std::string, double>;
    return rows_of_run<Metric>(
        *db_,
        run,
        "SELECT metric_name.name, metric.value FROM stage CROSS JOIN metric_name CROSS JOIN metric"
        " ON metric.run_id=?1 AND metric.stage_seq=stage.seq AND metric.name_id=metric_name.id"
        " AND metric.step=?3 WHERE stage.run_id=?1 AND stage.stage=?2 ORDER BY metric_name.name",
        [&](Statement& rows) { rows.bind(run).bind(stage).bind(step); },
        [](const Statement& row) -> Result<Metric> { return Metric(row.text(0), row.real(1)); });
}

Result<std::vector<StepInfo>> RunReader::steps(std::int64_t run,
                                               std::int64_t after_seq,
                                               std::int64_t limit) const {
    return rows_of_run<StepInfo>(
        *db_,
        run,
        "SELECT step.seq, stage.stage, step.step, seconds, state_hash, rng_json, recorded_us"
        " FROM step JOIN stage ON stage.run_id=step.run_id AND stage.seq=step.stage_seq"
        " WHERE step.run_id=? AND step.seq>? ORDER BY step.seq LIMIT ?",
        [&](Statement& rows) { rows.bind(run).bind(after_seq).bind(limit); },
        [](const Statement& row) -> Result<StepInfo> {
            StepInfo info{.seq = row.integer(0),
                          .stage = row.text(1),
                          .step = row.integer(2),
                          .seconds = row.real(3),
                          .state_hash = row.text(4)};
            VT_ASSIGN(info.rng, from_text(row.text(5), "random state of a step"));
            info.recorded_us = row.integer(6);
            return info;
        });
}

Result<std::vector<StepTime>> RunReader::step_times(std::int64_t run,
                                                    std::int64_t after_seq,
                                                    std::int64_t limit) const {
    return rows_of_run<StepTime>(
        *db_,
        run,
        "SELECT step.seq, stage.stage, step.step, seconds FROM step"
        " JOIN stage ON stage.run_id=step.run_id AND stage.seq=step.stage_seq"
        " WHERE step.run_id=? AND step.seq>? ORDER BY step.seq LIMIT ?",
        [&](Statement& rows) { rows.bind(run).bind(after_seq).bind(limit); },
        [](const Statement& row) -> Result<StepTime> {
            return StepTime{.seq = row.integer(0),
                            .stage = row.text(1),
                            .step = row.integer(2),
                            .seconds = row.real(3)};
        });
}

Result<std::vector<ChainSummary>> RunReader::chains(std::int64_t run,
                                                    const ChainPageRequest& request) const {
    if (request.limit < 1 || request.limit > 10000) {
        return fail(ErrorCode::kInvalidArgument, "a page of chains has 1 to 10000 rows");
    }
    VT_TRY(check_filter(request.filter));
    std::vector<ChainSummary> page;
    VT_TRY(db_->read([&]() -> Status {
        VT_TRY(need_run(run));
        ChainQuery query = filter_query(run, request.filter);
        if (request.after) {
            VT_TRY(add_cursor(*db_, run, *request.after, request.descending, query));
        }
        VT_ASSIGN(Statement rows,
                  db_->prepare("SELECT " + std::string(kSummaryColumns) + " " + query.where +
                               page_order(request.descending) + " LIMIT ?"));
        for (const auto& bind : query.binds) bind(rows);
        rows.bind(request.limit);
        VT_ASSIGN(page, collect<ChainSummary>(rows, [&](const Statement& row) {
                      return read_summary(row, *codec_);
                  }));
        return {};
    }));
    return page;
}

Result<std::int64_t> RunReader::count_chains(std::int64_t run, const ChainFilter& filter) const {
    VT_TRY(check_filter(filter));
    const ChainQuery query = filter_query(run, filter);
    VT_ASSIGN(const std::vector<std::int64_t> count,
              rows_of_run<std::int64_t>(
                  *db_,
                  run,
                  "SELECT count(*) " + query.where,
                  [&query](Statement& rows) {
                      for (const auto& bind : query.binds) bind(rows);
                  },
                  [](const Statement& row) -> Result<std::int64_t> { return row.integer(0); }));
    VT_CHECK(count.size() == 1);
    return count.front();
}

Result<StoredChain> RunReader::chain(std::int64_t chain_id) const {
    VT_ASSIGN(Statement rows,
              db_->prepare("SELECT " + std::string(kChainColumns) +
                           " FROM chain JOIN stage ON stage.run_id=chain.run_id"
                           " AND stage.seq=chain.stage_seq WHERE chain.id=?"));
    VT_ASSIGN(const bool found, rows.bind(chain_id).step());
    if (found) return read_chain(rows, *codec_);
    return fail(ErrorCode::kNotFound,
                "chain " + std::to_string(chain_id) + " does not exist (any more)");
}

Result<bool> RunReader::has_chain(std::int64_t run, std::int64_t chain_id) const {
    VT_ASSIGN(Statement find, db_->prepare("SELECT 1 FROM chain WHERE id=? AND run_id=?"));
    return find.bind(chain_id).bind(run).step();
}

Result<std::vector<StoredChain>> RunReader::step_chains(std::int64_t run,
                                                        std::string_view stage,
                                                        std::int64_t step) const {
    return rows_of_run<StoredChain>(
        *db_,
        run,
        "SELECT " + std::string(kChainColumns) +
            " FROM stage JOIN chain ON chain.run_id=stage.run_id AND chain.stage_seq=stage.seq"
            " WHERE stage.run_id=? AND stage.stage=? AND chain.step=?" +
            page_order(false),
        [&](Statement& rows) { rows.bind(run).bind(stage).bind(step); },
        [this](const Statement& row) { return read_chain(row, *codec_); });
}

Result<std::optional<data::StepRecord>> RunReader::training_step(std::int64_t run,
                                                                 std::string_view stage,
                                                                 std::int64_t step) const {
    VT_ASSIGN(Statement find,
              db_->prepare("SELECT state_hash, seconds FROM stage JOIN step"
                           " ON step.run_id=stage.run_id AND step.stage_seq=stage.seq"
                           " WHERE stage.run_id=? AND stage.stage=? AND step.step=?"));
    find.bind(run).bind(stage).bind(step);
    VT_ASSIGN(const bool found, find.step());
    if (!found || find.text(0).empty()) return std::optional<data::StepRecord>();
    data::StepRecord record;
    record.stage = stage;
    record.step = step;
    record.state_hash = find.text(0);
    record.seconds = find.real(1);
    VT_ASSIGN(std::vector<StoredChain> chains, step_chains(run, stage, step));
    for (StoredChain& chain : chains) record.chains.push_back(std::move(chain.record));
    return std::optional(std::move(record));
}

Result<std::vector<ChainNote>> RunReader::chain_notes(std::int64_t run) const {
    return rows_of_run<ChainNote>(
        *db_,
        run,
        "SELECT id, stage.stage, step, phase, problem_id, sample, flagged, note, edited_us,"
        " disputed FROM annotation JOIN stage"
        " ON stage.run_id=annotation.run_id AND stage.seq=stage_seq WHERE annotation.run_id=?"
        " ORDER BY stage_seq, step, phase, problem_id, sample",
        [run](Statement& rows) { rows.bind(run); },
        [this](const Statement& row) -> Result<ChainNote> {
            ChainNote note{.key = {.stage = row.text(1),
                                   .step = row.integer(2),
                                   .phase = row.text(3),
                                   .problem_id = row.text(4),
                                   .sample = row.integer(5)},
                           .flagged = row.integer(6) != 0,
                           .disputed = row.integer(9) != 0,
                           .edited_us = row.integer(8)};
            VT_ASSIGN(
                note.note,
                codec_->decode(row.blob(7),
                               {.table = "annotation", .column = "note", .row = row.integer(0)}));
            return note;
        });
}

Result<std::vector<CheckpointInfo>> RunReader::checkpoints(std::int64_t run) const {
    return rows_of_run<CheckpointInfo>(
        *db_,
        run,
        "SELECT stage.stage, step, path, manifest_sha256, state_hash, heldout_pass1, best,"
        " created_us FROM checkpoint JOIN stage"
        " ON stage.run_id=checkpoint.run_id AND stage.seq=stage_seq WHERE checkpoint.run_id=?"
        " ORDER BY stage_seq, step",
        [run](Statement& rows) { rows.bind(run); },
        [](const Statement& row) -> Result<CheckpointInfo> {
            CheckpointInfo info{.created_us = row.integer(7)};
            info.record = {.stage = row.text(0),
                           .step = row.integer(1),
                           .path = row.text(2),
                           .manifest_sha256 = row.text(3),
                           .state_hash = row.text(4),
                           .heldout_pass1 = row.real(5),
                           .best = row.integer(6) != 0};
            if (is_inside(info.record.path)) return info;
            return fail(ErrorCode::kCorruptData, "a checkpoint's path leaves its run");
        });
}

Result<std::vector<EventInfo>> RunReader::events(std::int64_t run, std::int64_t after_id) const {
    return rows_of_run<EventInfo>(
        *db_,
        run,
        "SELECT id, time_us, stage, step, kind, severity, message, detail_json FROM event"
        " WHERE run_id=? AND id>? ORDER BY id",
        [&](Statement& rows) { rows.bind(run).bind(after_id); },
        [](const Statement& row) -> Result<EventInfo> {
            EventInfo info{.id = row.integer(0), .time_us = row.integer(1)};
            info.record = {.stage = row.text(2),
                           .step = row.integer(3),
                           .kind = row.text(4),
                           .severity = row.text(5),
                           .message = row.text(6)};
            VT_ASSIGN(info.record.detail, from_text(row.text(7), "detail of an event"));
            return info;
        });
}

}  // namespace veritune::store
