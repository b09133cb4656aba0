// SPDX-License-Identifier: Apache-2.0
#include "core/store/migrations.h"
#include "core/store/sqlite.h"
#include "tests/store/store_testing.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace veritune::test {
namespace {

using store::Database;
using store::Migration;
using store::OpenMode;
using store::Project;
using util::ErrorCode;

std::string fixture(std::int64_t version) {
    return std::string(VERITUNE_SOURCE_DIR) + "/tests/data/store/v" + std::to_string(version) +
           ".sqlite";
}

/// What a fixture holds; the projects of old versions were filled by fill_fixture below.
void expect_fixture_content(const store::RunReader& reads, std::int64_t version) {
    const store::RunRecord run = reads.run(1).value();
    EXPECT_EQ(run.name, "fixture");
    EXPECT_EQ(run.seed, 7u);
    EXPECT_EQ(run.last_step, 2);
    util::Rng rng(1, util::RngStream::kTest);
    for (std::int64_t n = 1; n <= 2; ++n) {
        data::StepRecord expected = random_step(rng, "vrl", n, 2);
        if (version < 3) {
            for (data::ChainRecord& chain : expected.chains) chain.log_ratios.clear();
        }
        const auto chains = reads.step_chains(1, "vrl", n).value();
        ASSERT_EQ(chains.size(), 2u);
        for (std::size_t i = 0; i < 2; ++i) {
            EXPECT_EQ(first_difference(chains[i].record, expected.chains[i]), "");
        }
        EXPECT_EQ(reads.steps(1).value()[static_cast<std::size_t>(n - 1)].state_hash,
                  expected.state_hash);
    }
    EXPECT_EQ(reads.metric_series(1, "loss").value().size(), 2u);
    EXPECT_EQ(reads.checkpoints(1).value().size(), 1u);
    EXPECT_EQ(reads.events(1).value().size(), 1u);
    const auto notes = reads.chain_notes(1).value();
    ASSERT_EQ(notes.size(), version >= 2 ? 1u : 0u);
    if (version >= 2) {
        EXPECT_TRUE(notes[0].flagged);
        EXPECT_EQ(notes[0].note, "look");
        EXPECT_FALSE(notes[0].disputed);
    }
}

void fill_fixture(Project& project) {
    const std::int64_t run = new_run(project, "fixture");
    util::Rng rng(1, util::RngStream::kTest);
    for (std::int64_t n = 1; n <= 2; ++n) {
        ASSERT_TRUE(project.runs().record_step(run, random_step(rng, "vrl", n, 2)));
    }
    ASSERT_TRUE(project.runs().record_checkpoint(
        run, {.stage = "vrl", .step = 2, .path = "checkpoints/step-000002"}));
    ASSERT_TRUE(project.runs().record_event(run, {.stage = "vrl", .kind = "checkpoint"}));
    ASSERT_TRUE(project.runs().annotate_chain(1, {.flagged = true, .note = "look"}));
    data::Edit add{.kind = data::EditKind::kAdd, .dataset = "sums"};
    for (int i = 1; i <= 3; ++i) {
        data::DatasetRow row{.status = data::RowStatus::kOk};
        row.problem = {.id = "q" + std::to_string(i), .prompt = "2+2?", .gold = "4"};
        row.problem.verifier = "integer";
        add.add.push_back(row);
    }
    ASSERT_TRUE(project.dataset_editor().apply(add));
}

/// The undo stack of the version that made it goes on in this one.
void expect_fixture_edits(Project& project) {
    EXPECT_EQ(project.dataset_reader().problems("sums").value().size(), 3u);
    ASSERT_TRUE(project.dataset_editor().undo("sums"));
    EXPECT_TRUE(project.dataset_reader().problems("sums").value().empty());
    ASSERT_TRUE(project.dataset_editor().redo("sums"));
    EXPECT_EQ(project.dataset_reader().problems("sums").value().size(), 3u);
    EXPECT_EQ(project.dataset_reader().check_audit().value(), 3);
}

/// How tests/data/store/vN.sqlite are made: with the program of that version, before the next
/// migration is added, and never again, since they stand for the past:
///     store_test --gtest_also_run_disabled_tests --gtest_filter=*WriteFixture
TEST(Migration, DISABLED_WriteFixture) {
    const TempDir temp;
    auto project = new_project(temp);
    fill_fixture(*project);
    ASSERT_TRUE(project->close());
    std::filesystem::copy_file(temp.file("project/project.sqlite"),
                               fixture(store::all_migrations().back().version));
}

class MigrationTest : public testing::Test {
  protected:
    MigrationTest() {
        std::filesystem::create_directory(temp_.file("project"));
        std::filesystem::copy_file(fixture(1), path_);
    }
    TempDir temp_;
    std::string path_ = temp_.file("project/project.sqlite");
    std::unique_ptr<util::FileSystem> fs_ = util::make_posix_file_system();
};

/// The published migrations and one that may come next.
std::vector<Migration> with_next(std::string_view sql) {
    const auto all = store::all_migrations();
    std::vector<Migration> list(all.begin(), all.end());
    list.push_back({list.back().version + 1, sql});
    return list;
}

constexpr std::string_view kNext =
    "ALTER TABLE run ADD COLUMN note TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE tag(run_id INTEGER NOT NULL REFERENCES run(id), tag TEXT NOT NULL) STRICT;";

TEST(Migration, VersionsHaveNoGap) {
    std::int64_t expected = 1;
    for (const Migration& migration : store::all_migrations()) {
        EXPECT_EQ(migration.version, expected++);
        EXPECT_FALSE(migration.sql.empty());
    }
}

TEST(Migration, EveryTableIsStrict) {
    const auto db = Database::open("x", OpenMode::kMemory).value();
    ASSERT_TRUE(store::migrate(*db, store::all_migrations(), 0));
    EXPECT_EQ(db->query_integer("SELECT count(*) FROM pragma_table_list WHERE schema='main'"
                                " AND name NOT LIKE 'sqlite_%' AND NOT strict")
                  .value(),
              0);
}

TEST(Migration, ProjectsOfEveryOldVersionOpenWithAllTheirRows) {
    const std::int64_t newest = store::all_migrations().back().version;
    for (std::int64_t version = 1; version < newest; ++version) {
        SCOPED_TRACE(version);
        const TempDir temp;
        std::filesystem::create_directory(temp.file("project"));
        std::filesystem::copy_file(fixture(version), temp.file("project/project.sqlite"));
        const auto project = Project::open_writer(temp.file("project")).value();
        EXPECT_EQ(project->info().schema_version, newest);
        expect_fixture_content(project->reader(), version);
        if (version >= 5) expect_fixture_edits(*project);
    }
}

TEST_F(MigrationTest, UpgradeKeepsRowsAndABackup) {
    const std::vector<Migration> list = with_next(kNext);
    {
        const auto db = Database::open(path_, OpenMode::kWrite).value();
        ASSERT_TRUE(store::upgrade(*db, *fs_, list, 1));
        EXPECT_EQ(db->query_integer("PRAGMA user_version").value(), list.back().version);
        EXPECT_EQ(db->query_text("SELECT name || note FROM run").value(), "fixture");
        EXPECT_EQ(db->query_integer("PRAGMA foreign_keys").value(), 1);
        EXPECT_TRUE(store::check_schema(*db, list));
        EXPECT_EQ(store::check_schema(*db, store::all_migrations()).error().code,
                  ErrorCode::kCorruptData);
        EXPECT_TRUE(db->check_integrity(false));
    }
    // An older program refuses the new database and can go on with the backup.
    EXPECT_EQ(Project::open_writer(temp_.file("project")).error().code, ErrorCode::kUnsupported);
    ASSERT_TRUE(fs_->rename(path_ + ".v1.bak", path_));
    expect_fixture_content(Project::open_writer(temp_.file("project")).value()->reader(), 1);
}

TEST_F(MigrationTest, FailedMigrationChangesNothing) {
    for (const char* sql : {"CREATE TABLE tag(x INTEGER) STRICT; SELECT nonsense FROM nowhere;",
                            "PRAGMA defer_foreign_keys=ON; DELETE FROM stage;"}) {
        const auto db = Database::open(path_, OpenMode::kWrite).value();
        EXPECT_FALSE(store::migrate(*db, with_next(sql), 1)) << sql;
        EXPECT_EQ(db->query_integer("PRAGMA user_version").value(), 1);
        EXPECT_TRUE(store::check_schema(*db, store::all_migrations().first(1)));
        EXPECT_GT(db->query_integer("SELECT count(*) FROM stage").value(), 0);
    }
}

TEST_F(MigrationTest, BackupHoldsWhatIsStillInTheWal) {
    const auto db = Database::open(path_, OpenMode::kWrite).value();
    ASSERT_TRUE(db->exec("UPDATE run SET name='late'"));
    ASSERT_GT(db->wal_bytes(), 0);
    ASSERT_TRUE(store::upgrade(*db, *fs_, with_next(kNext), 1));
    const auto backup = Database::open(path_ + ".v1.bak", OpenMode::kRead).value();
    EXPECT_EQ(backup->query_text("SELECT name FROM run").value(), "late");
    EXPECT_EQ(backup->query_integer("PRAGMA user_version").value(), 1);
}

}  // namespace
}  // namespace veritune::test
