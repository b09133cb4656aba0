// SPDX-License-Identifier: Apache-2.0
#include "core/data/generators.h"

#include "core/data/chain_family.h"
#include "core/data/dataset.h"
#include "core/util/hash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace veritune::data {
namespace {

std::vector<Problem> generate(const GeneratorOptions& options) {
    util::Result<std::vector<Problem>> problems = generate_problems(options);
    EXPECT_TRUE(problems.has_value()) << util::to_string(problems.error());
    return std::move(problems).value();
}

const std::vector<std::string> kFamilies = {"mod", "bool", "trace"};

// Expected values: tests/golden/make_generators.py, written from the rules and not from the C++
// code.
TEST(Generators, GiveTheGoldenFirstThousandOfEveryFamily) {
    const struct {
        const char* family;
        double error_rate;
        const char* hash;
    } golden[] = {
        {"mod", 0.0, "8436af818c97f41b6090da8d60e1a81d92799cbddbc92ad990bde690d443301f"},
        {"mod", 0.1, "91bc717c644e59dacd6d9474090a7f1556b84c193f0403047db548aadbdd3a8c"},
        {"bool", 0.0, "99351fda90458a67c2d8a93f2abc65596b0f23a5442e3829a010b98446eff183"},
        {"bool", 0.1, "98d6bff55fb0679b78aab31a5cc166d55d7dac6a69e533b20d9861a7391a3f1b"},
        {"trace", 0.0, "a6bc57673038b04e1224e03ec5bf6fa853f26f9c5ccf0f131e1afcde36f3b7ab"},
        {"trace", 0.1, "9347c66abc9f6b19cfc2a78a785c4c464f5a3358b30d18e52eafce1368d23516"},
    };
    for (const auto& row : golden) {
        EXPECT_EQ(dataset_hash(generate({.family = row.family, .error_rate = row.error_rate})),
                  row.hash)
            << row.family << " " << row.error_rate;
    }
}

// The two CRC-32 values are zlib's, quoted in the design.
TEST(HeldOut, FollowsTheCrcOfFamilyAndPrompt) {
    EXPECT_EQ(util::crc32("mod6+4*7-4?"), 453208933U);
    EXPECT_EQ(util::crc32("mod0+0+0+0?"), 2259388491U);
    EXPECT_FALSE(is_held_out("mod", "6+4*7-4?"));  // 453208933 mod 5 = 3
    EXPECT_FALSE(is_held_out("mod", "0+0+0+0?"));  // 2259388491 mod 5 = 1
}

TEST(HeldOut, KeepsTheTwoSidesApart) {
    for (const std::string& family : kFamilies) {
        std::set<std::string> train;
        for (const Problem& problem : generate({.family = family, .count = 2000, .seed = 3})) {
            EXPECT_FALSE(is_held_out(family, problem.prompt));
            EXPECT_EQ(problem.split, Split::kTrain);
            train.insert(problem.prompt);
        }
        EXPECT_EQ(train.size(), 2000U) << "prompts repeat";
        for (const Problem& problem :
             generate({.family = family, .count = 500, .seed = 3, .split = Split::kVal})) {
            EXPECT_TRUE(is_held_out(family, problem.prompt));
            EXPECT_EQ(problem.split, Split::kVal);
            EXPECT_EQ(train.count(problem.prompt), 0U);
        }
    }
}

TEST(Generators, GiveAShorterListAsTheBeginningOfALongerOne) {
    for (const std::string& family : kFamilies) {
        std::vector<Problem> longer = generate({.family = family, .count = 300, .seed = 9});
        longer.resize(100);
        EXPECT_EQ(dataset_hash(generate({.family = family, .count = 100, .seed = 9})),
                  dataset_hash(longer));
    }
}

TEST(Generators, GiveOtherProblemsForAnotherSeedOrFamily) {
    const std::vector<Problem> one = generate({.seed = 1});
    const std::vector<Problem> two = generate({.seed = 2});
    std::size_t equal = 0;
    for (std::size_t i = 0; i < one.size(); ++i) equal += one[i].prompt == two[i].prompt ? 1U : 0U;
    EXPECT_LT(equal, 5U);
    EXPECT_NE(one[0].id, two[0].id);
}

TEST(Generators, UseEveryLengthOperatorAndValue) {
    for (const std::string& family : kFamilies) {
        std::map<int, int> levels;
        std::string characters;
        for (const Problem& problem : generate({.family = family, .count = 5000})) {
            ++levels[problem.level];
            characters += problem.prompt;
        }
        EXPECT_EQ(levels.begin()->first, 3);
        EXPECT_EQ(levels.rbegin()->first, 7);
        // Uniform: 1000 each, sigma 28. bool runs out of the 345 short prompts and redraws.
        if (family != "bool") {
            for (const auto& [level, count] : levels) EXPECT_NEAR(count, 1000, 5 * 28) << level;
        }
        const ChainFamily* rules = find_chain_family(family);
        for (const char c : std::string(rules->values) + std::string(rules->operators)) {
            EXPECT_NE(characters.find(c), std::string::npos) << family << " " << c;
        }
    }
}

TEST(Demonstrations, AreTheOnlyRightChainAtErrorRateZero) {
    for (const std::string& family : kFamilies) {
        const ChainFamily& rules = *find_chain_family(family);
        for (const Problem& problem : generate({.family = family, .count = 500})) {
            const std::optional<ChainProgram> program = parse_chain_prompt(rules, problem.prompt);
            ASSERT_TRUE(program.has_value()) << problem.prompt;
            EXPECT_EQ(problem.solution, render_chain(rules, *program));
            const std::string& chain = problem.solution;
            EXPECT_EQ(chain.substr(chain.size() - 2, 1), problem.gold.get<std::string>());
        }
    }
}

TEST(Demonstrations, KeepPromptAndGoldWhateverTheErrorRate) {
    for (const std::string& family : kFamilies) {
        const std::vector<Problem> right = generate({.family = family});
        const std::vector<Problem> wrong = generate({.family = family, .error_rate = 1.0});
        for (std::size_t i = 0; i < right.size(); ++i) {
            EXPECT_EQ(right[i].prompt, wrong[i].prompt);
            EXPECT_EQ(right[i].gold, wrong[i].gold);
            EXPECT_NE(right[i].solution, wrong[i].solution);
        }
    }
}

// With every step wrong, each written step must be wrong and yet go on from the value before it.
TEST(Demonstrations, GoOnFromTheWrongValue) {
    const ChainFamily& rules = *find_chain_family("mod");
    for (const Problem& problem : generate({.count = 500, .error_rate = 1.0})) {
        const std::optional<ChainProgram> program = parse_chain_prompt(rules, problem.prompt);
        ASSERT_TRUE(program.has_value());
        const std::string& chain = problem.solution;
        char value = problem.prompt[0];
        for (std::size_t step = 0; step < program->ops.size(); ++step) {
            const std::string text = chain.substr(6 * step, 6);
            EXPECT_EQ(text[0], value) << chain;
            EXPECT_EQ(text[1], problem.prompt[2 * step + 1]);
            EXPECT_EQ(text[2], problem.prompt[2 * step + 2]);
            const int right = apply_chain_op(rules, text[0] - '0', program->ops[step]);
            EXPECT_NE(text[4] - '0', right) << chain;
            value = text[4];
        }
        EXPECT_EQ(chain.substr(6 * program->ops.size()), std::string("#") + value + "$");
    }
}

// 0.9^k averaged over k = 3..7 is 0.597: the design's share of fully right demonstrations.
TEST(Demonstrations, AreRightAsOftenAsTheErrorRateSays) {
    for (const std::string& family : {std::string("mod"), std::string("trace")}) {
        const std::vector<Problem> right = generate({.family = family, .count = 5000});
        const std::vector<Problem> shown =
            generate({.family = family, .count = 5000, .error_rate = 0.1});
        int equal = 0;
        for (std::size_t i = 0; i < right.size(); ++i) {
            equal += right[i].solution == shown[i].solution ? 1 : 0;
        }
        EXPECT_NEAR(equal / 5000.0, 0.597, 5 * 0.007);
    }
}

TEST(Generators, RefuseWhatTheyCannotDo) {
    const std::vector<GeneratorOptions> bad = {
        {.family = "Mod"},
        {.family = ""},
        {.count = 0},
        {.count = -1},
        {.count = 10'000'001},
        {.min_steps = 0},
        {.min_steps = 5, .max_steps = 4},
        {.max_steps = 65},
        {.split = Split::kTest},
        {.error_rate = -0.1},
        {.error_rate = 1.1},
        {.error_rate = std::numeric_limits<double>::quiet_NaN()},
        {.family = "bool", .count = 433, .min_steps = 3, .max_steps = 3},
    };
    for (std::size_t i = 0; i < bad.size(); ++i) {
        const util::Result<std::vector<Problem>> problems = generate_problems(bad[i]);
        ASSERT_FALSE(problems.has_value()) << "options " << i;
        EXPECT_EQ(problems.error().code, util::ErrorCode::kInvalidArgument);
    }
}

// bool with one step has 2 * 3 * 2 = 12 prompts; both sides together are all of them.
TEST(Generators, FindEveryPromptOfASmallFamilyAndNoMore) {
    std::size_t found = 0;
    for (const Split split : {Split::kTrain, Split::kVal}) {
        std::int64_t count = 1;
        const auto request = [split](std::int64_t n) {
            return generate_problems(
                {.family = "bool", .count = n, .min_steps = 1, .max_steps = 1, .split = split});
        };
        while (request(count).has_value()) ++count;
        found += static_cast<std::size_t>(count - 1);
    }
    EXPECT_EQ(found, 12U);
}

TEST(Generators, RepeatPromptsOnlyWhenAsked) {
    const std::vector<Problem> problems =
        generate({.family = "bool", .count = 200, .min_steps = 1, .max_steps = 1, .unique = false});
    std::set<std::string> ids;
    for (const Problem& problem : problems) ids.insert(problem.id);
    EXPECT_EQ(ids.size(), 200U);
}

TEST(Generators, NameTheirFamilies) { EXPECT_EQ(generator_families(), kFamilies); }

}  // namespace
}  // namespace veritune::data
