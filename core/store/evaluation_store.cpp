// SPDX-License-Identifier: Apache-2.0
#include "core/store/evaluation_store.h"

#include "core/store/chain_rows.h"
#include "core/store/content_codec.h"
#include "core/store/sqlite.h"

#include <utility>

namespace veritune::store {
namespace {

using data::EvaluationColumn;
using data::EvaluationRecord;
using data::ProblemScore;
using util::ErrorCode;
using util::Json;
using util::Result;
using util::Status;

ContentId setup_id(std::int64_t id) {
    return {.table = "evaluation", .column = "setup", .row = id};
}

Result<std::int64_t> find_id(Database& db, const EvaluationRecord& e) {
    if (e.run == 0) return std::int64_t{0};
    VT_ASSIGN(Statement find, db.prepare("SELECT id FROM evaluation WHERE run_id=?"));
    VT_ASSIGN(const bool found, find.bind(e.run).step());
    return found ? find.integer(0) : 0;
}

/// The row without its content; a new one gets its id here, because content is sealed with it.
Result<std::int64_t> write_row(Database& db, const EvaluationRecord& e, std::int64_t now_us) {
    VT_ASSIGN(std::int64_t id, find_id(db, e));
    if (id == 0) {
        VT_ASSIGN(
            Statement insert,
            db.prepare("INSERT INTO evaluation(run_id, name, protocol, protocol_hash, setup,"
                       " subject_json, dataset, split, problems, samples, complete, created_us)"
                       " VALUES(nullif(?,0),'','','',x'','','','',0,1,0,?)"));
        VT_TRY(insert.bind(e.run).bind(now_us).run());
        id = db.last_insert_id();
    }
    VT_ASSIGN(Statement update,
              db.prepare("UPDATE evaluation SET name=?2, protocol=?3, protocol_hash=?4,"
                         " subject_json=?5, dataset=?6, split=?7, problems=?8, samples=?9,"
                         " truncation_rate=?10, mean_tokens=?11, complete=?12 WHERE id=?1"));
    update.bind(id).bind(e.name).bind(e.protocol).bind(e.protocol_hash);
    update.bind(to_text(e.subject)).bind(e.dataset).bind(e.split).bind(e.problems).bind(e.samples);
    update.bind_real(e.truncation_rate).bind_real(e.mean_tokens);
    VT_TRY(update.bind(std::int64_t{e.complete}).run());
    return id;
}

Status write_setup(Database& db, const ContentCodec& codec, std::int64_t id, const Json& setup) {
    VT_ASSIGN(const std::string stored, codec.encode(to_text(setup), setup_id(id)));
    VT_ASSIGN(Statement update, db.prepare("UPDATE evaluation SET setup=? WHERE id=?"));
    update.bind_blob(stored);
    return update.bind(id).run();
}

Status write_problems(Database& db,
                      std::int64_t id,
                      std::int64_t seq,
                      const std::vector<ProblemScore>& problems) {
    VT_ASSIGN(
        Statement insert,
        db.prepare("INSERT INTO evaluation_problem(evaluation_id, seq, position, problem_id,"
                   " samples, correct, masked, no_answer, majority) VALUES(?,?,?,?,?,?,?,?,?)"));
    std::int64_t position = 0;
    for (const ProblemScore& p : problems) {
        insert.bind(id).bind(seq).bind(position++).bind(p.problem_id).bind(p.samples);
        insert.bind(p.correct).bind(p.masked).bind(p.no_answer);
        VT_TRY(insert.bind(std::int64_t{p.majority}).run());
    }
    return {};
}

Status write_columns(Database& db, std::int64_t id, const std::vector<EvaluationColumn>& columns) {
    VT_ASSIGN(Statement remove, db.prepare("DELETE FROM evaluation_column WHERE evaluation_id=?"));
    VT_TRY(remove.bind(id).run());
    VT_ASSIGN(
        Statement insert,
        db.prepare("INSERT INTO evaluation_column(evaluation_id, seq, name, score, low, high,"
                   " majority, pass_json, no_answer_rate, masked) VALUES(?,?,?,?,?,?,?,?,?,?)"));
    std::int64_t seq = 0;
    for (const EvaluationColumn& c : columns) {
        insert.bind(id).bind(++seq).bind(c.name).bind_real(c.score).bind_real(c.low);
        insert.bind_real(c.high).bind_real(c.majority).bind(to_text(Json(c.pass)));
        VT_TRY(insert.bind_real(c.no_answer_rate).bind(c.masked).run());
        VT_TRY(write_problems(db, id, seq, c.problems));
    }
    return {};
}

Result<std::vector<std::pair<std::int64_t, double>>> read_pass(const std::string& text) {
    VT_ASSIGN(const Json json, from_text(text, "evaluation_column.pass_json"));
    std::vector<std::pair<std::int64_t, double>> pass;
    for (const Json& one : json) {
        const bool pair =
            one.is_array() && one.size() == 2 && one[0].is_number_integer() && one[1].is_number();
        if (!pair)
            return util::fail(ErrorCode::kCorruptData,
                              "the project database holds a broken value",
                              "evaluation_column.pass_json");
        pass.emplace_back(one[0].get<std::int64_t>(), one[1].get<double>());
    }
    return pass;
}

Result<std::vector<ProblemScore>> read_problems(Database& db, std::int64_t id, std::int64_t seq) {
    VT_ASSIGN(Statement rows,
              db.prepare("SELECT problem_id, samples, correct, masked, no_answer, majority"
                         " FROM evaluation_problem WHERE evaluation_id=? AND seq=?"
                         " ORDER BY position"));
    rows.bind(id).bind(seq);
    std::vector<ProblemScore> problems;
    for (;;) {
        VT_ASSIGN(const bool more, rows.step());
        if (!more) return problems;
        problems.push_back({.problem_id = rows.text(0),
                            .samples = rows.integer(1),
                            .correct = rows.integer(2),
                            .masked = rows.integer(3),
                            .no_answer = rows.integer(4),
                            .majority = rows.integer(5) != 0});
    }
}

Result<std::vector<EvaluationColumn>> read_columns(Database& db, std::int64_t id, bool whole) {
    VT_ASSIGN(Statement rows,
              db.prepare("SELECT seq, name, score, low, high, majority, pass_json, no_answer_rate,"
                         " masked FROM evaluation_column WHERE evaluation_id=? ORDER BY seq"));
    rows.bind(id);
    std::vector<EvaluationColumn> columns;
    for (;;) {
        VT_ASSIGN(const bool more, rows.step());
        if (!more) return columns;
        EvaluationColumn column{.name = rows.text(1),
                                .score = rows.real(2),
                                .low = rows.real(3),
                                .high = rows.real(4),
                                .majority = rows.real(5)};
        VT_ASSIGN(column.pass, read_pass(rows.text(6)));
        column.no_answer_rate = rows.real(7);
        column.masked = rows.integer(8);
        if (whole) {
            VT_ASSIGN(column.problems, read_problems(db, id, rows.integer(0)));
        }
        columns.push_back(std::move(column));
    }
}

util::Error unknown_evaluation(std::int64_t id) {
    return util::fail(
        ErrorCode::kNotFound,
        "evaluation " + std::to_string(id) + " does not exist; `veritune eval list` shows them");
}

}  // namespace

EvaluationStore::EvaluationStore(Env env)
    : env_(env) {}

Result<std::int64_t> EvaluationStore::record(const EvaluationRecord& evaluation) {
    Database& db = *env_.db;
    VT_CHECK(db.mode() == OpenMode::kWrite);
    std::int64_t id = 0;
    const Status status = db.transact(
        [&]() -> Status {
            VT_ASSIGN(id, write_row(db, evaluation, env_.clock->wall_us()));
            VT_TRY(write_setup(db, *env_.codec, id, evaluation.setup));
            return write_columns(db, id, evaluation.columns);
        },
        // A second try of a record without a run would store it twice.
        evaluation.run != 0 ? Retry::kOnce : Retry::kNever);
    if (!status) return status.error();
    return id;
}

Status EvaluationStore::remove(std::int64_t id) {
    Database& db = *env_.db;
    VT_CHECK(db.mode() == OpenMode::kWrite);
    return db.transact(
        [&]() -> Status {
            VT_ASSIGN(Statement remove, db.prepare("DELETE FROM evaluation WHERE id=?"));
            VT_TRY(remove.bind(id).run());
            return db.changes() == 1 ? Status() : Status(unknown_evaluation(id));
        },
        Retry::kNever);
}

Result<std::vector<EvaluationRecord>> EvaluationStore::list() const {
    std::vector<std::int64_t> ids;
    VT_ASSIGN(Statement rows, env_.db->prepare("SELECT id FROM evaluation ORDER BY id DESC"));
    for (;;) {
        VT_ASSIGN(const bool more, rows.step());
        if (!more) break;
        ids.push_back(rows.integer(0));
    }
    std::vector<EvaluationRecord> all;
    for (const std::int64_t id : ids) {
        VT_ASSIGN(EvaluationRecord one, read(id, false));
        all.push_back(std::move(one));
    }
    return all;
}

Result<EvaluationRecord> EvaluationStore::get(std::int64_t id) const { return read(id, true); }

Result<std::optional<EvaluationRecord>> EvaluationStore::of_run(std::int64_t run) const {
    VT_ASSIGN(Statement find, env_.db->prepare("SELECT id FROM evaluation WHERE run_id=?"));
    VT_ASSIGN(const bool found, find.bind(run).step());
    if (!found) return std::optional<EvaluationRecord>();
    VT_ASSIGN(EvaluationRecord record, read(find.integer(0), true));
    return std::optional<EvaluationRecord>(std::move(record));
}

Result<EvaluationRecord> EvaluationStore::read(std::int64_t id, bool whole) const {
    VT_ASSIGN(Statement row,
              env_.db->prepare("SELECT coalesce(run_id, 0), name, protocol, protocol_hash, setup,"
                               " subject_json, dataset, split, problems, samples, truncation_rate,"
                               " mean_tokens, complete, created_us FROM evaluation WHERE id=?"));
    VT_ASSIGN(const bool found, row.bind(id).step());
    if (!found) return unknown_evaluation(id);
    EvaluationRecord e{.id = id,
                       .run = row.integer(0),
                       .name = row.text(1),
                       .protocol = row.text(2),
                       .protocol_hash = row.text(3),
                       .dataset = row.text(6),
                       .split = row.text(7),
                       .problems = row.integer(8),
                       .samples = row.integer(9),
                       .truncation_rate = row.real(10),
                       .mean_tokens = row.real(11),
                       .complete = row.integer(12) != 0,
                       .created_us = row.integer(13)};
    VT_ASSIGN(e.subject, from_text(row.text(5), "evaluation.subject_json"));
    if (whole) {
        VT_ASSIGN(const std::string setup, env_.codec->decode(row.blob(4), setup_id(id)));
        VT_ASSIGN(e.setup, from_text(setup, "evaluation.setup"));
    }
    VT_ASSIGN(e.columns, read_columns(*env_.db, id, whole));
    return e;
}

}  // namespace veritune::store
