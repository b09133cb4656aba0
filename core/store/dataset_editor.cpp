// SPDX-License-Identifier: Apache-2.0
#include "core/store/dataset_editor.h"

#include "core/store/content_codec.h"
#include "core/store/dataset_writer.h"
#include "core/store/import_writer.h"
#include "core/store/sqlite.h"

#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace veritune::store {

namespace {

using data::Edit;
using data::EditKind;
using util::ErrorCode;
using util::fail;
using util::Json;
using util::Result;
using util::Status;

constexpr std::int64_t kBefore = 0;  ///< side of edit_row while the edit stands
constexpr std::int64_t kAfter = 1;   ///< side while it is undone

util::Error cancelled() {
    return fail(ErrorCode::kCancelled, "the change was cancelled; nothing was changed");
}

/// "dataset 3 `sums` (12 rows)": what the audit log says was touched.
std::string object_text(const DatasetInfo& info, std::int64_t rows) {
    return "dataset " + std::to_string(info.id) + " `" + info.name + "` (" + std::to_string(rows) +
           " rows)";
}

Json info_values(const DatasetInfo& info) {
    return {{"name", info.name},
            {"domain", info.domain},
            {"language", info.language},
            {"licence", info.licence},
            {"licence_note", info.licence_note},
            {"source", info.source},
            {"redistribution", info.redistribution}};
}

Status write_info(Database& db, std::int64_t dataset, const Json& values) {
    VT_ASSIGN(Statement update,
              db.prepare("UPDATE dataset SET name=?, domain=?, language=?, licence=?,"
                         " licence_note=?, source=?, redistribution=? WHERE id=?"));
    for (const char* key :
         {"name", "domain", "language", "licence", "licence_note", "source", "redistribution"}) {
        update.bind(values.at(key).get_ref<const std::string&>());
    }
    return update.bind(dataset).run();
}

void take_info(const Json& set, DatasetInfo& info) {
    const std::pair<const char*, std::string*> fields[] = {
        {"name", &info.name},
        {"domain", &info.domain},
        {"language", &info.language},
        {"licence", &info.licence},
        {"licence_note", &info.licence_note},
        {"source", &info.source},
        {"redistribution", &info.redistribution}};
    for (const auto& [key, value] : fields) {
        if (set.contains(key)) *value = set[key].get<std::string>();
    }
}

Result<bool> exists(Database& db, std::string_view name) {
    VT_ASSIGN(Statement find, db.prepare("SELECT 1 FROM dataset WHERE name=?"));
    return find.bind(name).step();
}

/// "sums" -> "sums-2", the first that is free.
Result<std::string> free_name(Database& db, const std::string& name) {
    constexpr std::size_t kMaxBase = 58;
    const std::string base = name.substr(0, kMaxBase);
    for (int n = 2;; ++n) {
        std::string candidate = base + "-" + std::to_string(n);
        VT_ASSIGN(const bool taken, exists(db, candidate));
        if (!taken) return candidate;
    }
}

std::string update_sql() {
    std::string columns;
    for (const char c : kRowColumns) {
        if (c == ',') columns += "=?";
        columns += c;
    }
    return "UPDATE problem SET " + columns + "=? WHERE id=?";
}

/// SHA-256 over the images of one side, in the order of problem ids.
Result<std::string> side_hash(Database& db, std::int64_t edit, std::int64_t side) {
    VT_ASSIGN(Statement rows,
              db.prepare("SELECT " + std::string(kRowColumns) +
                         " FROM edit_row WHERE edit_id=? AND side=? AND present=1"
                         " ORDER BY problem_id"));
    rows.bind(edit).bind(side);
    util::Sha256 hash;
    for (;;) {
        VT_ASSIGN(const bool more, rows.step());
        if (!more) return hash.hex();
        hash_image(hash, rows, 0);
    }
}

/// The same over the rows as they are now.
Result<std::string> present_hash(Database& db, std::int64_t edit) {
    std::string columns = "p.";
    for (const char c : kRowColumns) {
        columns += c;
        if (c == ' ') columns += "p.";
    }
    VT_ASSIGN(Statement rows,
              db.prepare("SELECT " + columns +
                         " FROM edit_row AS e JOIN problem AS p ON p.id=e.problem_id"
                         " WHERE e.edit_id=? AND e.side=0 ORDER BY e.problem_id"));
    rows.bind(edit);
    util::Sha256 hash;
    for (;;) {
        VT_ASSIGN(const bool more, rows.step());
        if (!more) return hash.hex();
        hash_image(hash, rows, 0);
    }
}

/// Ids in no order touch pages all over an index; those of a million rows are to stay in memory.
class RoomyCache {
  public:
    explicit RoomyCache(Database& db)
        : db_(db),
          usual_(db.query_integer("PRAGMA cache_size").value_or(-2000)) {
        static_cast<void>(db_.exec("PRAGMA cache_size=-65536"));
    }
    ~RoomyCache() { static_cast<void>(db_.exec("PRAGMA cache_size=" + std::to_string(usual_))); }
    RoomyCache(const RoomyCache&) = delete;
    RoomyCache& operator=(const RoomyCache&) = delete;

