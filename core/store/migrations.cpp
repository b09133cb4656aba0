// SPDX-License-Identifier: Apache-2.0
#include "core/store/migrations.h"

#include "core/store/sqlite.h"

#include <array>
#include <string>
#include <vector>

namespace veritune::store {

namespace {

using util::Result;
using util::Status;

constexpr Migration kMigrations[] = {
#include "store_migrations.inc"
};

/// Everything in sqlite_schema but SQLite's own statistics.
Result<std::vector<std::string>> schema_text(Database& db) {
    VT_ASSIGN(Statement rows,
              db.prepare("SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '')"
                         " FROM sqlite_schema ORDER BY 1"));
    std::vector<std::string> text;
    for (;;) {
        VT_ASSIGN(const bool more, rows.step());
        if (!more) return text;
        text.push_back(rows.text(0));
    }
}

/// A copy under its final name only when it is whole.
Status back_up(Database& db, util::FileSystem& fs, std::int64_t version) {
    const std::string target = db.path() + ".v" + std::to_string(version) + ".bak";
    const std::string unfinished = target + ".tmp";
    VT_TRY(util::remove_tree(fs, unfinished));
    VT_ASSIGN(const std::unique_ptr<util::WritableFile> file, fs.create(unfinished));
    VT_TRY(file->close());
    VT_TRY(db.backup_to(unfinished));
    VT_TRY(fs.rename(unfinished, target));
    return fs.sync_dir(util::parent_path(target));
}

}  // namespace

std::span<const Migration> all_migrations() { return kMigrations; }

Status migrate(Database& db, std::span<const Migration> migrations, std::int64_t from) {
    // Outside of the transaction, where alone it has an effect: rebuilding a table must not
    // cascade.
    VT_TRY(db.exec("PRAGMA foreign_keys=OFF"));
    const Status status = db.transact(
        [&]() -> Status {
            for (const Migration& migration : migrations) {
                if (migration.version <= from) continue;
                VT_TRY(db.exec(std::string(migration.sql)));
            }
            VT_ASSIGN(Statement violations, db.prepare("PRAGMA foreign_key_check"));
            VT_ASSIGN(const bool violated, violations.step());
            if (violated) {
                return util::fail(util::ErrorCode::kCorruptData,
                                  "the migration would leave rows that point to nothing",
                                  db.path());
            }
            VT_TRY(db.exec("PRAGMA application_id=" + std::to_string(kApplicationId)));
            return db.exec("PRAGMA user_version=" + std::to_string(migrations.back().version));
        },
        Retry::kNever);
    const Status restored = db.exec("PRAGMA foreign_keys=ON");
    return status ? restored : status;
}

Status upgrade(Database& db,
               util::FileSystem& fs,
               std::span<const Migration> migrations,
               std::int64_t from) {
    VT_TRY(back_up(db, fs, from));
    return migrate(db, migrations, from);
}

Status check_schema(Database& db, std::span<const Migration> migrations) {
    VT_ASSIGN(const std::unique_ptr<Database> model, Database::open("schema", OpenMode::kMemory));
    VT_TRY(migrate(*model, migrations, 0));
    VT_ASSIGN(const std::vector<std::string> expected, schema_text(*model));
    VT_ASSIGN(const std::vector<std::string> found, schema_text(db));
    if (found == expected) return {};
    return util::fail(
        util::ErrorCode::kCorruptData,
        "the project database holds tables, triggers or views that are not ours; it was"
        " altered by another program",
        db.path());
}

}  // namespace veritune::store
