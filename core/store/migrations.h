// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/file_system.h"
#include "core/util/result.h"

#include <cstdint>
#include <span>
#include <string_view>

/// Schema versions of project.sqlite; private to core/store and its tests.
namespace veritune::store {

class Database;

/// migrations/NNN.sql, built into the program. A published one never changes.
struct Migration {
    std::int64_t version = 0;
    std::string_view sql;
};

/// "VTP1" in the database header: this file is a Veritune project.
inline constexpr std::int64_t kApplicationId = 0x56545031;

/// All of them, versions 1, 2, ... without a gap.
std::span<const Migration> all_migrations();

/// Applies those above `from` in one transaction, checks foreign keys and sets user_version and
/// application_id. Nothing is changed when one of them fails.
util::Status migrate(Database& db, std::span<const Migration> migrations, std::int64_t from);

/// migrate() after a copy of the database as it was: project.sqlite.v<from>.bak beside it.
util::Status upgrade(Database& db,
                     util::FileSystem& fs,
                     std::span<const Migration> migrations,
                     std::int64_t from);

/// The schema is, letter for letter, what `migrations` produce: no foreign table, trigger, view or
/// index. errors  kCorruptData naming the first difference
util::Status check_schema(Database& db, std::span<const Migration> migrations);

}  // namespace veritune::store
