// SPDX-License-Identifier: Apache-2.0
#include "core/curate/contamination.h"

#include "tests/curate/public_data.h"

#include <gmock/gmock.h>

namespace veritune::curate {
namespace {

std::vector<Contamination> find(const std::vector<std::string>& texts,
                                const std::vector<std::string>& against,
                                int words) {
    auto found = find_contamination(texts, against, {.words = words});
    EXPECT_TRUE(found.has_value());
    return *std::move(found);
}

TEST(Contamination, NamesTheFirstSharedWordsAndTheRow) {
    const auto found = find({"nothing here", "So  HOW many apples\ndoes he have now?"},
                            {"other", "how many apples does he have?", "How many apples does it"},
                            4);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(
        found[0],
        (Contamination{.row = 1, .against = 1, .shared = "how many apples does", .count = 2}));
}

TEST(Contamination, PunctuationIsPartOfAWord) {
    EXPECT_TRUE(find({"a b c, d"}, {"a b c d"}, 3).empty());
    EXPECT_EQ(find({"a b c, d"}, {"a b c, x"}, 3).size(), 1U);
    EXPECT_TRUE(find({"a b"}, {"a b"}, 3).empty()) << "too short to share three words";
}

TEST(Contamination, BoilerplateDoesNotCount) {
    const std::vector<std::string> texts = {"write a python function to sort",
                                            "write a python function to add x y"};
    const std::vector<std::string> against = {"please write a python function to add x y now"};
    EXPECT_EQ(find(texts, against, 5).size(), 2U);
    const auto found = find_contamination(
        texts, against, {.words = 5, .boilerplate = {"Write a Python function to"}});
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ((*found)[0].row, 1);
    EXPECT_EQ((*found)[0].shared, "a python function to add");
}

TEST(Contamination, RefusesNonsenseAndStops) {
    EXPECT_EQ(find_contamination({}, {}, {.words = 0}).error().code,
              util::ErrorCode::kInvalidArgument);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(find_contamination({"a"}, {}, {}, {.stop = stop.get_token()}).error().code,
              util::ErrorCode::kCancelled);
}

// Numbers: verifiers.md 9.5.
TEST(Contamination, CountsTheReferenceSetsExactly) {
    VT_NEED_TEXTS(train, "gsm8k/train.jsonl", "question");
    VT_NEED_TEXTS(test, "gsm8k/test.jsonl", "question");
    VT_NEED_TEXTS(mbpp, "mbpp/mbpp.jsonl", "text");
    VT_NEED_TEXTS(humaneval, "humaneval/HumanEval.jsonl", "prompt");
    EXPECT_EQ(find(train, test, 8).size(), 70U);
    EXPECT_EQ(find(train, test, 10).size(), 10U);
    EXPECT_EQ(find(train, test, 13).size(), 4U);
    EXPECT_EQ(find(test, train, 8).size(), 60U);
    EXPECT_EQ(find(test, train, 10).size(), 8U);
    EXPECT_EQ(find(test, train, 13).size(), 3U);
    EXPECT_EQ(find(mbpp, humaneval, 8).size(), 1U);
    EXPECT_EQ(find(humaneval, mbpp, 8).size(), 1U);
}

}  // namespace
}  // namespace veritune::curate
