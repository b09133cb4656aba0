// SPDX-License-Identifier: Apache-2.0
#include "core/curate/duplicates.h"

#include "core/curate/words.h"
#include "core/util/rng.h"
#include "tests/curate/public_data.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>

namespace veritune::curate {
namespace {

using ::testing::ElementsAre;

DuplicateReport find(const std::vector<std::string>& texts,
                     double threshold,
                     PairSearch search = PairSearch::kIndex) {
    auto report = find_duplicates(texts, {.threshold = threshold, .search = search});
    EXPECT_TRUE(report.has_value());
    return *std::move(report);
}

TEST(Words, AreLettersDigitsAndUnderscoreInLowerCase) {
    EXPECT_THAT(plain_words("Don't  PAY_now: 3.5 km\u00b2, \u00c4rzte\u2014Ende"),
                ElementsAre("don", "t", "pay_now", "3", "5", "km\u00b2", "\u00e4rzte", "ende"));
    EXPECT_THAT(space_words(" Don't pay\tNOW. "), ElementsAre("don't", "pay", "now."));
    EXPECT_TRUE(plain_words(" ?! ").empty());
    EXPECT_THAT(plain_words("a\xff"
                            "b"),
                ElementsAre("a", "b"));
}

TEST(Duplicates, AShortTextIsOneShingle) {
    const DuplicateReport report =
        find({"What is it?", "what IS it", "What is that?", "", "?", " ?"}, 0.7);
    ASSERT_EQ(report.pairs.size(), 2U);
    EXPECT_EQ(report.pairs[0], (DuplicatePair{0, 1, 1.0, false}));
    EXPECT_EQ(report.pairs[1], (DuplicatePair{4, 5, 1.0, true})) << "texts without a word";
    EXPECT_EQ(report.exact_rows, 1);
    EXPECT_THAT(report.cluster, ElementsAre(0, 0, 2, 3, 4, 4));
    EXPECT_EQ(report.removable, 2);
}

TEST(Duplicates, LineEndsAndSpaceAtTheEndsDoNotMakeANewText) {
    const DuplicateReport report = find({"one\ntwo", " one\r\ntwo\n", "one two"}, 1.0);
    EXPECT_EQ(report.exact_rows, 1);
    EXPECT_EQ(report.pair_count, 3) << "the third has the same words";
    EXPECT_TRUE(report.pairs[0].exact);
    EXPECT_FALSE(report.pairs[1].exact);
}

TEST(Duplicates, ClustersAreJoinedByChainsOfPairs) {
    // Each text shares 2 of its 4 shingles with the next one: 2 / 6.
    const std::vector<std::string> texts = {
        "a b c d e f g h", "c d e f g h i j", "e f g h i j k l", "z y x w v u"};
    const DuplicateReport report = find(texts, 1.0 / 3.0);
    EXPECT_EQ(report.pair_count, 2);
    EXPECT_THAT(report.cluster, ElementsAre(0, 0, 0, 3));
    EXPECT_EQ(report.removable, 2);
    EXPECT_EQ(find(texts, 0.34).pair_count, 0);
}

TEST(Duplicates, ManyEqualRowsAreCountedAndNotListed) {
    const std::vector<std::string> texts(3000, "the same question in every single row");
    const auto report = find_duplicates(texts, {.max_pairs = 10});
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(report->pairs.size(), 10U);
    EXPECT_EQ(report->pair_count, 3000LL * 2999 / 2);
    EXPECT_EQ(report->exact_rows, 2999);
    EXPECT_EQ(report->removable, 2999);
}

TEST(Duplicates, FindsWhatCountingEveryPairFinds) {
    util::Rng rng(7, util::RngStream::kTest);
    std::vector<std::string> texts;
    for (int i = 0; i < 120; ++i) {
        std::string text;
        const std::uint64_t words = 1 + rng.below(14);
        for (std::uint64_t w = 0; w < words; ++w)
            text += static_cast<char>('a' + rng.below(3)) + std::string(" ");
        texts.push_back(text);
    }
    const auto shingles = [](const std::string& text) {
        const std::vector<std::string> words = plain_words(text);
        std::set<std::vector<std::string>> set;
        if (words.size() < 5) set.insert(words);
        for (std::size_t i = 0; i + 5 <= words.size(); ++i)
            set.insert({words.begin() + static_cast<std::ptrdiff_t>(i),
                        words.begin() + static_cast<std::ptrdiff_t>(i + 5)});
        return set;
    };
    for (const double threshold : {0.2, 0.5, 0.7, 0.75, 1.0}) {
        std::int64_t expected = 0;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            for (std::size_t j = i + 1; j < texts.size(); ++j) {
                const auto a = shingles(texts[i]);
                const auto b = shingles(texts[j]);
                std::size_t common = 0;
                for (const auto& s : a) common += b.count(s);
                const double similarity =
                    static_cast<double>(common) / static_cast<double>(a.size() + b.size() - common);
                expected += similarity >= threshold ? 1 : 0;
            }
        }
        EXPECT_EQ(find(texts, threshold).pair_count, expected) << threshold;
    }
}

TEST(Duplicates, MinHashDoesNotDependOnTheOrderOfRows) {
    VT_NEED_TEXTS(texts, "mbpp/mbpp.jsonl", "text");
    std::vector<std::string> turned(texts.rbegin(), texts.rend());
    const auto pairs_of = [](const std::vector<std::string>& rows) {
        std::set<std::pair<std::string, std::string>> set;
        for (const DuplicatePair& pair : find(rows, 0.5, PairSearch::kMinHash).pairs) {
            const auto& a = rows[static_cast<std::size_t>(pair.first)];
            const auto& b = rows[static_cast<std::size_t>(pair.second)];
            set.insert(std::minmax(a, b));
        }
        return set;
    };
    EXPECT_EQ(pairs_of(texts), pairs_of(turned));
}

// Numbers: verifiers.md 9.4, counted with another program.
TEST(Duplicates, CountsMbppExactly) {
    VT_NEED_TEXTS(texts, "mbpp/mbpp.jsonl", "text");
    ASSERT_EQ(texts.size(), 974U);
    EXPECT_EQ(find(texts, 0.8).pair_count, 10);
    EXPECT_EQ(find(texts, 0.7).pair_count, 55);
    EXPECT_EQ(find(texts, 0.5).pair_count, 126);
    EXPECT_EQ(find(texts, 0.8).removable, 10);
    EXPECT_EQ(find(texts, 0.7).removable, 33);
    EXPECT_EQ(find(texts, 0.5).removable, 80);
    EXPECT_EQ(find(texts, 0.5).exact_rows, 4);
    EXPECT_NEAR(static_cast<double>(find(texts, 0.7, PairSearch::kMinHash).pair_count), 55, 2);
    EXPECT_NEAR(static_cast<double>(find(texts, 0.5, PairSearch::kMinHash).pair_count), 126, 2);
}

TEST(Duplicates, CountsGsm8kExactly) {
    VT_NEED_TEXTS(texts, "gsm8k/train.jsonl", "question");
    ASSERT_EQ(texts.size(), 7473U);
    EXPECT_EQ(find(texts, 0.7).pair_count, 1);
    EXPECT_EQ(find(texts, 0.5).pair_count, 3);
    EXPECT_EQ(find(texts, 0.7, PairSearch::kMinHash).pair_count, 1);
}

TEST(Duplicates, StopsWhenAskedAndRefusesNonsense) {
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = find_duplicates({"a", "b"}, {}, {.stop = stop.get_token()});
    EXPECT_EQ(stopped.error().code, util::ErrorCode::kCancelled);
    EXPECT_EQ(find_duplicates({}, {.threshold = 0.0}).error().code,
              util::ErrorCode::kInvalidArgument);
    EXPECT_EQ(find_duplicates({}, {})->pair_count, 0);
    double last = -1.0;
    const Watch watch{.progress = [&](double fraction) {
        EXPECT_GE(fraction, last);
        last = fraction;
    }};
    EXPECT_TRUE(find_duplicates({"a b c d e f", "a b c d e f"}, {}, watch).has_value());
    EXPECT_EQ(last, 1.0);
}

/// The figure: near duplicates of 20,000 rows in 20 s (issue: 2 cores).
TEST(DuplicatesSlow, TwentyThousandQuestionsInTwentySeconds) {
    VT_NEED_TEXTS(train, "gsm8k/train.jsonl", "question");
    std::vector<std::string> texts;
    for (int copy = 0; texts.size() < 20000; ++copy) {
        for (const std::string& text : train) {
            if (texts.size() < 20000) texts.push_back("case " + std::to_string(copy) + ": " + text);
        }
    }
    for (const PairSearch search : {PairSearch::kIndex, PairSearch::kMinHash}) {
        const auto start = std::chrono::steady_clock::now();
        const DuplicateReport report = find(texts, 0.7, search);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        EXPECT_GT(report.pair_count, 7473);
        EXPECT_LT(took.count(), 20.0);
        RecordProperty(search == PairSearch::kIndex ? "index_ms" : "minhash_ms",
                       static_cast<int>(took.count() * 1e3));
        std::printf("[ figure   ] 20,000 rows: %.2f s, %lld pairs\n",
                    took.count(),
                    static_cast<long long>(report.pair_count));
    }
}

}  // namespace
}  // namespace veritune::curate
