// SPDX-License-Identifier: Apache-2.0
#include "core/train/rejection_stage.h"

#include "core/data/dataset.h"
#include "tests/train/tiny_run.h"

#include <ATen/ATen.h>

#include <gmock/gmock.h>

#include <map>

namespace veritune::train {
namespace {

using test::metric;
using ::testing::HasSubstr;

struct RejectionRun {
    explicit RejectionRun(StageConfig stage) {
        tiny.recipe.stages = {std::move(stage)};
        tiny.recipe.stages[0].rejection.sft_from = "base";
    }
    RejectionConfig& config() { return tiny.recipe.stages[0].rejection; }
    util::Result<StageEnd> run(const std::map<std::string, std::string>& finished = {}) {
        return tiny.run(policy, finished);
    }
    std::vector<util::Json> rows(int round) {
        std::vector<util::Json> list;
        const auto read = data::read_jsonl(
            tiny.folder.file("rejection/rft-round-" + std::to_string(round) + ".jsonl"),
            [&](std::int64_t, const util::Json& row) { return list.push_back(row), true; },
            [&](std::int64_t, const util::Error& error) {
                return ADD_FAILURE() << error.message, false;
            });
        EXPECT_TRUE(read.has_value());
        return list;
    }
    const data::StepRecord& sampling(std::size_t round, std::int64_t steps_per_round) {
        return tiny.sink.steps[round * static_cast<std::size_t>(steps_per_round)];
    }

