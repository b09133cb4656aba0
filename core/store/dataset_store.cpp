// SPDX-License-Identifier: Apache-2.0
#include "core/store/dataset_store.h"

#include "core/store/paths.h"
#include "core/store/sqlite.h"

#include <algorithm>
#include <utility>

namespace veritune::store {

namespace {

using util::ErrorCode;
using util::fail;
using util::Result;
using util::Status;

constexpr std::string_view kColumns =
    "SELECT id, name, path, sha256, rows, source, created_us FROM dataset ";

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

bool is_allowed_name(std::string_view name) {
    constexpr std::size_t kMaxBytes = 64;
    if (name.empty() || name.size() > kMaxBytes) return false;
    if (name.front() == '.' || name.front() == '-') return false;
    return std::all_of(name.begin(), name.end(), is_name_character);
}

Result<DatasetInfo> read_row(const Statement& row) {
    DatasetInfo info{.id = row.integer(0),
                     .name = row.text(1),
                     .path = row.text(2),
                     .sha256 = row.text(3),
                     .rows = row.integer(4),
                     .source = row.text(5),
                     .created_us = row.integer(6)};
    if (is_inside(info.path)) return info;
    return fail(ErrorCode::kCorruptData, "a data set's path leaves the project", info.name);
}

Status check_new(const DatasetInfo& info) {
    VT_TRY(DatasetStore::relative_path(info.name));
    if (!is_inside(info.path)) return path_leaves("the data set", "the project");
    if (info.rows >= 0) return {};
    return fail(ErrorCode::kInvalidArgument, "a data set cannot have fewer than 0 rows", info.name);
}

}  // namespace

DatasetStore::DatasetStore(Env env)
    : env_(std::move(env)) {}

Result<std::string> DatasetStore::relative_path(std::string_view name) {
    if (is_allowed_name(name)) return "datasets/" + std::string(name) + ".jsonl";
    return fail(ErrorCode::kInvalidArgument,
                "a data set's name has 1 to 64 letters, digits, '.', '_' or '-' and starts with a"
                " letter, a digit or '_'");
}

std::string DatasetStore::absolute_path(const DatasetInfo& info) const {
    return util::join_path(env_.project_dir, info.path);
}

Result<std::int64_t> DatasetStore::add(const DatasetInfo& info) {
    VT_CHECK(env_.db->mode() == OpenMode::kWrite);
    VT_TRY(check_new(info));
    VT_ASSIGN(const util::FileInfo file, env_.fs->stat(absolute_path(info)));
    if (!file.is_regular) {
        return fail(ErrorCode::kInvalidArgument, "the data set is not a regular file", info.path);
    }
    Database& db = *env_.db;
    std::int64_t id = 0;
    const Status status = db.transact(
        [&]() -> Status {
            VT_ASSIGN(Statement find, db.prepare("SELECT 1 FROM dataset WHERE name=?"));
            VT_ASSIGN(const bool taken, find.bind(info.name).step());
            if (taken) {
                return fail(
                    ErrorCode::kAlreadyExists,
                    "a data set of this name exists; choose another name or remove it first",
                    info.name);
            }
            VT_ASSIGN(Statement insert,
                      db.prepare("INSERT INTO dataset(name, path, sha256, rows, source, created_us)"
                                 " VALUES(?,?,?,?,?,?)"));
            insert.bind(info.name).bind(info.path).bind(info.sha256).bind(info.rows);
            VT_TRY(insert.bind(info.source).bind(env_.clock->wall_us()).run());
            id = db.last_insert_id();
            return {};
        },
        Retry::kNever);
    if (!status) return status.error();
    return id;
}

Result<std::vector<DatasetInfo>> DatasetStore::list() const {
    VT_ASSIGN(Statement rows, env_.db->prepare(std::string(kColumns) + "ORDER BY name"));
    std::vector<DatasetInfo> all;
    for (;;) {
        VT_ASSIGN(const bool more, rows.step());
        if (!more) return all;
        VT_ASSIGN(DatasetInfo info, read_row(rows));
        all.push_back(std::move(info));
    }
}

Result<DatasetInfo> DatasetStore::get(std::string_view name) const {
    VT_ASSIGN(Statement rows, env_.db->prepare(std::string(kColumns) + "WHERE name=?"));
    VT_ASSIGN(const bool found, rows.bind(name).step());
    if (found) return read_row(rows);
    VT_ASSIGN(const std::vector<DatasetInfo> known, list());
    std::string names;
    for (const DatasetInfo& info : known) names += (names.empty() ? "" : ", ") + info.name;
    return fail(ErrorCode::kNotFound,
                "the project has no data set of this name; it has " +
                    (names.empty() ? std::string("none yet") : names),
                std::string(name));
}

Status DatasetStore::remove(std::string_view name) {
    VT_CHECK(env_.db->mode() == OpenMode::kWrite);
    VT_ASSIGN(const DatasetInfo info, get(name));
    Database& db = *env_.db;
    VT_TRY(db.transact(
        [&]() -> Status {
            VT_ASSIGN(Statement remove, db.prepare("DELETE FROM dataset WHERE name=?"));
            return remove.bind(name).run();
        },
        Retry::kOnce));
    const Status removed = env_.fs->remove(absolute_path(info));
    // Somebody took the file away before: the goal is reached.
    if (!removed && removed.error().code == ErrorCode::kNotFound) return {};
    return removed;
}

}  // namespace veritune::store