  private:
    Database& db_;
    std::int64_t usual_;
};

/// One edit on its way; lives inside one transaction.
class EditRun {
  public:
    EditRun(const DatasetEditor::Env& env, const Edit& edit, const EditHooks& hooks)
        : env_(env),
          db_(*env.db),
          edit_(edit),
          hooks_(hooks),
          now_us_(env.clock->wall_us()) {}

    Status run();
    const EditResult& result() const { return result_; }

  private:
    Status find_target();
    Status make_target(DatasetInfo info);
    Status copy_target(const std::string& name);
    Status begin();
    Status count_rows();
    Status finish();
    Status apply();
    Status add_rows();
    Status import_rows();
    void note_added(RowInserter& inserter);
    Status take_images();
    Status change_images(const std::function<Result<bool>(data::DatasetRow&)>& change);
    Status forget_images(const std::vector<std::int64_t>& ids);
    Status patch_rows();
    Status delete_rows();
    Status set_info();
    Status freeze();
    Status update_row(StoredRow& stored);
    Status take_image(std::string_view id);
    bool stop(std::int64_t done) const {
        constexpr std::int64_t kEvery = 256;
        return done % kEvery == 0 && hooks_.stop.stop_requested();
    }

    const DatasetEditor::Env& env_;
    Database& db_;
    const Edit& edit_;
    const EditHooks& hooks_;
    std::int64_t now_us_;
    DatasetInfo info_;
    std::int64_t edit_id_ = 0;
    bool info_changed_ = false;
    bool created_ = false;        ///< the data set is new with this edit
    std::int64_t first_row_ = 0;  ///< added rows; 0 = none
    std::int64_t last_row_ = 0;
    std::string added_sha256_;
    EditResult result_;
};

Status EditRun::make_target(DatasetInfo info) {
    info.created_us = now_us_;
    VT_TRY(insert_dataset(db_, info));
    VT_ASSIGN(info_, find_dataset(db_, info.name));
    return {};
}

/// Rows are decoded and encoded again: a sealed text belongs to its row.
Status EditRun::copy_target(const std::string& name) {
    const DatasetInfo from = info_;
    VT_ASSIGN(const std::string version,
              from.sha256.empty() ? compute_version(db_, *env_.codec, from.id, hooks_.stop)
                                  : Result<std::string>(from.sha256));
    DatasetInfo copy = from;
    copy.name = name;
    constexpr std::size_t kShort = 12;
    copy.parent = from.name + "@" + version.substr(0, kShort);
    VT_TRY(make_target(copy));
    VT_ASSIGN(RowInserter inserter, RowInserter::begin(db_, *env_.codec, info_.id, now_us_));
    VT_TRY(each_row(db_, *env_.codec, from.id, {}, [&](const StoredRow& row) -> Result<bool> {
        if (stop(inserter.rows())) return cancelled();
        VT_TRY(inserter.add(row.row));
        return true;
    }));
    VT_TRY(touch_dataset(db_, info_.id, now_us_));
    return set_version(db_, info_.id, version);
}

Status EditRun::find_target() {
    VT_ASSIGN(const bool known, exists(db_, edit_.dataset));
    if (!known && (edit_.kind == EditKind::kImport || edit_.kind == EditKind::kAdd)) {
        DatasetInfo info{.name = edit_.dataset,
                         .source = edit_.kind == EditKind::kImport
                                       ? util::base_name(edit_.import.path)
                                       : std::string()};
        take_info(edit_.set, info);
        info.name = edit_.dataset;
        created_ = true;
        return make_target(std::move(info));
    }
    if (edit_.kind == EditKind::kCreate) {
        DatasetInfo info{.name = edit_.dataset};
        take_info(edit_.set, info);
        info.name = edit_.dataset;
        return make_target(std::move(info));
    }
    VT_ASSIGN(info_, find_dataset(db_, edit_.dataset));
    if (!info_.stored) {
        return fail(ErrorCode::kCorruptData,
                    "the rows of this data set could not be taken into the project",
                    info_.name);
    }
    if (edit_.kind == EditKind::kCopy) return copy_target(edit_.copy_name);
    if (!info_.frozen || edit_.kind == EditKind::kFreeze) return {};
    VT_ASSIGN(const std::string name, free_name(db_, info_.name));
    return copy_target(name);
}

/// What was undone cannot be redone after another edit.
Status EditRun::begin() {
    VT_ASSIGN(Statement forget, db_.prepare("DELETE FROM edit WHERE dataset_id=? AND undone=1"));
    VT_TRY(forget.bind(info_.id).run());
    VT_ASSIGN(Statement insert,
              db_.prepare("INSERT INTO edit(dataset_id, time_us, user, kind, label, rows)"
                          " VALUES(?,?,?,?,?,0)"));
    result_.label = data::describe(edit_);
    insert.bind(info_.id).bind(now_us_).bind(env_.user).bind(data::edit_kind_name(edit_.kind));
    VT_TRY(insert.bind(result_.label).run());
    edit_id_ = db_.last_insert_id();
    return {};
}

Status EditRun::count_rows() {
    if (first_row_ > 0) {
        result_.rows = last_row_ - first_row_ + 1;
        return {};
    }
    VT_ASSIGN(Statement count,
              db_.prepare("SELECT count(*) FROM edit_row WHERE edit_id=? AND side=0"));
    VT_TRY(count.bind(edit_id_).step());
    result_.rows = count.integer(0);
    return {};
}

Status EditRun::finish() {
    VT_TRY(count_rows());
    result_.dataset = info_.name;
    if (result_.rows == 0 && !info_changed_) {
        VT_ASSIGN(Statement drop, db_.prepare("DELETE FROM edit WHERE id=?"));
        return drop.bind(edit_id_).run();
    }
    result_.edit = edit_id_;
    VT_ASSIGN(Statement update,
              db_.prepare("UPDATE edit SET rows=?, first_row=?, last_row=? WHERE id=?"));
    VT_TRY(update.bind(result_.rows).bind(first_row_).bind(last_row_).bind(edit_id_).run());
    VT_ASSIGN(const std::string before, side_hash(db_, edit_id_, kBefore));
    std::string after = added_sha256_;
    std::string object = object_text(info_, result_.rows);
    if (first_row_ > 0) {
        object += ", ids " + std::to_string(first_row_) + ".." + std::to_string(last_row_);
    } else {
        VT_ASSIGN(after, present_hash(db_, edit_id_));
    }
    const std::string action = "edit:" + std::string(data::edit_kind_name(edit_.kind));
    VT_TRY(append_audit(db_,
                        now_us_,
                        {.user = env_.user,
                         .action = action,
                         .object = object,
                         .before_sha = before,
                         .after_sha = after}));
    if (result_.rows == 0) return {};
    VT_TRY(touch_dataset(db_, info_.id, now_us_));
    return refresh_version(db_, *env_.codec, info_.id);
}

Status EditRun::take_image(std::string_view id) {
    VT_ASSIGN(
        Statement image,
        db_.prepare("INSERT OR IGNORE INTO edit_row(edit_id, side, problem_id, present, " +
                    std::string(kRowColumns) + ") SELECT ?1, 0, id, 1, " +
                    std::string(kRowColumns) + " FROM problem WHERE dataset_id=?2 AND ext_id=?3"));
    return image.bind(edit_id_).bind(info_.id).bind(id).run();
}

/// Every row that the selection may mean; the text search comes with the change.
Status EditRun::take_images() {
    const data::RowFilter filter = edit_.rows.filter.value_or(data::RowFilter{});
    const RowQuery query = row_query(filter);
    const std::string sql = "INSERT INTO edit_row(edit_id, side, problem_id, present, " +
                            std::string(kRowColumns) + ") SELECT ?, 0, id, 1, " +
                            std::string(kRowColumns) + " FROM problem WHERE dataset_id=?";
    if (edit_.rows.ids.empty()) {
        VT_ASSIGN(Statement images, db_.prepare(sql + query.where));
        images.bind(edit_id_).bind(info_.id);
        query.bind(images);
        return images.run();
    }
    VT_ASSIGN(Statement find, db_.prepare("SELECT 1 FROM problem WHERE dataset_id=? AND ext_id=?"));
    VT_ASSIGN(Statement image, db_.prepare(sql + " AND ext_id=?" + query.where));
    for (const std::string& id : edit_.rows.ids) {
        VT_ASSIGN(const bool known, find.bind(info_.id).bind(id).step());
        if (!known) return fail(ErrorCode::kNotFound, "the data set has no row with this id", id);
        VT_TRY(find.step());
        image.bind(edit_id_).bind(info_.id).bind(id);
        query.bind(image);
        if (const Status taken = image.run(); !taken) {
            return fail(ErrorCode::kInvalidArgument, "a row is named twice in the edit", id);
        }
    }
    return {};
}

Status EditRun::update_row(StoredRow& stored) {
    VT_ASSIGN(Statement update, db_.prepare(update_sql()));
    VT_ASSIGN(EncodedRow encoded, encode_row(*env_.codec, stored.id, stored.row));
    encoded.created_us = stored.created_us;
    encoded.edited_us = now_us_;
    bind_row(update, stored.row, encoded);
    return update.bind(stored.id).run();
}

Status EditRun::forget_images(const std::vector<std::int64_t>& ids) {
    VT_ASSIGN(Statement drop,
              db_.prepare("DELETE FROM edit_row WHERE edit_id=? AND side=0 AND problem_id=?"));
    for (const std::int64_t id : ids) VT_TRY(drop.bind(edit_id_).bind(id).run());
    return {};
}

/// Runs over the images, not over the rows: those are being changed.
Status EditRun::change_images(const std::function<Result<bool>(data::DatasetRow&)>& change) {
    VT_ASSIGN(Statement images,
              db_.prepare("SELECT problem_id, " + std::string(kRowColumns) +
                          " FROM edit_row WHERE edit_id=? AND side=0 ORDER BY problem_id"));
    VT_ASSIGN(Statement update, db_.prepare(update_sql()));
    images.bind(edit_id_);
    const data::RowFilter filter = edit_.rows.filter.value_or(data::RowFilter{});
    std::vector<std::int64_t> unchanged;
    for (std::int64_t done = 0;; ++done) {
        VT_ASSIGN(const bool more, images.step());
        if (!more) break;
        if (stop(done)) return cancelled();
        VT_ASSIGN(StoredRow stored, read_row(images, 1, images.integer(0), *env_.codec));
        bool changed = filter.text.empty() || data::matches(filter, stored.row);
        if (changed) {
            VT_ASSIGN(changed, change(stored.row));
        }
        if (!changed) {
            unchanged.push_back(stored.id);
            continue;
        }
        VT_ASSIGN(EncodedRow encoded, encode_row(*env_.codec, stored.id, stored.row));
        encoded.created_us = stored.created_us;
        encoded.edited_us = now_us_;
        bind_row(update, stored.row, encoded);
        VT_TRY(update.bind(stored.id).run());
    }
    return forget_images(unchanged);
}

Status EditRun::patch_rows() {
    std::vector<std::int64_t> unchanged;
    VT_ASSIGN(Statement find,
              db_.prepare("SELECT id, " + std::string(kRowColumns) +
                          " FROM problem WHERE dataset_id=? AND ext_id=?"));
    std::int64_t done = 0;
    for (const data::RowPatch& patch : edit_.patches) {
        if (stop(done++)) return cancelled();
        VT_ASSIGN(const bool known, find.bind(info_.id).bind(patch.id).step());
        if (!known) {
            return fail(ErrorCode::kNotFound, "the data set has no row with this id", patch.id);
        }
        VT_ASSIGN(StoredRow stored, read_row(find, 1, find.integer(0), *env_.codec));
        VT_TRY(find.step());
        VT_ASSIGN(const bool changed, data::apply_set(patch.set, stored.row));
        if (!changed) continue;
        VT_TRY(take_image(patch.id));
        VT_TRY(update_row(stored));
    }
    return {};
}

Status EditRun::delete_rows() {
    VT_TRY(take_images());
    if (edit_.rows.filter && !edit_.rows.filter->text.empty()) {
        std::vector<std::int64_t> kept;
        VT_ASSIGN(Statement images,
                  db_.prepare("SELECT problem_id, " + std::string(kRowColumns) +
                              " FROM edit_row WHERE edit_id=? AND side=0"));
        images.bind(edit_id_);
        for (;;) {
            VT_ASSIGN(const bool more, images.step());
            if (!more) break;
            VT_ASSIGN(const StoredRow stored, read_row(images, 1, images.integer(0), *env_.codec));
            if (!data::matches(*edit_.rows.filter, stored.row)) kept.push_back(stored.id);
        }
        VT_TRY(forget_images(kept));
    }
    if (hooks_.stop.stop_requested()) return cancelled();
    VT_ASSIGN(Statement remove,
              db_.prepare("DELETE FROM problem WHERE id IN (SELECT problem_id FROM edit_row WHERE"
                          " edit_id=? AND side=0)"));
    return remove.bind(edit_id_).run();
}

/// New rows need no images: what was there before is nothing, and their ids follow each other.
void EditRun::note_added(RowInserter& inserter) {
    if (inserter.rows() == 0) return;
    first_row_ = inserter.first_id();
    last_row_ = first_row_ + inserter.rows() - 1;
    added_sha256_ = inserter.sha256();
}

Status EditRun::add_rows() {
    VT_ASSIGN(RowInserter inserter, RowInserter::begin(db_, *env_.codec, info_.id, now_us_));
    std::set<std::string_view> ids;
    for (const data::DatasetRow& row : edit_.add) {
        if (stop(inserter.rows())) return cancelled();
        if (!ids.insert(row.problem.id).second) {
            return fail(
                ErrorCode::kAlreadyExists, "two of the new rows have one id", row.problem.id);
        }
        VT_TRY(inserter.add(row));
    }
    note_added(inserter);
    return {};
}

/// The file is read again, in the same worker: nothing of a dry run is kept but the hash.
Status EditRun::import_rows() {
    const RoomyCache cache(db_);
    VT_ASSIGN(RowInserter inserter, RowInserter::begin(db_, *env_.codec, info_.id, now_us_));
    ImportWriter writer(inserter);
    data::ImportHooks hooks = hooks_.import;
    hooks.stop = hooks_.stop;
    hooks.on_progress = hooks_.progress;
    hooks.on_row = [&writer](std::int64_t, data::DatasetRow row) {
        return writer.add(std::move(row));
    };
    const Result<data::DryRun> read = data::run_import(edit_.import, hooks_.import_worker, hooks);
    // Before the reader's error: a row that could not be stored is why it stopped.
    if (Status stored = writer.finish(); !stored) return stored;
    if (!read) return read.error();
    const data::DryRun& report = *read;
    if (!edit_.import_sha256.empty() && report.sha256 != edit_.import_sha256) {
        return fail(ErrorCode::kCorruptData,
                    "the file is not the one of the dry run any more; look at it again",
                    util::base_name(edit_.import.path));
    }
    if (hooks_.judge_import) VT_TRY(hooks_.judge_import(report));
    if (created_ && info_.licence.empty()) {
        info_.licence = report.licence;
        if (!report.redistribution.empty()) info_.redistribution = report.redistribution;
        VT_TRY(write_info(db_, info_.id, info_values(info_)));
    }
    note_added(inserter);
    return {};
}

Status EditRun::set_info() {
    const Json before = info_values(info_);
    DatasetInfo after = info_;
    take_info(edit_.set, after);
    const Json values = info_values(after);
    if (values == before) return {};
    if (after.name != info_.name) {
        if (!is_dataset_name(after.name)) return bad_dataset_name();
        VT_ASSIGN(const bool taken, exists(db_, after.name));
        if (taken) {
            return fail(ErrorCode::kAlreadyExists, "a data set of this name exists", after.name);
        }
    }
    VT_TRY(write_info(db_, info_.id, values));
    VT_ASSIGN(Statement note, db_.prepare("UPDATE edit SET info_json=? WHERE id=?"));
    VT_TRY(note.bind(before.dump()).bind(edit_id_).run());
    info_changed_ = true;
    info_ = after;
    return {};
}

/// The undo stack goes: what cannot be undone need not be kept.
Status EditRun::freeze() {
    result_ = {.dataset = info_.name, .label = data::describe(edit_)};
    if (info_.frozen) return {};
    VT_ASSIGN(const std::string version, compute_version(db_, *env_.codec, info_.id, hooks_.stop));
    VT_ASSIGN(Statement update, db_.prepare("UPDATE dataset SET frozen=1, sha256=? WHERE id=?"));
    VT_TRY(update.bind(version).bind(info_.id).run());
    VT_ASSIGN(Statement forget, db_.prepare("DELETE FROM edit WHERE dataset_id=?"));
    VT_TRY(forget.bind(info_.id).run());
    result_.rows = info_.rows;
    const std::string object = object_text(info_, info_.rows);
    return append_audit(db_,
                        now_us_,
                        {.user = env_.user,
                         .action = "freeze",
                         .object = object,
                         .before_sha = version,
                         .after_sha = version});
}

Status EditRun::apply() {
    switch (edit_.kind) {
        case EditKind::kImport:
            return import_rows();
        case EditKind::kAdd:
            return add_rows();
        case EditKind::kSet:
            VT_TRY(take_images());
            return change_images(
                [&](data::DatasetRow& row) { return data::apply_set(edit_.set, row); });
        case EditKind::kPatch:
            return patch_rows();
        case EditKind::kReplace:
            VT_TRY(take_images());
            return change_images(
                [&](data::DatasetRow& row) { return data::apply_replace(edit_, row); });
        case EditKind::kDelete:
            return delete_rows();
        case EditKind::kInfo:
            return set_info();
        case EditKind::kCreate:
        case EditKind::kCopy:
        case EditKind::kFreeze:
            return {};
    }
    VT_CHECK(false);
}

Status EditRun::run() {
    VT_TRY(find_target());
    if (edit_.kind == EditKind::kFreeze) return freeze();
    if (edit_.kind == EditKind::kCreate || edit_.kind == EditKind::kCopy) {
        result_ = {.dataset = info_.name, .label = data::describe(edit_)};
        VT_ASSIGN(info_, find_dataset(db_, info_.name));
        result_.rows = info_.rows;
        const std::string action(data::edit_kind_name(edit_.kind));
        const std::string object = object_text(info_, info_.rows);
        return append_audit(db_,
                            now_us_,
                            {.user = env_.user,
                             .action = action,
                             .object = object,
                             .before_sha = {},
                             .after_sha = info_.sha256});
    }
    VT_TRY(begin());
    VT_TRY(apply());
    return finish();
}

/// The images of one side and the rows change places.
Status swap_rows(
    Database& db, std::int64_t dataset, std::int64_t edit, std::int64_t from, std::int64_t to) {
    std::string present = "p.";
    for (const char c : kRowColumns) {
        present += c;
        if (c == ' ') present += "p.";
    }
    const std::string columns(kRowColumns);
    VT_ASSIGN(Statement keep,
              db.prepare("INSERT INTO edit_row(edit_id, side, problem_id, present, " + columns +
                         ") SELECT ?1, ?2, e.problem_id, p.id IS NOT NULL, " + present +
                         " FROM edit_row AS e LEFT JOIN problem AS p ON p.id=e.problem_id"
                         " WHERE e.edit_id=?1 AND e.side=?3"));
    VT_TRY(keep.bind(edit).bind(to).bind(from).run());
    VT_ASSIGN(Statement remove,
              db.prepare("DELETE FROM problem WHERE id IN (SELECT problem_id FROM edit_row WHERE"
                         " edit_id=? AND side=?)"));
    VT_TRY(remove.bind(edit).bind(from).run());
    VT_ASSIGN(
        Statement restore,
        db.prepare("INSERT INTO problem(id, dataset_id, " + columns + ") SELECT problem_id, ?1, " +
                   columns + " FROM edit_row WHERE edit_id=?2 AND side=?3 AND present=1"));
    VT_TRY(restore.bind(dataset).bind(edit).bind(from).run());
    VT_ASSIGN(Statement drop, db.prepare("DELETE FROM edit_row WHERE edit_id=? AND side=?"));
    return drop.bind(edit).bind(from).run();
}

struct StackEntry {
    std::int64_t id = 0;
    std::int64_t rows = 0;
    std::string label;
    std::string info_json;
    std::int64_t first_row = 0;
    std::int64_t last_row = 0;
};

/// Undo of added rows: they lie in edit_row until they come back or are forgotten.
Status take_range_out(Database& db, std::int64_t dataset, const StackEntry& edit) {
    const std::string columns(kRowColumns);
    const std::string range = " FROM problem WHERE dataset_id=? AND id BETWEEN ? AND ?";
    VT_ASSIGN(Statement keep,
              db.prepare("INSERT INTO edit_row(edit_id, side, problem_id, present, " + columns +
                         ") SELECT ?, 1, id, 1, " + columns + range + " ORDER BY id"));
    keep.bind(edit.id).bind(dataset).bind(edit.first_row).bind(edit.last_row);
    VT_TRY(keep.run());
    VT_ASSIGN(Statement remove, db.prepare("DELETE" + range));
    return remove.bind(dataset).bind(edit.first_row).bind(edit.last_row).run();
}

Status bring_range_back(Database& db, std::int64_t dataset, const StackEntry& edit) {
    const std::string columns(kRowColumns);
    VT_ASSIGN(
        Statement restore,
        db.prepare("INSERT INTO problem(id, dataset_id, " + columns + ") SELECT problem_id, ?, " +
                   columns + " FROM edit_row WHERE edit_id=? AND side=1 ORDER BY problem_id"));
    VT_TRY(restore.bind(dataset).bind(edit.id).run());
    VT_ASSIGN(Statement drop, db.prepare("DELETE FROM edit_row WHERE edit_id=?"));
    return drop.bind(edit.id).run();
}

Result<StackEntry> top_of_stack(Database& db, std::int64_t dataset, bool redo) {
    VT_ASSIGN(Statement find,
              db.prepare(std::string("SELECT id, rows, label, info_json, first_row, last_row FROM"
                                     " edit WHERE dataset_id=? AND undone=") +
                         (redo ? "1 ORDER BY id LIMIT 1" : "0 ORDER BY id DESC LIMIT 1")));
    VT_ASSIGN(const bool found, find.bind(dataset).step());
    if (!found) {
        return fail(ErrorCode::kNotFound,
                    redo ? "there is nothing to redo" : "there is nothing to undo");
    }
    return StackEntry{.id = find.integer(0),
                      .rows = find.integer(1),
                      .label = find.text(2),
                      .info_json = find.text(3),
                      .first_row = find.integer(4),
                      .last_row = find.integer(5)};
}

/// Undo and redo are one act: what is now and what is kept change places.
Result<EditResult> flip(const DatasetEditor::Env& env, std::string_view dataset, bool redo) {
    Database& db = *env.db;
    VT_ASSIGN(DatasetInfo info, find_dataset(db, dataset));
    if (info.frozen) {
        return fail(
            ErrorCode::kPermissionDenied,
            "the data set is frozen; what led to it cannot be undone (an edit makes a copy)",
            info.name);
    }
    const std::int64_t now_us = env.clock->wall_us();
    VT_ASSIGN(const StackEntry top, top_of_stack(db, info.id, redo));
    const std::int64_t from = redo ? kAfter : kBefore;
    const std::int64_t to = redo ? kBefore : kAfter;
    const RoomyCache cache(db);
    if (top.first_row == 0) {
        VT_TRY(swap_rows(db, info.id, top.id, from, to));
    } else {
        VT_TRY(redo ? bring_range_back(db, info.id, top) : take_range_out(db, info.id, top));
    }
    std::string kept_info;
    if (!top.info_json.empty()) {
        kept_info = info_values(info).dump();
        const Json values = Json::parse(top.info_json, nullptr, false);
        if (values.is_discarded() || !values.is_object()) {
            return fail(ErrorCode::kCorruptData, "an entry of the undo stack cannot be read");
        }
        take_info(values, info);
        VT_TRY(write_info(db, info.id, info_values(info)));
    }
    VT_ASSIGN(Statement mark, db.prepare("UPDATE edit SET undone=?, info_json=? WHERE id=?"));
    VT_TRY(mark.bind(std::int64_t{!redo}).bind(kept_info).bind(top.id).run());
    VT_ASSIGN(const std::string before, side_hash(db, top.id, to));
    const std::string action = redo ? "redo" : "undo";
    const std::string object = object_text(info, top.rows) + ", edit " + std::to_string(top.id);
    VT_TRY(append_audit(db,
                        now_us,
                        {.user = env.user,
                         .action = action,
                         .object = object,
                         .before_sha = before,
                         .after_sha = {}}));
    if (top.rows > 0) {
        VT_TRY(touch_dataset(db, info.id, now_us));
        VT_TRY(refresh_version(db, *env.codec, info.id));
    }
    return EditResult{.edit = top.id, .dataset = info.name, .rows = top.rows, .label = top.label};
}

Result<EditResult> flip_in_transaction(const DatasetEditor::Env& env,
                                       std::string_view dataset,
                                       bool redo) {
    EditResult result;
    VT_TRY(env.db->transact(
        [&]() -> Status {
            VT_ASSIGN(result, flip(env, dataset, redo));
            return {};
        },
        Retry::kNever));
    return result;
}

constexpr std::int64_t kWalBytes = std::int64_t{16} << 20;

}  // namespace

DatasetEditor::DatasetEditor(Env env)
    : env_(std::move(env)) {}

Result<EditResult> DatasetEditor::apply(const Edit& edit, const EditHooks& hooks) {
    VT_CHECK(env_.db->mode() == OpenMode::kWrite);
    VT_TRY(data::validate(edit));
    EditRun run(env_, edit, hooks);
    VT_TRY(env_.db->transact([&run] { return run.run(); }, Retry::kNever));
    env_.db->checkpoint_above(kWalBytes);
    return run.result();
}

Result<EditResult> DatasetEditor::undo(std::string_view dataset) {
    return flip_in_transaction(env_, dataset, false);
}

Result<EditResult> DatasetEditor::redo(std::string_view dataset) {
    return flip_in_transaction(env_, dataset, true);
}

Status DatasetEditor::record_audit(std::string_view action,
                                   std::string_view object,
                                   std::string_view after_sha) {
    return env_.db->transact(
        [&] {
            return append_audit(*env_.db,
                                env_.clock->wall_us(),
                                {.user = env_.user,
                                 .action = action,
                                 .object = object,
                                 .before_sha = {},
                                 .after_sha = after_sha});
        },
        Retry::kNever);
}

}  // namespace veritune::store
