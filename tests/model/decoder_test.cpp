// SPDX-License-Identifier: Apache-2.0
#include "core/model/decoder.h"

#include "tests/model/lm_test_support.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>

#include <algorithm>

namespace veritune::model {
namespace {

/// One chain: forced tokens after a prompt.
struct Forced {
    std::size_t prompt = 0;
    Ids tokens;
};

/// Largest difference between the decoder's log-probs and those of a full forward pass.
double worst_logprob(const CausalLm& lm,
                     const std::vector<Ids>& prompts,
                     const std::vector<Forced>& chains) {
    Decoder decoder(lm,
                    {.prompts = std::ssize(prompts) + 1,
                     .prompt_capacity = 16,
                     .chains = 8,
                     .chain_capacity = 16});
    std::vector<std::span<const std::int32_t>> spans(prompts.begin(), prompts.end());
    std::vector<std::int32_t> entries;  // in reverse, so that entry and index differ
    for (std::size_t p = 0; p < prompts.size(); ++p)
        entries.push_back(static_cast<std::int32_t>(prompts.size() - p));
    const at::Tensor first = decoder.prefill(spans, entries).log_softmax(-1);
    std::vector<at::Tensor> full;
    std::size_t longest = 0;
    for (const Forced& chain : chains) {
        Ids ids = prompts[chain.prompt];
        ids.insert(ids.end(), chain.tokens.begin(), chain.tokens.end());
        full.push_back(logits_of(lm, ids).log_softmax(-1));
        longest = std::max(longest, chain.tokens.size());
    }
    double worst = 0.0;
    for (std::size_t c = 0; c < chains.size(); ++c) {
        const std::int64_t last = std::ssize(prompts[chains[c].prompt]) - 1;
        worst = std::max(
            worst,
            largest_difference(first[static_cast<std::int64_t>(chains[c].prompt)], full[c][last]));
    }
    for (std::size_t t = 0; t < longest; ++t) {
        DecodeRows rows;
        std::vector<std::size_t> active;
        for (std::size_t c = 0; c < chains.size(); ++c) {
            if (t < chains[c].tokens.size()) active.push_back(c);
        }
        std::ranges::reverse(active);
        rows.resize(active.size());
        for (std::size_t i = 0; i < active.size(); ++i) {
            const Forced& chain = chains[active[i]];
            const auto length = static_cast<std::int32_t>(prompts[chain.prompt].size());
            rows.token[i] = chain.tokens[t];
            rows.position[i] = length + static_cast<std::int32_t>(t);
            rows.prompt_entry[i] = entries[chain.prompt];
            rows.prompt_length[i] = length;
            rows.chain_entry[i] = static_cast<std::int32_t>(7 - active[i]);
            rows.own_length[i] = static_cast<std::int32_t>(t) + 1;
        }
        const at::Tensor step = decoder.step(rows).log_softmax(-1);
        for (std::size_t i = 0; i < active.size(); ++i) {
            const Forced& chain = chains[active[i]];
            const std::int64_t row =
                std::ssize(prompts[chain.prompt]) + static_cast<std::int64_t>(t);
            worst = std::max(
                worst,
                largest_difference(step[static_cast<std::int64_t>(i)], full[active[i]][row]));
        }
    }
    return worst;
}

TEST(Decoder, EqualsAFullForwardForEveryArchitecture) {
    for (const char* name : kGoldenModels) {
        const CausalLm plain = load_golden(name, Trainable::kFrozen);
        const CausalLm adapted = load_adapted(name);
        util::Rng rng(2, util::RngStream::kTest);
        const std::int64_t vocab = plain.config().vocab_size;
        const std::vector<Ids> prompts{
            random_ids(rng, vocab, 16), random_ids(rng, vocab, 1), random_ids(rng, vocab, 7)};
        const std::vector<Forced> chains{{0, random_ids(rng, vocab, 16)},
                                         {0, random_ids(rng, vocab, 3)},
                                         {1, random_ids(rng, vocab, 9)},
                                         {2, random_ids(rng, vocab, 1)},
                                         {2, random_ids(rng, vocab, 12)}};
        for (const CausalLm* lm : {&plain, &adapted}) {
            const double worst = worst_logprob(*lm, prompts, chains);
            EXPECT_LT(worst, 1e-4) << name;
            RecordProperty(std::string(name) + "_worst", std::to_string(worst));
        }
    }
}

TEST(Decoder, ContinuesGreedilyAsTransformersDoes) {
    for (const char* name : kGoldenModels) {
        const CausalLm lm = load_golden(name, Trainable::kFrozen);
        const util::Json golden = golden_json(name)["greedy"];
        ASSERT_GT(golden["smallest_lead"].get<double>(), 1e-3) << "a tie would prove nothing";
        const Ids prompt = golden["prompt"].get<Ids>();
        Decoder decoder(lm,
                        {.prompts = 1, .prompt_capacity = 16, .chains = 1, .chain_capacity = 16});
        at::Tensor logits = decoder.prefill({prompt}, {0});
        Ids tokens;
        for (std::size_t t = 0; t < golden["tokens"].size(); ++t) {
            tokens.push_back(static_cast<std::int32_t>(logits[0].argmax().item<std::int64_t>()));
            const auto length = static_cast<std::int32_t>(prompt.size());
            const auto written = static_cast<std::int32_t>(tokens.size());
            logits = decoder.step({.token = {tokens.back()},
                                   .position = {length + written - 1},
                                   .prompt_entry = {0},
                                   .prompt_length = {length},
                                   .chain_entry = {0},
                                   .own_length = {written}});
        }
        EXPECT_EQ(tokens, golden["tokens"].get<Ids>()) << name;
    }
}

TEST(Decoder, AnEntryUsedBeforeLeavesNothingBehind) {
    const CausalLm lm = load_golden("qwen3", Trainable::kFrozen);
    util::Rng rng(4, util::RngStream::kTest);
    Decoder decoder(lm, {.prompts = 1, .prompt_capacity = 16, .chains = 1, .chain_capacity = 16});
    const auto play = [&](const Ids& prompt, const Ids& chain) {
        at::Tensor last = decoder.prefill({prompt}, {0});
        const auto length = static_cast<std::int32_t>(prompt.size());
        for (std::int32_t t = 0; t < static_cast<std::int32_t>(chain.size()); ++t) {
            last = decoder.step(
                {{chain[static_cast<std::size_t>(t)]}, {length + t}, {0}, {length}, {0}, {t + 1}});
        }
        return last.clone();
    };
    const Ids prompt = random_ids(rng, 101, 3);
    const Ids chain = random_ids(rng, 101, 4);
    const at::Tensor fresh = play(prompt, chain);
    play(random_ids(rng, 101, 16), random_ids(rng, 101, 16));
    EXPECT_TRUE(bit_equal(play(prompt, chain), fresh));
}

TEST(Decoder, PrefillsManyLongPromptsInParts) {
    const CausalLm lm = CausalLm::init_random(demo_config(), Trainable::kFrozen, {}, 1);
    util::Rng rng(5, util::RngStream::kTest);
    std::vector<Ids> prompts;
    for (int i = 0; i < 40; ++i)
        prompts.push_back(random_ids(rng, 36, 250));  // 10,000 tokens, parts of 8,192
    std::vector<std::span<const std::int32_t>> spans(prompts.begin(), prompts.end());
    std::vector<std::int32_t> entries(prompts.size());
    for (std::size_t i = 0; i < entries.size(); ++i) entries[i] = static_cast<std::int32_t>(i);
    Decoder decoder(lm, {.prompts = 40, .prompt_capacity = 256, .chains = 1, .chain_capacity = 16});
    const at::Tensor logits = decoder.prefill(spans, entries);
    for (const std::size_t i : {0UL, 32UL, 33UL, 39UL}) {
        const at::Tensor full = logits_of(lm, prompts[i]);
        EXPECT_LT(largest_difference(logits[static_cast<std::int64_t>(i)], full[249]), 1e-4) << i;
    }
}

TEST(Decoder, CountsItsMemory) {
    // 3 layers, 2 KV heads of 24, keys and values, 4 bytes: 1,152 bytes per token.
    EXPECT_EQ(
        Decoder::bytes(demo_config(),
                       {.prompts = 2, .prompt_capacity = 16, .chains = 10, .chain_capacity = 64}),
        (2 * 16 + 10 * 64) * 1152);
}

}  // namespace
}  // namespace veritune::model
