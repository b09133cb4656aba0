// SPDX-License-Identifier: Apache-2.0
#include "core/eval/protocol_runner.h"

#include "core/eval/scoring.h"
#include "tests/train/tiny_run.h"

#include <gmock/gmock.h>

#include <map>

namespace veritune::eval {
namespace {

using train::TinyRun;

Protocol sampled() {
    Protocol protocol;
    protocol.id = "tiny";
    protocol.prompt.kind = PromptKind::kOwn;
    protocol.sampling = {
        .temperature = 1.0, .max_new_tokens = 16, .samples = 4, .seed = 5, .stop = {}};
    return protocol;
}

class ProtocolRunner : public ::testing::Test {
  protected:
    std::vector<data::ChainRecord> run(const Protocol& protocol, ProtocolHooks hooks = {}) {
        const auto plan = plan_protocol(
            protocol, tiny_.format, tiny_.problems, lm_.config().max_position_embeddings);
        EXPECT_TRUE(plan.has_value());
        std::vector<data::ChainRecord> all;
        hooks.on_chains = [&](std::vector<data::ChainRecord> chains) {
            for (data::ChainRecord& chain : chains) all.push_back(std::move(chain));
            ++batches_;
            return util::Status();
        };
        const util::Status status = run_protocol(
            rollout::RolloutEngine(lm_), tiny_.format, tiny_.pool, tiny_.problems, *plan, hooks);
        EXPECT_TRUE(status.has_value());
        return all;
    }

    TinyRun tiny_;
    model::CausalLm lm_ = train::warm_model();
    int batches_ = 0;
};

TEST_F(ProtocolRunner, DrawsTheSameInAnyBatchesAndAfterAResume) {
    const std::vector<data::ChainRecord> whole = run(sampled());
    ASSERT_EQ(whole.size(), tiny_.problems.size() * 4);
    EXPECT_EQ(batches_, 1);
    const std::vector<data::ChainRecord> parts = run(sampled(), {.chains_at_once = 8});
    ASSERT_EQ(parts.size(), whole.size());
    ProtocolHooks resumed{.chains_at_once = 8};
    for (std::size_t i = 0; i < 4; ++i) resumed.done.insert(tiny_.problems[i].id);
    const std::vector<data::ChainRecord> rest = run(sampled(), resumed);
    ASSERT_EQ(rest.size(), whole.size() - 16);
    for (std::size_t i = 0; i < whole.size(); ++i) {
        EXPECT_EQ(parts[i].tokens, whole[i].tokens);
        EXPECT_EQ(parts[i].status, whole[i].status);
        if (i >= 16) EXPECT_EQ(rest[i - 16].tokens, whole[i].tokens);
    }
}

TEST_F(ProtocolRunner, StoredChainsGiveTheScoreThatTheyWereJudgedWith) {
    const std::vector<data::ChainRecord> chains = run(sampled());
    std::map<std::string, std::size_t> place;
    for (std::size_t i = 0; i < tiny_.problems.size(); ++i) place[tiny_.problems[i].id] = i;
    std::vector<CompletionRow> rows;
    std::int64_t right = 0;
    for (const data::ChainRecord& chain : chains) {
        rows.push_back({.problem = place.at(chain.problem_id),
                        .sample = chain.sample,
                        .text = chain.completion,
                        .cut_off = chain.finish_reason == "length",
                        .tokens = std::ssize(chain.tokens)});
        right += chain.status == "correct" ? 1 : 0;
        EXPECT_TRUE(chain.logprobs.empty());
        EXPECT_FALSE(chain.prompt.empty());
    }
    const auto record = score_completions(sampled(), tiny_.problems, rows, tiny_.pool);
    ASSERT_TRUE(record.has_value());
    EXPECT_GT(right, 0);
    EXPECT_DOUBLE_EQ(record->columns[0].score,
                     static_cast<double>(right) / static_cast<double>(chains.size()));
}

TEST_F(ProtocolRunner, StopTextsEndAChainAndAreCutOff) {
    Protocol protocol = sampled();
    const std::vector<data::ChainRecord> before = run(protocol);
    protocol.sampling.stop = {";"};
    const std::vector<data::ChainRecord> after = run(protocol);
    std::size_t shorter = 0;
    for (std::size_t i = 0; i < after.size(); ++i) {
        EXPECT_EQ(after[i].completion.find(';'), std::string::npos);
        const std::size_t at = before[i].completion.find(';');
        if (at == std::string::npos) continue;
        EXPECT_EQ(after[i].completion, before[i].completion.substr(0, at));
        EXPECT_EQ(after[i].finish_reason, "stop");
        shorter += after[i].tokens.size() < before[i].tokens.size() ? 1 : 0;
    }
    EXPECT_GT(shorter, 0U) << "nothing is written behind the stop text";
}

TEST_F(ProtocolRunner, PromptsThatDoNotFitAreLeftOutAndCounted) {
    data::Problem endless = tiny_.problems[0];
    endless.id = "endless";
    endless.prompt =
        std::string(static_cast<std::size_t>(lm_.config().max_position_embeddings), '1');
    tiny_.problems.insert(tiny_.problems.begin() + 1, endless);
    const auto plan = plan_protocol(
        sampled(), tiny_.format, tiny_.problems, lm_.config().max_position_embeddings);
    ASSERT_TRUE(plan.has_value());
    EXPECT_EQ(plan->too_long, 1);
    EXPECT_EQ(plan->problems.size(), tiny_.problems.size() - 1);
    Protocol long_answers = sampled();
    long_answers.sampling.max_new_tokens = 100000;
    const auto fitted = plan_protocol(
        long_answers, tiny_.format, tiny_.problems, lm_.config().max_position_embeddings);
    EXPECT_LT(fitted->protocol.sampling.max_new_tokens, lm_.config().max_position_embeddings);
    EXPECT_GT(fitted->protocol.sampling.max_new_tokens, 0);
}

TEST_F(ProtocolRunner, EndsWhenTheCallerSaysSo) {
    const auto plan = plan_protocol(sampled(), tiny_.format, tiny_.problems, 64);
    int calls = 0;
    const util::Status status =
        run_protocol(rollout::RolloutEngine(lm_),
                     tiny_.format,
                     tiny_.pool,
                     tiny_.problems,
                     *plan,
                     {.chains_at_once = 8, .on_chains = [&](std::vector<data::ChainRecord>) {
                          ++calls;
                          return util::Status(util::fail(util::ErrorCode::kDiskFull, "full"));
                      }});
    EXPECT_EQ(status.error().code, util::ErrorCode::kDiskFull);
    EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace veritune::eval
