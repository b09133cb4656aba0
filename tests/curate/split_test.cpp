// SPDX-License-Identifier: Apache-2.0
#include "core/curate/split.h"

#include "core/util/rng.h"

#include <gmock/gmock.h>

namespace veritune::curate {
namespace {

using data::Split;

struct Set {
    std::vector<data::Problem> problems;
    std::vector<std::int64_t> cluster;
};

/// Two families in two levels; every third row is the twin of the one before.
Set make_set(int rows) {
    Set set;
    for (int i = 0; i < rows; ++i) {
        const int group = i / 100;
        set.problems.push_back({.id = "p" + std::to_string(i),
                                .prompt = "question " + std::to_string(i),
                                .family = group % 2 == 0 ? "tax" : "dates",
                                .level = group % 4 < 2 ? 1 : 2});
        set.cluster.push_back(i % 3 == 2 ? i - 1 : i);
    }
    return set;
}

SplitReport split(const Set& set, const SplitOptions& options) {
    auto report = split_by_cluster(set.problems, set.cluster, options);
    EXPECT_TRUE(report.has_value());
    return *std::move(report);
}

TEST(Split, KeepsClustersTogetherAndEveryStratumInItsShare) {
    const Set set = make_set(800);
    const SplitReport report = split(set, {.val_share = 0.1, .test_share = 0.2, .seed = 3});
    EXPECT_EQ(report.rows[0] + report.rows[1] + report.rows[2], 800);
    EXPECT_NEAR(report.rows[1], 80, 3);
    EXPECT_NEAR(report.rows[2], 160, 3);
    EXPECT_EQ(report.largest_cluster, 2);
    ASSERT_EQ(report.strata.size(), 4U);
    for (const auto& [name, rows] : report.strata) {
        const double all = static_cast<double>(rows[0] + rows[1] + rows[2]);
        EXPECT_NEAR(static_cast<double>(rows[2]), 0.2 * all, 3) << name;
        EXPECT_NEAR(static_cast<double>(rows[1]), 0.1 * all, 3) << name;
    }
    for (std::size_t i = 0; i < set.problems.size(); ++i)
        EXPECT_EQ(report.split[i], report.split[static_cast<std::size_t>(set.cluster[i])]);
}

TEST(Split, DependsOnTheSeedAndNotOnTheOrderOfRows) {
    const Set set = make_set(400);
    const SplitOptions options{.val_share = 0.1, .test_share = 0.1, .seed = 5};
    const SplitReport first = split(set, options);
    util::Rng rng(1, util::RngStream::kTest);
    Set turned;
    std::vector<Split> expected;
    for (const std::int64_t i : rng.permutation(400)) {
        turned.problems.push_back(set.problems[static_cast<std::size_t>(i)]);
        turned.cluster.push_back(set.cluster[static_cast<std::size_t>(i)]);
        expected.push_back(first.split[static_cast<std::size_t>(i)]);
    }
    EXPECT_EQ(split(turned, options).split, expected);
    SplitOptions other = options;
    other.seed = 6;
    EXPECT_NE(split(set, other).split, first.split);
}

TEST(Split, TestStaysTestAndNothingJoinsIt) {
    Set set = make_set(300);
    const SplitReport first = split(set, {.val_share = 0.1, .test_share = 0.1, .seed = 1});
    for (std::size_t i = 0; i < set.problems.size(); ++i) set.problems[i].split = first.split[i];
    const SplitReport again = split(set, {.val_share = 0.3, .test_share = 0.5, .seed = 9});
    for (std::size_t i = 0; i < set.problems.size(); ++i)
        EXPECT_EQ(again.split[i] == Split::kTest, first.split[i] == Split::kTest);
    EXPECT_NEAR(again.rows[1], 90, 4);
    EXPECT_GT(again.moved, 0);
    const SplitReport free =
        split(set, {.val_share = 0.3, .test_share = 0.5, .seed = 9, .keep_test = false});
    EXPECT_NEAR(free.rows[2], 150, 4);
}

TEST(Split, ALargeClusterDoesNotBurstASmallShare) {
    Set set = make_set(100);
    for (std::int64_t& c : set.cluster) c = 0;
    const SplitReport report = split(set, {});
    EXPECT_EQ(report.rows[0], 100) << "ten rows of room, a cluster of a hundred";
}

TEST(Split, RefusesSharesAndClustersThatDoNotFit) {
    const Set set = make_set(10);
    EXPECT_FALSE(split_by_cluster(set.problems, {0, 1}, {}).has_value());
    EXPECT_FALSE(
        split_by_cluster(set.problems, {}, {.val_share = 0.5, .test_share = 0.5}).has_value());
    EXPECT_FALSE(split_by_cluster(set.problems, {}, {.val_share = -0.1}).has_value());
    EXPECT_TRUE(split_by_cluster({}, {}, {}).has_value());
}

}  // namespace
}  // namespace veritune::curate
