// SPDX-License-Identifier: Apache-2.0
#include "core/data/dataset.h"

#include "core/data/generators.h"
#include "tests/dataset/scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace veritune::data {
namespace {

using ::testing::HasSubstr;

std::vector<Problem> some_problems(std::int64_t count) {
    util::Result<std::vector<Problem>> problems =
        generate_problems({.family = "mod", .count = count, .seed = 5});
    EXPECT_TRUE(problems.has_value());
    return std::move(problems).value();
}

TEST(DatasetHash, DoesNotDependOnTheOrder) {
    std::vector<Problem> problems = some_problems(50);
    const std::string hash = dataset_hash(problems);
    std::reverse(problems.begin(), problems.end());
    EXPECT_EQ(dataset_hash(problems), hash);
}

TEST(DatasetHash, ChangesWithEveryField) {
    const std::vector<Problem> problems = some_problems(3);
    const std::string hash = dataset_hash(problems);
    std::vector<std::vector<Problem>> changed(7, problems);
    changed[0][1].id += "x";
    changed[1][1].prompt += " ";
    changed[2][1].gold = 1;
    changed[3][1].params["k"] = 1;
    changed[4][1].solution += "x";
    changed[5][1].split = Split::kTest;
    changed[6].pop_back();
    for (std::size_t i = 0; i < changed.size(); ++i) {
        EXPECT_NE(dataset_hash(changed[i]), hash) << "change " << i;
    }
}

// sha256 of nothing, FIPS 180-4.
TEST(DatasetHash, OfNothingIsTheEmptyHash) {
    EXPECT_EQ(dataset_hash({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(SplitByHash, GivesAboutTheWantedShares) {
    std::vector<Problem> problems = some_problems(5000);
    split_by_hash(problems, 10, 20);
    std::map<Split, int> counts;
    for (const Problem& problem : problems) ++counts[problem.split];
    // Five standard deviations of a binomial with n = 5000.
    EXPECT_NEAR(counts[Split::kVal], 500, 5 * 22);
    EXPECT_NEAR(counts[Split::kTest], 1000, 5 * 29);
}

TEST(SplitByHash, KeepsAPromptOnItsSideInAnyCompany) {
    std::vector<Problem> all = some_problems(200);
    std::vector<Problem> part(all.rbegin(), all.rbegin() + 50);
    for (Problem& problem : part) problem.id += "-copy";
    split_by_hash(all, 30, 30);
    split_by_hash(part, 30, 30);
    for (std::size_t i = 0; i < part.size(); ++i) {
        EXPECT_EQ(part[i].split, all[all.size() - 1 - i].split);
    }
}

TEST(SplitByHash, LeavesEverythingInTrainAtZero) {
    std::vector<Problem> problems = some_problems(100);
    for (Problem& problem : problems) problem.split = Split::kTest;
    split_by_hash(problems, 0, 0);
    for (const Problem& problem : problems) EXPECT_EQ(problem.split, Split::kTrain);
}

TEST(SplitByHashDeathTest, RefusesToLeaveTooLittleForTraining) {
    std::vector<Problem> problems = some_problems(1);
    EXPECT_DEATH(split_by_hash(problems, 50, 41), "VT_CHECK");
}

TEST(SaveDataset, IsReadBackEqual) {
    const test::ScratchDir dir;
    const std::unique_ptr<util::FileSystem> fs = util::make_posix_file_system();
    const std::vector<Problem> problems = some_problems(300);
    const std::string path = dir.path("rows.jsonl");
    ASSERT_TRUE(save_dataset(*fs, path, problems).has_value());
    const util::Result<std::vector<Problem>> loaded = load_dataset(*fs, path);
    ASSERT_TRUE(loaded.has_value()) << util::to_string(loaded.error());
    EXPECT_EQ(loaded->size(), problems.size());
    EXPECT_EQ(dataset_hash(*loaded), dataset_hash(problems));
    EXPECT_EQ(loaded->front().id, problems.front().id);
    // The product's own import preset reads the same file.
    const util::Result<ImportReport> report = import_jsonl(path, "veritune");
    ASSERT_TRUE(report.has_value());
    EXPECT_TRUE(report->errors.empty());
    EXPECT_EQ(dataset_hash(report->problems), dataset_hash(problems));
}

TEST(LoadDataset, NamesTheBadLine) {
    const test::ScratchDir dir;
    const std::unique_ptr<util::FileSystem> fs = util::make_posix_file_system();
    const std::string good = R"({"id":"a","prompt":"p","solution":"s"})";
    for (const std::string& bad : {std::string("{"), std::string(R"({"id":"b"})"), good}) {
        const std::string path = dir.write("rows.jsonl", good + "\n\n" + bad + "\n");
        const util::Result<std::vector<Problem>> loaded = load_dataset(*fs, path);
        ASSERT_FALSE(loaded.has_value()) << bad;
        EXPECT_EQ(loaded.error().code, util::ErrorCode::kCorruptData);
        EXPECT_EQ(loaded.error().context, "line 3");
    }
    EXPECT_EQ(load_dataset(*fs, dir.path("none")).error().code, util::ErrorCode::kNotFound);
}

}  // namespace
}  // namespace veritune::data
