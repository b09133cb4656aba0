// SPDX-License-Identifier: Apache-2.0
#include "core/decode/scheduler.h"

#include "tests/decode/fake_runner.h"

namespace veritune::decode {
namespace {

using test::FakeRunner;

std::vector<std::int32_t> prompt_of(std::int64_t tokens, std::int32_t first) {
    std::vector<std::int32_t> p;
    for (std::int64_t i = 0; i < tokens; ++i) p.push_back(first + static_cast<std::int32_t>(i));
    return p;
}

std::map<std::int64_t, DrawnChain> draw(FakeRunner& runner,
                                        const std::vector<std::vector<std::int32_t>>& prompts,
                                        const ScheduleOptions& options,
                                        ScheduleStats* stats = nullptr) {
    std::map<std::int64_t, DrawnChain> chains;
    Scheduler scheduler(runner);
    const util::Status status = scheduler.run(
        prompts,
        {.stop_ids = {FakeRunner::kStop}},
        options,
        {},
        {},
        [&](std::int64_t chain, DrawnChain drawn) { chains[chain] = std::move(drawn); });
    EXPECT_TRUE(status.has_value()) << (status.has_value() ? "" : to_string(status.error()));
    if (stats != nullptr) *stats = scheduler.stats();
    return chains;
}

/// What the chain must be, drawn alone.
DrawnChain expected(const FakeRunner& runner,
                    std::vector<std::int32_t> seen,
                    std::uint64_t id,
                    std::int64_t most) {
    DrawnChain c;
    while (true) {
        const std::int32_t token =
            runner.draw(id, seen, static_cast<std::int64_t>(c.tokens.size()));
        c.tokens.push_back(token);
        seen.push_back(token);
        if (token == FakeRunner::kStop) c.finish = kernels::Finish::kStop;
        if (token == FakeRunner::kStop) return c;
        c.finish = kernels::Finish::kLength;
        if (static_cast<std::int64_t>(c.tokens.size()) == most) return c;
    }
}

const std::vector<std::vector<std::int32_t>> kPrompts = {prompt_of(1, 1000),
                                                         prompt_of(64, 2000),
                                                         prompt_of(65, 3000),
                                                         prompt_of(200, 4000),
                                                         prompt_of(129, 5000)};

TEST(Scheduler, EveryChainIsWhatItWouldBeAlone) {
    for (const std::int64_t slots : {1, 3, 8, 40}) {
        FakeRunner runner({.slots = slots, .max_pages = 8, .pages = slots * 9, .ring = 32});
        runner.spread = 90;
        const ScheduleOptions options{
            .generations = 6, .max_new_tokens = 70, .max_length = 512, .first_chain_id = 100};
        const auto chains = draw(runner, kPrompts, options);
        ASSERT_EQ(chains.size(), 30U);
        for (const auto& [chain, drawn] : chains) {
            const DrawnChain wanted = expected(runner,
                                               kPrompts[static_cast<std::size_t>(chain / 6)],
                                               100 + static_cast<std::uint64_t>(chain),
                                               70);
            EXPECT_EQ(drawn.tokens, wanted.tokens) << "chain " << chain << ", slots " << slots;
            EXPECT_EQ(drawn.finish, wanted.finish);
            EXPECT_EQ(drawn.logprobs.size(), drawn.tokens.size());
        }
        EXPECT_LE(runner.most_rows, slots);
    }
}

TEST(Scheduler, APromptIsComputedOnceAndItsFullPagesAreShared) {
    FakeRunner runner({.slots = 16, .max_pages = 8, .pages = 60, .ring = 32});
    ScheduleStats stats;
    draw(runner, kPrompts, {.generations = 3, .max_new_tokens = 5, .max_length = 512}, &stats);
    EXPECT_EQ(runner.prefills, 4);  // a prompt of one token has nothing to compute
    EXPECT_EQ(stats.prefilled, 63 + 64 + 199 + 128);
    EXPECT_EQ(runner.copies, 2 * 3);  // 63 and 199 tokens leave a partly filled page
}

TEST(Scheduler, FewPagesMakeChainsWaitNotFail) {
    // Room for two chains of the longest prompt at most.
    FakeRunner runner({.slots = 16, .max_pages = 8, .pages = 12, .ring = 32});
    runner.spread = 50;
    const ScheduleOptions options{.generations = 4, .max_new_tokens = 60, .max_length = 512};
    const auto chains = draw(runner, kPrompts, options);
    ASSERT_EQ(chains.size(), 20U);
    for (const auto& [chain, drawn] : chains) {
        EXPECT_EQ(drawn.tokens,
                  expected(runner,
                           kPrompts[static_cast<std::size_t>(chain / 4)],
                           static_cast<std::uint64_t>(chain),
                           60)
                      .tokens);
    }
}

TEST(Scheduler, TheEndOfTheContextEndsAChain) {
    FakeRunner runner({.slots = 4, .max_pages = 2, .pages = 12, .ring = 32});
    const auto chains =
        draw(runner,
             {prompt_of(100, 50)},
             {.generations = 2, .max_new_tokens = 500, .max_length = 1000, .first_chain_id = 5000});
    for (const auto& [chain, drawn] : chains) {
        EXPECT_EQ(drawn.tokens.size(), 28U);
        EXPECT_EQ(drawn.finish, kernels::Finish::kLength);
    }
}

TEST(Scheduler, HeavyTailsKeepTheSlotsBusy) {
    FakeRunner runner({.slots = 64, .max_pages = 16, .pages = 64 * 17, .ring = 32});
    runner.spread = 700;
    std::vector<std::vector<std::int32_t>> prompts;
    for (int p = 0; p < 32; ++p) prompts.push_back(prompt_of(80, 100 * p));
    ScheduleStats stats;
    draw(runner, prompts, {.generations = 16, .max_new_tokens = 700, .max_length = 1024}, &stats);
    EXPECT_GT(static_cast<double>(stats.tokens) / static_cast<double>(stats.slot_steps), 0.75);
}

TEST(Scheduler, RefusesWhatCannotBe) {
    FakeRunner runner({.slots = 4, .max_pages = 2, .pages = 2, .ring = 32});
    Scheduler scheduler(runner);
    const auto refused = [&](const std::vector<std::vector<std::int32_t>>& prompts) {
        const util::Status status = scheduler.run(prompts,
                                                  {},
                                                  {.max_new_tokens = 100, .max_length = 128},
                                                  {},
                                                  {},
                                                  [](std::int64_t, DrawnChain) {});
        EXPECT_FALSE(status.has_value());
        return status.has_value() ? std::string() : to_string(status.error());
    };
    EXPECT_NE(refused({{}}).find("prompt 1 is empty"), std::string::npos);
    EXPECT_NE(refused({prompt_of(3, 0), prompt_of(128, 0)}).find("prompt 2 has 128 tokens"),
              std::string::npos);
    FakeRunner poor({.slots = 4, .max_pages = 4, .pages = 1, .ring = 32});
    Scheduler starved(poor);
    EXPECT_FALSE(starved
                     .run({prompt_of(70, 0)},
                          {},
                          {.max_new_tokens = 100, .max_length = 256},
                          {},
                          {},
                          [](std::int64_t, DrawnChain) {})
                     .has_value());
}

TEST(Scheduler, StopsWhenAskedTo) {
    FakeRunner runner({.slots = 4, .max_pages = 8, .pages = 40, .ring = 32});
    std::stop_source source;
    Scheduler scheduler(runner);
    std::int64_t tokens = 0;
    const util::Status status = scheduler.run(
        {prompt_of(10, 0)},
        {},
        {.max_new_tokens = 400, .max_length = 512},
        source.get_token(),
        [&](std::int64_t, std::int32_t) {
            if (++tokens == 20) source.request_stop();
        },
        [](std::int64_t, DrawnChain) {});
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, util::ErrorCode::kCancelled);
    EXPECT_LE(tokens, 32);
}

TEST(Scheduler, AFailureOfTheMachineComesThrough) {
    FakeRunner runner({.slots = 4, .max_pages = 8, .pages = 40, .ring = 32});
    runner.fail_next = util::fail(util::ErrorCode::kUnavailable, "the card fell off the bus");
    Scheduler scheduler(runner);
    const util::Status status = scheduler.run({prompt_of(10, 0)},
                                              {},
                                              {.max_new_tokens = 4, .max_length = 512},
                                              {},
                                              {},
                                              [](std::int64_t, DrawnChain) {});
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, util::ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace veritune::decode