    TinyRun tiny;
    model::CausalLm policy = warm_model();
};

TEST(RejectionStage, SamplesChoosesAndTrains) {
    RejectionRun r(tiny_rejection(6));
    const at::Tensor before = r.policy.parameters().flat().clone();
    ASSERT_EQ(r.run().value(), StageEnd::kDone);
    EXPECT_FALSE(bit_equal(r.policy.parameters().flat(), before));
    ASSERT_EQ(r.tiny.sink.trained("rft").size(), 7U) << "one step of sampling, six of SFT";
    const data::StepRecord& record = r.sampling(0, 7);
    EXPECT_EQ(metric(record, "rejection/chains"), 48.0);
    EXPECT_EQ(record.chains.size(), 48U);
    std::map<std::string, std::pair<int, int>> by_problem;  // right, chosen
    double correct = 0.0;
    double kept = 0.0;
    for (const data::ChainRecord& chain : record.chains) {
        EXPECT_EQ(chain.phase, "rejection");
        EXPECT_TRUE(!chain.updated || chain.status == "correct") << "only proven chains are chosen";
        by_problem[chain.problem_id].first += chain.status == "correct" ? 1 : 0;
        by_problem[chain.problem_id].second += chain.updated ? 1 : 0;
        correct += chain.status == "correct" ? 1.0 : 0.0;
        kept += chain.updated ? 1.0 : 0.0;
    }
    EXPECT_EQ(metric(record, "rejection/correct"), correct);
    EXPECT_EQ(metric(record, "rejection/kept"), kept);
    ASSERT_GT(kept, 0.0);
    for (const auto& [id, counts] : by_problem) {
        // There is one right chain per problem of this family, so all others are duplicates.
        EXPECT_EQ(counts.second, counts.first > 0 ? 1 : 0) << id;
    }
    EXPECT_EQ(metric(record, "rejection/duplicates"), correct - kept);
    EXPECT_EQ(metric(record, "rejection/solved_prompts") * 12, kept);
    EXPECT_EQ(r.tiny.sink.stages.back().summary["samples"], 48);
}

TEST(RejectionStage, WritesTheChosenChainsAsADataSetWithLineage) {
    RejectionRun r(tiny_rejection(2));
    ASSERT_TRUE(r.run().has_value());
    const auto rows = r.rows(1);
    EXPECT_EQ(static_cast<double>(rows.size()), metric(r.sampling(0, 3), "rejection/kept"));
    for (util::Json row : rows) {
        const util::Json lineage = row["lineage"];
        EXPECT_EQ(lineage["stage"], "rft");
        EXPECT_EQ(lineage["round"], 1);
        EXPECT_EQ(lineage["seed"], 3);
        EXPECT_EQ(lineage["problem_id"], row["id"]);
        EXPECT_EQ(lineage["sampler_sha256"].get<std::string>().size(), 64U);
        EXPECT_EQ(lineage["verifier_hash"].get<std::string>().size(), 64U);
        EXPECT_LT(lineage["logprob"].get<double>(), 0.0);
        const auto ids = row["completion_ids"].get<Ids>();
        EXPECT_EQ(ids.back(), 1);
        EXPECT_EQ(r.tiny.format.completion_text(ids), row["solution"]);
        for (const char* ours : {"lineage", "prompt_ids", "completion_ids"}) row.erase(ours);
        const auto problem = data::problem_from_json(row);
        ASSERT_TRUE(problem.has_value()) << to_string(problem.error());
        EXPECT_FALSE(problem->solution.empty());
    }
}

TEST(RejectionStage, StartsItsSftFromTheNamedStage) {
    TinyRun tiny;
    StageConfig rft = tiny_rejection(1);
    rft.rejection.sft_from = "base";
    rft.rejection.sft.optimizer.learning_rate = 0.0;
    tiny.recipe.stages = {tiny_vrl("grpo", 2), rft};
    model::CausalLm policy = warm_model();
    ASSERT_TRUE(tiny.run(policy).has_value());
    EXPECT_TRUE(bit_equal(policy.parameters().flat(), warm_weights()))
        << "the base again, not vrl's policy";
    tiny.recipe.stages[1].rejection.sft_from = "policy";
    policy.parameters().flat().copy_(warm_weights());
    ASSERT_TRUE(tiny.run(policy).has_value());
    EXPECT_FALSE(bit_equal(policy.parameters().flat(), warm_weights())) << "vrl's policy";
}

TEST(RejectionStage, TrainsForEpochsWhenNoStepsAreGiven) {
    StageConfig stage = tiny_rejection(0);
    stage.rejection.sft.num_train_epochs = 2.0;
    stage.rejection.sft.per_device_train_batch_size = 4;
    stage.rejection.cold_start_share = 0.0;
    RejectionRun r(stage);
    ASSERT_EQ(r.run().value(), StageEnd::kDone);
    const double kept = metric(r.sampling(0, 1), "rejection/kept");
    EXPECT_EQ(static_cast<double>(r.tiny.sink.trained("rft").size()), 1 + 2 * std::ceil(kept / 4));
    EXPECT_GE(r.tiny.sink.stages[0].total_steps, std::ssize(r.tiny.sink.trained("rft")));
}

TEST(RejectionStage, RoundsBuildOnEachOther) {
    StageConfig stage = tiny_rejection(3);
    stage.rejection.rounds = 2;
    RejectionRun r(stage);
    ASSERT_EQ(r.run().value(), StageEnd::kDone);
    const auto steps = r.tiny.sink.trained("rft");
    ASSERT_EQ(steps.size(), 8U);
    for (std::size_t i = 0; i < steps.size(); ++i)
        EXPECT_EQ(steps[i].step, static_cast<std::int64_t>(i) + 1);
    EXPECT_FALSE(r.rows(2).empty());
    EXPECT_EQ(r.rows(2)[0]["lineage"]["round"], 2);
    EXPECT_NE(r.rows(2)[0]["lineage"]["sampler_sha256"], r.rows(1)[0]["lineage"]["sampler_sha256"]);
}

TEST(RejectionStage, ABudgetEndsBetweenRounds) {
    StageConfig stage = tiny_rejection(3);
    stage.rejection.rounds = 3;
    stage.max_seconds = 1e-9;
    RejectionRun r(stage);
    ASSERT_EQ(r.run().value(), StageEnd::kDone);
    EXPECT_EQ(r.tiny.sink.trained("rft").size(), 4U) << "one whole round";
}

TEST(RejectionStage, APlateauEndsARoundWithTheBest) {
    StageConfig stage = tiny_rejection(8);
    stage.eval.eval_steps = 1;
    stage.eval.patience = 2;
    RejectionRun r(stage);
    ASSERT_EQ(r.run().value(), StageEnd::kDone);
    EXPECT_EQ(r.tiny.sink.trained("rft").size(), 3U)
        << "best after the first step, two without a better one";
    EXPECT_EQ(r.tiny.sink.count_events("finish_with_best"), 1);
}

TEST(RejectionStage, MixesDemonstrationsIn) {
    // Weights that do not move: the loss tells which examples a batch of everything holds.
    StageConfig stage = tiny_rejection(1);
    stage.rejection.cold_start_share = 0.0;
    stage.rejection.sft.optimizer.learning_rate = 0.0;
    const auto tokens_of = [&](double share) {
        StageConfig mixed = stage;
        mixed.rejection.cold_start_share = share;
        mixed.rejection.sft.num_train_epochs = 1.0;
        mixed.rejection.sft.max_steps = 0;
        mixed.rejection.sft.per_device_train_batch_size = 1;
        RejectionRun r(mixed);
        EXPECT_TRUE(r.run().has_value());
        return std::pair(std::ssize(r.tiny.sink.trained("rft")) - 1,
                         static_cast<std::int64_t>(metric(r.sampling(0, 1), "rejection/kept")));
    };
    const auto [alone, kept] = tokens_of(0.0);
    EXPECT_EQ(alone, kept);
    const auto [mixed, kept_again] = tokens_of(0.5);
    EXPECT_EQ(kept_again, kept);
    EXPECT_EQ(mixed, 2 * kept) << "half of the examples";
}

TEST(RejectionStage, SaysWhenNothingWasProven) {
    RejectionRun r(tiny_rejection(2));
    r.policy.parameters().flat().copy_(tiny_model(8).parameters().flat());
    const at::Tensor before = r.policy.parameters().flat().clone();
    const auto end = r.run();
    ASSERT_TRUE(end.has_value());
    EXPECT_EQ(*end, StageEnd::kDone);
    EXPECT_EQ(r.tiny.sink.count_events("nothing_kept"), 1);
    EXPECT_TRUE(at::equal(r.policy.parameters().flat(), before)) << "the policy stays as it is";
}

TEST(RejectionStage, SaysWhenEveryChosenChainIsTooLong) {
    StageConfig stage = tiny_rejection(2);
    stage.rejection.sft.max_length = 3;
    const auto refused = RejectionRun(stage).run();
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().message, HasSubstr("max_length"));
}

}  // namespace
}  // namespace veritune::train
