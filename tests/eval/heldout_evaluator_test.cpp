// SPDX-License-Identifier: Apache-2.0
#include "core/eval/heldout_evaluator.h"

#include "tests/train/tiny_run.h"

#include <gmock/gmock.h>

#include <numeric>
#include <set>

namespace veritune::eval {
namespace {

using train::TinyRun;

HeldoutOptions options() {
    return {.num_samples = 4, .max_prompt_length = 16, .max_completion_length = 16, .seed = 5};
}

util::Result<HeldoutResult> evaluate(TinyRun& tiny,
                                     const model::CausalLm& lm,
                                     const std::vector<data::Problem>& problems,
                                     const HeldoutOptions& with) {
    return evaluate_heldout(lm, tiny.format, tiny.pool, problems, with);
}

TEST(HeldoutEvaluator, CountsWhatTheVerifierProves) {
    TinyRun tiny;
    const model::CausalLm lm = train::warm_model();
    const auto result = evaluate(tiny, lm, tiny.problems, options());
    ASSERT_TRUE(result.has_value());
    ASSERT_EQ(result->correct.size(), 16U);
    EXPECT_EQ(result->samples, 4);
    const double right = std::accumulate(result->correct.begin(), result->correct.end(), 0.0);
    EXPECT_GT(right, 0.0);
    EXPECT_LT(right, 64.0);
    EXPECT_DOUBLE_EQ(result->pass1.estimate, right / 64);
    EXPECT_LE(result->pass1.lower, result->pass1.estimate);
    EXPECT_GE(result->pass1.upper, result->pass1.estimate);
    // pass@4 of 4 samples: the share of problems with one right chain.
    EXPECT_DOUBLE_EQ(
        result->pass8,
        static_cast<double>(std::ranges::count_if(result->correct, [](int c) { return c > 0; })) /
            16);
    ASSERT_EQ(result->chains.size(), 16U * 5U);
    std::vector<std::int32_t> stored(16, 0);
    double greedy = 0.0;
    std::int64_t tokens = 0;
    for (const data::ChainRecord& chain : result->chains) {
        tokens += std::ssize(chain.tokens);
        if (chain.status != "correct") continue;
        const auto at = std::ranges::find(tiny.problems, chain.problem_id, &data::Problem::id) -
                        tiny.problems.begin();
        if (chain.phase == "eval") ++stored[static_cast<std::size_t>(at)];
        if (chain.phase == "greedy") greedy += 1.0 / 16;
    }
    EXPECT_EQ(stored, result->correct);
    EXPECT_DOUBLE_EQ(result->greedy, greedy);
    EXPECT_EQ(result->tokens, tokens);
}

TEST(HeldoutEvaluator, GivesTheSameTwiceAndMovesNothing) {
    TinyRun tiny;
    const model::CausalLm lm = train::warm_model();
    const auto first = evaluate(tiny, lm, tiny.problems, options());
    HeldoutOptions narrow = options();
    narrow.max_concurrent_chains = 3;
    const auto second = evaluate(tiny, lm, tiny.problems, narrow);
    EXPECT_EQ(first->correct, second->correct) << "however many chains run side by side";
    for (std::size_t i = 0; i < first->chains.size(); ++i)
        EXPECT_EQ(first->chains[i].tokens, second->chains[i].tokens);
    EXPECT_TRUE(train::bit_equal(lm.parameters().flat(), train::warm_weights()));
    HeldoutOptions other = options();
    other.seed = 6;
    EXPECT_NE(evaluate(tiny, lm, tiny.problems, other)->correct, first->correct);
}

TEST(HeldoutEvaluator, APromptThatIsTooLongIsWrongInItsPlace) {
    TinyRun tiny;
    const model::CausalLm lm = train::warm_model();
    std::vector<data::Problem> fitting(tiny.problems.begin(), tiny.problems.begin() + 6);
    const auto expected = evaluate(tiny, lm, fitting, options());
    ASSERT_GT(std::accumulate(expected->correct.begin() + 2, expected->correct.end(), 0), 0);
    std::vector<data::Problem> list = fitting;
    data::Problem endless = fitting[0];
    endless.id = "endless";
    endless.prompt = "1+1+1+1+1+1+1+1+1+1+1+1?";
    list.insert(list.begin() + 2, endless);
    const auto result = evaluate(tiny, lm, list, options());
    std::vector<std::int32_t> in_place = expected->correct;
    in_place.insert(in_place.begin() + 2, 0);
    EXPECT_EQ(result->correct, in_place);
    EXPECT_NEAR(result->pass1.estimate * 7, expected->pass1.estimate * 6, 1e-12) << "it counts";
    const auto none = evaluate(tiny, lm, {endless}, options());
    ASSERT_TRUE(none.has_value());
    EXPECT_EQ(none->correct, (std::vector<std::int32_t>{0}));
    EXPECT_EQ(none->greedy, 0.0);
}

TEST(HeldoutEvaluator, MeasuresOnlyWhatIsAsked) {
    TinyRun tiny;
    const model::CausalLm lm = train::warm_model();
    HeldoutOptions greedy = options();
    greedy.num_samples = 0;
    const auto only_greedy = evaluate(tiny, lm, tiny.problems, greedy);
    EXPECT_TRUE(only_greedy->correct.empty());
    EXPECT_GE(only_greedy->greedy, 0.0);
    std::set<std::string> names;
    for (const auto& [name, value] : only_greedy->metrics()) names.insert(name);
    EXPECT_THAT(names, ::testing::ElementsAre("heldout/greedy", "heldout/seconds"));
    HeldoutOptions sampled = options();
    sampled.greedy = false;
    sampled.keep_chains = false;
    const auto only_sampled = evaluate(tiny, lm, tiny.problems, sampled);
    EXPECT_EQ(only_sampled->greedy, -1.0);
    EXPECT_TRUE(only_sampled->chains.empty());
    names.clear();
    for (const auto& [name, value] : only_sampled->metrics()) names.insert(name);
    EXPECT_TRUE(names.contains("heldout/pass@1") && names.contains("heldout/pass@8") &&
                names.contains("heldout/maj@n"));
    EXPECT_FALSE(names.contains("heldout/greedy"));
}

TEST(HeldoutEvaluator, RefusesNothingToDoAndStopsWhenAsked) {
    TinyRun tiny;
    const model::CausalLm lm = train::warm_model();
    const auto refused = evaluate(tiny, lm, {}, options());
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, util::ErrorCode::kInvalidArgument);
    std::stop_source stop;
    stop.request_stop();
    const auto stopped =
        evaluate_heldout(lm, tiny.format, tiny.pool, tiny.problems, options(), stop.get_token());
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(stopped.error().code, util::ErrorCode::kCancelled);
}

TEST(HeldoutEvaluator, TheDemosHeldOutProblemsAreNeverTrainedOn) {
    const train::Recipe recipe = train::demo_recipe();
    const auto hashes = [](const train::DataSource& source, data::Split split) {
        std::set<std::string> set;
        const auto problems =
            data::generate_problems({.family = source.generator,
                                     .count = std::min<std::int64_t>(source.count, 4000),
                                     .seed = source.seed,
                                     .split = split});
        for (const data::Problem& problem : problems.value())
            set.insert(data::prompt_hash(problem));
        return set;
    };
    std::set<std::string> trained = hashes(recipe.demonstrations, data::Split::kTrain);
    trained.merge(hashes(recipe.problems, data::Split::kTrain));
    for (const std::string& hash : hashes(recipe.heldout, data::Split::kVal))
        EXPECT_FALSE(trained.contains(hash));
}

}  // namespace
}  // namespace veritune::eval
