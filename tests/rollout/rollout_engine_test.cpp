// SPDX-License-Identifier: Apache-2.0
#include "core/rollout/rollout_engine.h"

#include "tests/model/lm_test_support.h"

#include <ATen/ATen.h>

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace veritune::rollout {
namespace {

using model::CausalLm;
using model::Ids;
using model::Trainable;
using ::testing::HasSubstr;

CausalLm demo_model(std::uint64_t seed = 1) {
    return CausalLm::init_random(model::demo_config(), Trainable::kFrozen, {}, seed);
}

std::vector<Ids> prompts_of(std::int64_t vocab, const std::vector<std::int64_t>& lengths) {
    util::Rng rng(17, util::RngStream::kTest);
    std::vector<Ids> prompts;
    for (const std::int64_t length : lengths)
        prompts.push_back(model::random_ids(rng, vocab, length));
    return prompts;
}

std::vector<PromptCompletions> sample(const CausalLm& lm,
                                      const std::vector<Ids>& prompts,
                                      std::int64_t generations,
                                      const GenerateOptions& options) {
    RolloutEngine engine(lm);
    auto groups = engine.generate(prompts, generations, options);
    EXPECT_TRUE(groups.has_value()) << to_string(groups.error());
    return std::move(groups).value();
}

/// The chains of one prompt, by value: a range-for may run over it.
std::vector<Completion> sample_one(const CausalLm& lm,
                                   const Ids& prompt,
                                   std::int64_t generations,
                                   const GenerateOptions& options) {
    return sample(lm, {prompt}, generations, options)[0].completions;
}

/// Chains in order, tokens only.
std::vector<Ids> tokens_of(const std::vector<PromptCompletions>& groups) {
    std::vector<Ids> all;
    for (const PromptCompletions& group : groups) {
        for (const Completion& completion : group.completions) all.push_back(completion.tokens);
    }
    return all;
}

/// Log-probs of the training forward pass.
at::Tensor trained_logprobs(const CausalLm& lm,
                            const Ids& prompt,
                            const Ids& completion,
                            double temperature) {
    Ids ids = prompt;
    ids.insert(ids.end(), completion.begin(), completion.end());
    model::PackedBatch batch;
    model::HeadTargets targets;
    model::add_targets(targets, batch.add_example(ids), ids, prompt.size());
    model::Activations acts;
    lm.forward(batch, acts, false);
    model::LmHead head(temperature);
    head.forward(lm, acts.hidden(), targets);
    return head.logprobs();
}

TEST(RolloutEngine, ReportsTheLogProbsThatTrainingComputes) {
    for (const char* name : model::kGoldenModels) {
        const CausalLm lm = model::load_adapted(name);
        const std::vector<Ids> prompts = prompts_of(lm.config().vocab_size, {9, 1, 20});
        for (const double temperature : {1.0, 0.7}) {
            const auto groups =
                sample(lm, prompts, 3, {.temperature = temperature, .max_completion_length = 24});
            double worst = 0.0;
            for (const PromptCompletions& group : groups) {
                for (const Completion& c : group.completions) {
                    ASSERT_EQ(c.tokens.size(), 24U);
                    const at::Tensor trained =
                        trained_logprobs(lm, group.prompt, c.tokens, temperature);
                    worst = std::max(
                        worst,
                        model::largest_difference(trained, at::tensor(c.logprobs, at::kFloat)));
                }
            }
            EXPECT_LT(worst, 1e-4) << name << " at temperature " << temperature;
            RecordProperty(std::string(name) + "_worst", std::to_string(worst));
        }
    }
}

TEST(RolloutEngine, ContinuesGreedilyAsTransformersDoes) {
    for (const char* name : model::kGoldenModels) {
        const CausalLm lm = model::load_golden(name, Trainable::kFrozen);
        const util::Json golden = model::golden_json(name)["greedy"];
        const Ids expected = golden["tokens"].get<Ids>();
        const auto groups =
            sample(lm,
                   {golden["prompt"].get<Ids>()},
                   2,
                   {.temperature = 0.0, .max_completion_length = std::ssize(expected)});
        for (const Completion& c : groups[0].completions) EXPECT_EQ(c.tokens, expected) << name;
    }
}

/// Chain and prompt of the demo's sizes; token ids must be equal. Log-probs may differ in the last
/// bits where the matrix library sums differently for another number of rows.
TEST(RolloutEngine, AChainIsTheSameWhateverIsSampledBesideIt) {
    CausalLm lm = demo_model();
    lm.weights().embedding.mul_(4.0);  // tied head: a model with opinions, as after training
    const std::vector<Ids> prompts = prompts_of(36, {16, 3, 11, 8, 16, 5, 9, 14});
    const GenerateOptions options{
        .max_completion_length = 40, .eos_ids = {1, 7, 11, 20}, .seed = 3};
    const auto all = sample(lm, prompts, 6, options);
    const std::vector<Ids> expected = tokens_of(all);
    std::set<std::size_t> lengths;
    for (const Ids& tokens : expected) lengths.insert(tokens.size());
    ASSERT_GT(lengths.size(), 10U) << "chains must leave at different times";
    double worst = 0.0;
    for (const std::int64_t slots : {1, 2, 5, 16, 47}) {
        GenerateOptions narrow = options;
        narrow.max_concurrent_chains = slots;
        const auto groups = sample(lm, prompts, 6, narrow);
        EXPECT_EQ(tokens_of(groups), expected) << slots << " slots";
        for (std::size_t p = 0; p < groups.size(); ++p) {
            for (std::size_t g = 0; g < 6; ++g) {
                const auto& a = groups[p].completions[g].logprobs;
                const auto& b = all[p].completions[g].logprobs;
                for (std::size_t t = 0; t < a.size(); ++t)
                    worst = std::max(
                        worst, std::abs(static_cast<double>(a[t]) - static_cast<double>(b[t])));
            }
        }
    }
    EXPECT_LT(worst, 1e-4);
    RecordProperty("worst_logprob_difference", std::to_string(worst));
    for (const std::size_t p : {0U, 4U, 7U}) {
        GenerateOptions alone = options;
        alone.first_chain_id = 6 * p;
        const auto group = sample(lm, {prompts[p]}, 6, alone);
        EXPECT_EQ(tokens_of(group),
                  (std::vector<Ids>(expected.begin() + static_cast<std::ptrdiff_t>(6 * p),
                                    expected.begin() + static_cast<std::ptrdiff_t>(6 * p + 6))))
            << "prompt " << p << " alone";
    }
}

TEST(RolloutEngine, RefillsSlotsUntilEveryChainIsDone) {
    const CausalLm lm = demo_model();
    const std::vector<Ids> prompts = prompts_of(36, {4, 9, 1, 30, 7});
    RolloutEngine engine(lm);
    std::vector<std::int64_t> progress;
    std::map<std::int64_t, Ids> streamed;
    const auto groups = engine.generate(
        prompts,
        9,
        {.max_completion_length = 30, .max_concurrent_chains = 4, .eos_ids = {1, 2, 3}},
        {},
        [&](std::int64_t done, std::int64_t all) {
            EXPECT_EQ(all, 45);
            progress.push_back(done);
        },
        [&](std::int64_t chain, std::int32_t token) { streamed[chain].push_back(token); });
    ASSERT_TRUE(groups.has_value());
    std::int64_t tokens = 0;
    std::int64_t chain = 0;
    for (std::size_t p = 0; p < prompts.size(); ++p) {
        EXPECT_EQ((*groups)[p].prompt, prompts[p]);
        ASSERT_EQ((*groups)[p].completions.size(), 9U);
        for (const Completion& c : (*groups)[p].completions) {
            EXPECT_EQ(streamed[chain++], c.tokens);
            EXPECT_EQ(c.logprobs.size(), c.tokens.size());
            EXPECT_EQ(c.entropies.size(), c.tokens.size());
            tokens += std::ssize(c.tokens);
        }
    }
    EXPECT_TRUE(std::ranges::is_sorted(progress));
    EXPECT_EQ(progress.back(), 45);
    EXPECT_EQ(engine.stats().tokens, tokens);
    EXPECT_GE(engine.stats().decode_steps * 5, tokens / 5) << "about 4 tokens a step";
}

TEST(RolloutEngine, AChainEndsAtEosOrAtTheLongestLength) {
    const CausalLm lm = demo_model();
    const std::vector<Ids> prompts = prompts_of(36, {5, 6});
    const GenerateOptions options{.max_completion_length = 25, .eos_ids = {1, 4}};
    bool stopped = false;
    bool cut = false;
    for (const PromptCompletions& group : sample(lm, prompts, 30, options)) {
        for (const Completion& c : group.completions) {
            const auto is_eos = [](std::int32_t id) { return id == 1 || id == 4; };
            const auto first = std::ranges::find_if(c.tokens, is_eos);
            if (c.finish_reason == FinishReason::kStop) {
                EXPECT_EQ(first, c.tokens.end() - 1) << "EOS is the last token and the only one";
                stopped = true;
            } else {
                EXPECT_EQ(c.finish_reason, FinishReason::kLength);
                EXPECT_EQ(first, c.tokens.end());
                EXPECT_EQ(c.tokens.size(), 25U);
                cut = true;
            }
        }
    }
    EXPECT_TRUE(stopped && cut) << "the case must show both";
    for (const Completion& c : sample_one(lm, prompts[1], 4, {.max_completion_length = 1})) {
        EXPECT_EQ(c.tokens.size(), 1U);
        EXPECT_EQ(c.finish_reason, FinishReason::kLength);
    }
}

/// 4,000 first tokens against the softmax: every share within 5 standard errors.
TEST(RolloutEngine, DrawsFromTheModelsDistribution) {
    CausalLm lm = demo_model(7);
    lm.weights().embedding.mul_(3.0);
    const Ids prompt{2, 12, 5, 30};
    constexpr int kDraws = 4000;
    std::vector<double> seen(36, 0.0);
    for (const Completion& c :
         sample_one(lm, prompt, kDraws, {.temperature = 0.8, .max_completion_length = 1}))
        seen[static_cast<std::size_t>(c.tokens[0])] += 1.0 / kDraws;
    const at::Tensor p = (model::logits_of(lm, prompt)[3].to(at::kDouble) / 0.8).softmax(0);
    for (std::size_t v = 0; v < 36; ++v) {
        const double share = p[static_cast<std::int64_t>(v)].item<double>();
        EXPECT_NEAR(seen[v], share, 5 * std::sqrt(share / kDraws) + 1e-4) << v;
    }
}

TEST(RolloutEngine, TheSameSeedGivesTheSameChainsAndAnotherOneOthers) {
    const CausalLm lm = demo_model();
    const std::vector<Ids> prompts = prompts_of(36, {5});
    const auto of = [&](GenerateOptions options) {
        return tokens_of(sample(lm, prompts, 4, options));
    };
    const std::vector<Ids> one = of({.max_completion_length = 12, .seed = 1});
    EXPECT_EQ(of({.max_completion_length = 12, .seed = 1}), one);
    EXPECT_NE(of({.max_completion_length = 12, .seed = 2}), one);
    EXPECT_NE(of({.max_completion_length = 12, .seed = 1, .stream = util::RngStream::kEvaluation}),
              one);
    EXPECT_NE(of({.max_completion_length = 12, .seed = 1, .first_chain_id = 4}), one);
}

TEST(RolloutEngine, FiltersForChatOnly) {
    const CausalLm lm = demo_model();
    const std::vector<Ids> prompts = prompts_of(36, {5, 9});
    const std::vector<Ids> greedy =
        tokens_of(sample(lm, prompts, 1, {.temperature = 0.0, .max_completion_length = 10}));
    EXPECT_EQ(tokens_of(sample(lm, prompts, 1, {.top_k = 1, .max_completion_length = 10})), greedy);
    EXPECT_EQ(tokens_of(sample(lm, prompts, 1, {.top_p = 1e-6, .max_completion_length = 10})),
              greedy);
    const at::Tensor order = std::get<1>(model::logits_of(lm, prompts[0])[4].sort(-1, true));
    for (const Completion& c :
         sample_one(lm, prompts[0], 200, {.top_k = 3, .max_completion_length = 1})) {
        EXPECT_TRUE((order.narrow(0, 0, 3) == c.tokens[0]).any().item<bool>()) << c.tokens[0];
    }
}

TEST(RolloutEngine, StopsWhenAsked) {
    const CausalLm lm = demo_model();
    std::stop_source stop;
    int steps = 0;
    RolloutEngine engine(lm);
    const auto groups = engine.generate(prompts_of(36, {5}),
                                        4,
                                        {.max_completion_length = 100},
                                        stop.get_token(),
                                        [&](std::int64_t, std::int64_t) {
                                            if (++steps == 3) stop.request_stop();
                                        });
    ASSERT_FALSE(groups.has_value());
    EXPECT_EQ(groups.error().code, util::ErrorCode::kCancelled);
    EXPECT_EQ(steps, 3) << "at the next step";
}

TEST(RolloutEngine, RefusesWhatDoesNotFitTheModel) {
    const CausalLm lm = demo_model();
    RolloutEngine engine(lm);
    const auto refused = [&](const std::vector<Ids>& prompts, const GenerateOptions& options) {
        const auto groups = engine.generate(prompts, 2, options);
        EXPECT_FALSE(groups.has_value());
        if (groups.has_value()) return std::string();
        EXPECT_EQ(groups.error().code, util::ErrorCode::kInvalidArgument);
        return groups.error().message;
    };
    const GenerateOptions options{.max_completion_length = 8};
    EXPECT_THAT(refused({{2, 36}}, options), HasSubstr("36 is outside"));
    EXPECT_THAT(refused({{2, 3}, {-1}}, options), HasSubstr("-1 is outside"));
    EXPECT_THAT(refused({{}}, options), HasSubstr("no tokens"));
    const std::int64_t longest = lm.config().max_position_embeddings;
    refused({{2, 3}}, {.max_completion_length = longest - 1});
    EXPECT_TRUE(
        engine.generate({{2, 3}}, 1, {.max_completion_length = 3, .eos_ids = {}}).has_value());
    refused({{2, 3}}, {.max_completion_length = 0});
    refused({{2, 3}}, {.max_completion_length = 8, .max_concurrent_chains = 0});
}

TEST(RolloutEngine, NothingAskedIsNothingDone) {
    const CausalLm lm = demo_model();
    EXPECT_TRUE(sample(lm, {}, 4, {}).empty());
    EXPECT_TRUE(sample(lm, {{2}}, 0, {}).empty());
}

}  // namespace
}  // namespace veritune::rollout
