// SPDX-License-Identifier: Apache-2.0
#include "core/store/dataset_writer.h"

#include "core/store/content_codec.h"

#include <utility>

namespace veritune::store {

namespace {

using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

constexpr std::int64_t kQuickRows = 2000;

std::string insert_sql() {
    std::string marks = "?,?";
    for (int i = 0; i < kRowColumnCount; ++i) marks += ",?";
    return "INSERT INTO problem(id, dataset_id, " + std::string(kRowColumns) + ") VALUES(" + marks +
           ")";
}

Result<bool> is_taken(Database& db, std::int64_t dataset, std::string_view id) {
    VT_ASSIGN(Statement find, db.prepare("SELECT 1 FROM problem WHERE dataset_id=? AND ext_id=?"));
    return find.bind(dataset).bind(id).step();
}

}  // namespace

Result<RowInserter> RowInserter::begin(Database& db,
                                       const ContentCodec& codec,
                                       std::int64_t dataset,
                                       std::int64_t now_us) {
    VT_ASSIGN(Statement insert, db.prepare(insert_sql()));
    RowInserter inserter(db, codec, std::move(insert));
    inserter.dataset_ = dataset;
    inserter.now_us_ = now_us;
    // A sealing codec wants the row id before the row is there.
    VT_ASSIGN(const std::int64_t last,
              db.query_integer("SELECT coalesce((SELECT seq FROM sqlite_sequence"
                               " WHERE name='problem'), 0)"));
    inserter.first_id_ = inserter.next_id_ = last + 1;
    VT_ASSIGN(Statement any, db.prepare("SELECT 1 FROM problem WHERE dataset_id=? LIMIT 1"));
    VT_ASSIGN(inserter.check_ids_, any.bind(dataset).step());
    return inserter;
}

Result<RowInserter::Ready> RowInserter::prepare(data::DatasetRow row) {
    VT_ASSIGN(EncodedRow encoded, encode_row(codec_, next_id_, row));
    encoded.created_us = now_us_;
    hash_row(hash_, row, encoded);
    ++next_id_;
    return Ready{.row = std::move(row), .encoded = std::move(encoded)};
}

Status RowInserter::insert(const Ready& ready) {
    if (check_ids_) {
        VT_ASSIGN(const bool taken, is_taken(db_, dataset_, ready.row.problem.id));
        if (taken) {
            return fail(ErrorCode::kAlreadyExists,
                        "the data set has a row with this id already; give the new rows other ids"
                        " (an id prefix)",
                        ready.row.problem.id);
        }
    }
    insert_.bind(ready.encoded.id).bind(dataset_);
    bind_row(insert_, ready.row, ready.encoded);
    return insert_.run();
}

Status RowInserter::add(data::DatasetRow row) {
    VT_ASSIGN(const Ready ready, prepare(std::move(row)));
    return insert(ready);
}

Result<std::int64_t> insert_dataset(Database& db, const DatasetInfo& info) {
    if (!is_dataset_name(info.name)) return bad_dataset_name();
    VT_ASSIGN(Statement find, db.prepare("SELECT 1 FROM dataset WHERE name=?"));
    VT_ASSIGN(const bool taken, find.bind(info.name).step());
    if (taken) {
        return fail(ErrorCode::kAlreadyExists,
                    "a data set of this name exists; choose another name or remove it first",
                    info.name);
    }
    VT_ASSIGN(Statement insert,
              db.prepare("INSERT INTO dataset(name, path, sha256, rows, source, created_us, domain,"
                         " language, licence, licence_note, redistribution, parent, stored)"
                         " VALUES(?,'','',0,?,?,?,?,?,?,?,?,1)"));
    insert.bind(info.name).bind(info.source).bind(info.created_us).bind(info.domain);
    insert.bind(info.language).bind(info.licence).bind(info.licence_note);
    VT_TRY(insert.bind(info.redistribution).bind(info.parent).run());
    return db.last_insert_id();
}

Status touch_dataset(Database& db, std::int64_t dataset, std::int64_t now_us) {
    VT_ASSIGN(Statement update,
              db.prepare("UPDATE dataset SET rows=(SELECT count(*) FROM problem WHERE"
                         " dataset_id=?1), sha256='', edited_us=?2 WHERE id=?1"));
    return update.bind(dataset).bind(now_us).run();
}

Status set_version(Database& db, std::int64_t dataset, std::string_view sha256) {
    VT_ASSIGN(Statement update, db.prepare("UPDATE dataset SET sha256=? WHERE id=?"));
    return update.bind(sha256).bind(dataset).run();
}

Status each_row(Database& db,
                const ContentCodec& codec,
                std::int64_t dataset,
                const data::RowFilter& filter,
                const std::function<Result<bool>(StoredRow)>& on_row,
                std::int64_t after) {
    const RowQuery query = row_query(filter);
    VT_ASSIGN(Statement rows,
              db.prepare("SELECT id, " + std::string(kRowColumns) +
                         " FROM problem INDEXED BY problem_order WHERE dataset_id=? AND id>?" +
                         query.where + " ORDER BY id"));
    rows.bind(dataset).bind(after);
    query.bind(rows);
    for (;;) {
        VT_ASSIGN(const bool more, rows.step());
        if (!more) return {};
        VT_ASSIGN(StoredRow row, read_row(rows, 1, rows.integer(0), codec));
        if (!filter.text.empty() && !data::matches(filter, row.row)) continue;
        VT_ASSIGN(const bool go_on, on_row(std::move(row)));
        if (!go_on) return {};
    }
}

Result<std::string> compute_version(Database& db,
                                    const ContentCodec& codec,
                                    std::int64_t dataset,
                                    std::stop_token stop) {
    VT_ASSIGN(Statement rows,
              db.prepare("SELECT id, " + std::string(kRowColumns) +
                         " FROM problem INDEXED BY problem_key WHERE dataset_id=? AND status='ok'"
                         " ORDER BY ext_id"));
    rows.bind(dataset);
    util::Sha256 hash;
    for (;;) {
        if (stop.stop_requested()) return fail(ErrorCode::kCancelled, "cancelled");
        VT_ASSIGN(const bool more, rows.step());
        if (!more) return hash.hex();
        VT_ASSIGN(const StoredRow row, read_row(rows, 1, rows.integer(0), codec));
        hash.update(util::canonical_json(data::problem_to_json(row.row.problem)));
        hash.update("\n");
    }
}

Status refresh_version(Database& db, const ContentCodec& codec, std::int64_t dataset) {
    VT_ASSIGN(Statement count, db.prepare("SELECT rows FROM dataset WHERE id=?"));
    VT_ASSIGN(const bool found, count.bind(dataset).step());
    if (!found || count.integer(0) > kQuickRows) return {};
    VT_ASSIGN(const std::string version, compute_version(db, codec, dataset));
    return set_version(db, dataset, version);
}

}  // namespace veritune::store
