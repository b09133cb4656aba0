// SPDX-License-Identifier: Apache-2.0
#include "core/store/dataset_store.h"

#include "core/data/dataset.h"
#include "core/store/content_codec.h"
#include "core/store/dataset_writer.h"
#include "core/store/paths.h"
#include "core/store/sqlite.h"
#include "core/util/log.h"

#include <utility>

namespace veritune::store {

namespace {

using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

Status check_new(const DatasetInfo& info) {
    VT_TRY(DatasetStore::relative_path(info.name));
    if (!is_inside(info.path)) return path_leaves("the data set", "the project");
    return {};
}

Status take_rows(Database& db,
                 const ContentCodec& codec,
                 std::int64_t dataset,
                 const std::vector<data::Problem>& problems,
                 std::int64_t now_us) {
    VT_ASSIGN(RowInserter inserter, RowInserter::begin(db, codec, dataset, now_us));
    for (const data::Problem& problem : problems) {
        VT_TRY(inserter.add({.problem = problem, .status = data::RowStatus::kOk}));
    }
    VT_TRY(touch_dataset(db, dataset, 0));
    return set_version(db, dataset, data::dataset_hash(problems));
}

}  // namespace

DatasetStore::DatasetStore(Env env)
    : env_(std::move(env)) {}

Result<std::string> DatasetStore::relative_path(std::string_view name) {
    if (is_dataset_name(name)) return "datasets/" + std::string(name) + ".jsonl";
    return bad_dataset_name();
}

std::string DatasetStore::absolute_path(const DatasetInfo& info) const {
    return util::join_path(env_.project_dir, info.path);
}

Result<std::int64_t> DatasetStore::add(const DatasetInfo& info) {
    VT_TRY(check_new(info));
    const std::string file = absolute_path(info);
    VT_ASSIGN(const util::FileInfo found, env_.fs->stat(file));
    if (!found.is_regular) {
        return fail(ErrorCode::kInvalidArgument, "the data set is not a regular file", info.path);
    }
    VT_ASSIGN(const std::vector<data::Problem> problems, data::load_dataset(*env_.fs, file));
    VT_ASSIGN(const std::int64_t id, create(info, problems));
    drop_file(file);
    return id;
}

Result<std::int64_t> DatasetStore::create(const DatasetInfo& info,
                                          const std::vector<data::Problem>& problems) {
    VT_CHECK(env_.db->mode() == OpenMode::kWrite);
    Database& db = *env_.db;
    std::int64_t id = 0;
    VT_TRY(db.transact(
        [&]() -> Status {
            const std::int64_t now = env_.clock->wall_us();
            DatasetInfo row = info;
            row.created_us = now;
            VT_ASSIGN(id, insert_dataset(db, row));
            VT_TRY(take_rows(db, *env_.codec, id, problems, now));
            const std::string object = "dataset " + std::to_string(id) + " `" + info.name + "` (" +
                                       std::to_string(problems.size()) + " rows)";
            return append_audit(db,
                                now,
                                {.user = env_.user,
                                 .action = "create",
                                 .object = object,
                                 .before_sha = {},
                                 .after_sha = data::dataset_hash(problems)});
        },
        Retry::kNever));
    return id;
}

/// The rows are in the database; a file that cannot be removed is in nobody's way.
void DatasetStore::drop_file(const std::string& path) {
    if (const Status removed = env_.fs->remove(path); !removed) {
        util::log_line(util::LogLevel::kWarn, "store", "a data set's old file stays");
    }
}

Status DatasetStore::adopt_files() {
    VT_ASSIGN(const std::vector<DatasetInfo> all, list());
    for (const DatasetInfo& info : all) {
        if (info.stored) continue;
        const std::string file = absolute_path(info);
        const auto problems = data::load_dataset(*env_.fs, file);
        if (!problems) {
            util::log_line(util::LogLevel::kWarn,
                           "store",
                           "data set " + std::to_string(info.id) + ": its file cannot be read");
            continue;
        }
        Database& db = *env_.db;
        VT_TRY(db.transact(
            [&]() -> Status {
                VT_TRY(take_rows(db, *env_.codec, info.id, *problems, info.created_us));
                VT_ASSIGN(Statement mark,
                          db.prepare("UPDATE dataset SET stored=1, path='' WHERE id=?"));
                return mark.bind(info.id).run();
            },
            Retry::kNever));
        drop_file(file);
    }
    return {};
}

Result<std::vector<DatasetInfo>> DatasetStore::list() const {
    VT_ASSIGN(Statement rows, env_.db->prepare(std::string(kDatasetColumns) + "ORDER BY name"));
    std::vector<DatasetInfo> all;
    for (;;) {
        VT_ASSIGN(const bool more, rows.step());
        if (!more) return all;
        VT_ASSIGN(DatasetInfo info, read_dataset(rows));
        all.push_back(std::move(info));
    }
}

Result<DatasetInfo> DatasetStore::get(std::string_view name) const {
    return find_dataset(*env_.db, name);
}

Status DatasetStore::remove(std::string_view name) {
    VT_CHECK(env_.db->mode() == OpenMode::kWrite);
    VT_ASSIGN(const DatasetInfo info, get(name));
    Database& db = *env_.db;
    VT_TRY(db.transact(
        [&]() -> Status {
            VT_ASSIGN(Statement remove, db.prepare("DELETE FROM dataset WHERE name=?"));
            VT_TRY(remove.bind(name).run());
            const std::string object = "dataset " + std::to_string(info.id) + " `" + info.name +
                                       "` (" + std::to_string(info.rows) + " rows)";
            return append_audit(db,
                                env_.clock->wall_us(),
                                {.user = env_.user,
                                 .action = "remove",
                                 .object = object,
                                 .before_sha = info.sha256,
                                 .after_sha = {}});
        },
        Retry::kNever));
    if (info.stored) return {};
    const Status removed = env_.fs->remove(absolute_path(info));
    // Somebody took the file away before: the goal is reached.
    if (!removed && removed.error().code == ErrorCode::kNotFound) return {};
    return removed;
}

}  // namespace veritune::store
