// SPDX-License-Identifier: Apache-2.0
// Every scenario that writes files, cut off or failing at every operation: what a person had stays,
// what was reported done is there. (Checkpoints: tests/train/checkpoint_test.cpp.)
#include "core/data/dataset.h"
#include "core/data/generators.h"
#include "core/store/content_codec.h"
#include "core/store/disk_room.h"
#include "core/store/sqlite.h"
#include "tests/store/store_testing.h"
#include "tests/support/fault_file_system.h"
#include "tests/support/test_scale.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <functional>

namespace veritune::test {
namespace {

using util::ErrorCode;
using util::Status;
using Repeat = FaultFileSystem::Repeat;

/// A thing that a person does, on a file system that may fail.
struct Scenario {
    const char* name;
    std::function<void(FaultFileSystem&)> prepare;
    std::function<Status(FaultFileSystem&)> act;
    /// done: act() reported success. Fails the test when something is corrupt.
    std::function<void(FaultFileSystem&, bool done)> check;
};

std::vector<data::Problem> problems(std::uint64_t seed) {
    return data::generate_problems(
               {.family = "mod", .count = 40, .seed = seed, .min_steps = 1, .max_steps = 2})
        .value();
}

void expect_whole_set(FaultFileSystem& fs, const std::string& path, bool must_be_new) {
    const auto rows = data::load_dataset(fs, path);
    ASSERT_TRUE(rows) << util::to_string(rows.error());
    const std::string hash = data::dataset_hash(*rows);
    if (must_be_new) {
        EXPECT_EQ(hash, data::dataset_hash(problems(2)));
    } else {
        EXPECT_TRUE(hash == data::dataset_hash(problems(1)) ||
                    hash == data::dataset_hash(problems(2)));
    }
}

/// A data set that is there is saved again with other rows.
Scenario save() {
    return {
        "save",
        [](FaultFileSystem& fs) {
            ASSERT_TRUE(util::make_dirs(fs, "/p/datasets"));
            ASSERT_TRUE(data::save_dataset(fs, "/p/datasets/a.jsonl", problems(1)));
        },
        [](FaultFileSystem& fs) {
            return data::save_dataset(fs, "/p/datasets/a.jsonl", problems(2));
        },
        [](FaultFileSystem& fs, bool done) { expect_whole_set(fs, "/p/datasets/a.jsonl", done); }};
}

/// A new data set from a file: all of its rows in the database, or none and the file as it was.
Scenario import(store::Database& db, util::Clock& clock) {
    const auto store = [&db, &clock](FaultFileSystem& fs) {
        static const store::PlainCodec codec;
        return store::DatasetStore(
            {.db = &db, .codec = &codec, .fs = &fs, .clock = &clock, .project_dir = "/p"});
    };
    return {"import",
            [&db](FaultFileSystem& fs) {
                ASSERT_TRUE(db.exec("DELETE FROM dataset"));
                ASSERT_TRUE(util::make_dirs(fs, "/p/datasets"));
            },
            [store](FaultFileSystem& fs) -> Status {
                VT_TRY(data::save_dataset(fs, "/p/datasets/new.jsonl", problems(2)));
                store::DatasetStore sets = store(fs);
                VT_ASSIGN(const std::int64_t id,
                          sets.add({.name = "new",
                                    .path = "datasets/new.jsonl",
                                    .sha256 = data::dataset_hash(problems(2)),
                                    .rows = 40}));
                (void)id;
                return {};
            },
            [store](FaultFileSystem& fs, bool done) {
                const auto listed = store(fs).list();
                ASSERT_TRUE(listed);
                EXPECT_TRUE(!done || listed->size() == 1U);
                for (const store::DatasetInfo& info : *listed) EXPECT_EQ(info.rows, 40);
                if (listed->empty() && fs.stat("/p/datasets/new.jsonl")) {
                    expect_whole_set(fs, "/p/datasets/new.jsonl", true);
                }
            }};
}

/// What the project remembers beside the database (which model it trusts) is written anew.
Scenario settings() {
    return {"settings",
            [](FaultFileSystem& fs) {
                ASSERT_TRUE(util::make_dirs(fs, "/p/models"));
                ASSERT_TRUE(util::atomic_write(fs, "/p/models/x.json", "old"));
            },
            [](FaultFileSystem& fs) {
                return util::atomic_write(fs, "/p/models/x.json", std::string(9000, 'n'));
            },
            [](FaultFileSystem& fs, bool done) {
                const auto text = fs.read("/p/models/x.json", 1 << 20);
                ASSERT_TRUE(text);
                EXPECT_TRUE(*text == std::string(9000, 'n') || (!done && *text == "old"));
            }};
}

/// The ballast is whole or not there at all in the eyes of the next start.
Scenario ballast() {
    constexpr std::uint64_t kBytes = 3 << 20;
    const store::DiskRoomOptions options{.ballast_bytes = kBytes, .reserve_bytes = 0};
    return {"ballast",
            [](FaultFileSystem& fs) { ASSERT_TRUE(util::make_dirs(fs, "/p")); },
            [options](FaultFileSystem& fs) -> Status {
                store::DiskRoom(fs, "/p", options).take_ballast();
                return {};
            },
            [options](FaultFileSystem& fs, bool) {
                store::DiskRoom room(fs, "/p", options);
                room.take_ballast();
                EXPECT_EQ(fs.stat("/p/project.ballast")->bytes, options.ballast_bytes);
                room.give_ballast();
                EXPECT_FALSE(fs.stat("/p/project.ballast"));
            }};
}

/// Every operation fails once, and from then on, with each code.
std::int64_t fail_everywhere(const Scenario& scenario) {
    std::int64_t injections = 0;
    for (const ErrorCode code : {ErrorCode::kDiskFull, ErrorCode::kIoError}) {
        for (const Repeat repeat : {Repeat::kOnce, Repeat::kFromThenOn}) {
            for (std::int64_t k = 1;; ++k) {
                SCOPED_TRACE(std::string(scenario.name) + ", failure of operation " +
                             std::to_string(k));
                FaultFileSystem fs;
                scenario.prepare(fs);
                fs.sync_all();
                fs.fail_at(k, code, repeat);
                const Status status = scenario.act(fs);
                const bool hit = fs.injected() > 0;
                fs.disarm();
                scenario.check(fs, status.has_value());
                if (!hit) break;
                ++injections;
            }
        }
    }
    return injections;
}

/// At least `cuts` power cuts, at every operation, with other leftovers each time round.
std::int64_t cut_everywhere(const Scenario& scenario, std::int64_t cuts) {
    std::int64_t done = 0;
    for (std::uint64_t round = 0; done < cuts; ++round) {
        for (std::int64_t k = 1;; ++k) {
            SCOPED_TRACE(std::string(scenario.name) + ", cut at operation " + std::to_string(k) +
                         ", round " + std::to_string(round));
            FaultFileSystem fs;
            scenario.prepare(fs);
            fs.sync_all();
            fs.cut_at(k);
            const Status status = scenario.act(fs);
            const bool hit = fs.injected() > 0;
            if (round == 0) {
                fs.power_cycle();
            } else {
                fs.power_cycle_keeping_some(round * 1000 + static_cast<std::uint64_t>(k));
            }
            scenario.check(fs, status.has_value() && !hit);
            if (!hit) break;
            ++done;
        }
        if (testing::Test::HasFailure()) break;
    }
    return done;
}

class PowerCut : public testing::Test {
  protected:
    PowerCut() {
        { new_project(temp_); }
        db_ = store::Database::open(temp_.file("project/project.sqlite"), store::OpenMode::kWrite)
                  .value();
    }
    std::vector<Scenario> scenarios() {
        return {save(), import(*db_, util::system_clock()), settings(), ballast()};
    }
    TempDir temp_;
    std::unique_ptr<store::Database> db_;
};

TEST_F(PowerCut, EveryFailureOfEveryOperationLeavesWhatWasThere) {
    for (const Scenario& scenario : scenarios()) {
        const std::int64_t injections = fail_everywhere(scenario);
        EXPECT_GT(injections, 8) << scenario.name;
        std::printf("%s: %lld failures of single operations, 0 corrupt\n",
                    scenario.name,
                    static_cast<long long>(injections));
    }
}

TEST_F(PowerCut, NoCutCorruptsAnything) {
    for (const Scenario& scenario : scenarios()) {
        const std::int64_t wanted = release_scale() ? 500 : 30;
        const std::int64_t cuts = cut_everywhere(scenario, wanted);
        EXPECT_GE(cuts, wanted) << scenario.name;
        std::printf(
            "%s: %lld power cuts, 0 corrupt\n", scenario.name, static_cast<long long>(cuts));
    }
}

TEST(DiskRoom, SaysWhatIsMissing) {
    const auto fs = util::make_posix_file_system();
    const TempDir temp;
    store::DiskRoom room(*fs, temp.path(), {.ballast_bytes = 1 << 16, .reserve_bytes = 1ULL << 60});
    const Status status = room.enough(temp.path());
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kDiskFull);
    EXPECT_NE(status.error().message.find("MiB free"), std::string::npos);
    // Twice the largest checkpoint counts.
    ASSERT_TRUE(util::make_dirs(*fs, temp.file("checkpoints/s-000001")));
    std::ofstream(temp.file("checkpoints/s-000001/f")) << std::string(1000, 'x');
    EXPECT_TRUE(store::DiskRoom(*fs, temp.path(), {.reserve_bytes = 0}).enough(temp.path()));
}

TEST(DiskRoom, TheBallastIsWrittenOnceAndGivenBack) {
    const auto fs = util::make_posix_file_system();
    const TempDir temp;
    store::DiskRoom room(*fs, temp.path(), {.ballast_bytes = 100'000, .reserve_bytes = 0});
    room.take_ballast();
    const std::string first = fs->read(temp.file("project.ballast"), 1 << 20).value();
    EXPECT_EQ(first.size(), 100'000U);
    room.take_ballast();
    EXPECT_EQ(fs->read(temp.file("project.ballast"), 1 << 20).value(), first);
    room.give_ballast();
    EXPECT_FALSE(fs->stat(temp.file("project.ballast")));
    room.give_ballast();
}

}  // namespace
}  // namespace veritune::test
