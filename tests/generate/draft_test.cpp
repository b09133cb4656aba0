// SPDX-License-Identifier: Apache-2.0
#include "core/generate/draft.h"

#include "core/generate/exact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace veritune::generate {
namespace {

using ::testing::ElementsAre;

TEST(Draw, IsAFunctionOfItsKey) {
    Draw a("key");
    Draw b("key");
    Draw c("another key");
    std::vector<long> first;
    std::vector<long> second;
    std::vector<long> third;
    for (int i = 0; i < 20; ++i) {
        first.push_back(a.between(0, 1'000'000));
        second.push_back(b.between(0, 1'000'000));
        third.push_back(c.between(0, 1'000'000));
    }
    EXPECT_EQ(first, second);
    EXPECT_NE(first, third);
    // Philox under SHA-256("key"): 0x2c70e12b7a0646f9, step 0x2279f427c7b38e73. A change of these
    // numbers changes every problem.
    Draw golden("key");
    const util::Rng rng(0x2c70e12b7a0646f9ULL, util::RngStream::kData, 0x2279f427c7b38e73ULL);
    util::Rng same = rng;
    for (int i = 0; i < 10; ++i) EXPECT_EQ(golden.below(1000), same.below(1000));
}

TEST(Draw, StaysInItsRanges) {
    Draw draw("ranges");
    std::set<long> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(draw.between(-2, 2));
    EXPECT_EQ(seen.size(), 5U);
    for (int i = 0; i < 1000; ++i) EXPECT_NE(draw.nonzero(-1, 1), 0);
    EXPECT_EQ(draw.between(4, 4), 4);
    EXPECT_FALSE(draw.chance(0));
    EXPECT_TRUE(draw.chance(100));
}

TEST(Draw, ShufflesEveryOrderAboutEquallyOften) {
    std::map<std::vector<std::size_t>, int> count;
    for (int i = 0; i < 6000; ++i) ++count[Draw("order " + std::to_string(i)).order(3)];
    EXPECT_EQ(count.size(), 6U);
    for (const auto& [order, times] : count) EXPECT_NEAR(times, 1000, 150);
}

TEST(Draw, SamplesWithoutRepetition) {
    Draw draw("sample");
    const std::vector<int> some = draw.sample(std::vector<int>{1, 2, 3, 4, 5}, 4);
    EXPECT_EQ(std::set<int>(some.begin(), some.end()).size(), 4U);
    EXPECT_TRUE(draw.sample(std::vector<int>{}, 0).empty());
}

TEST(Say, FillsPlacesInBothLanguages) {
    const Text text = say("%2 of %1, 100 %", "%1 davon %2", {3, Text("two", "zwei")});
    EXPECT_EQ(text.en, "two of 3, 100 %");
    EXPECT_EQ(text.de, "3 davon zwei");
    EXPECT_EQ(enumerate({"a", "b", "c"}).de, "a, b und c");
    EXPECT_EQ(enumerate({"a"}).en, "a");
    EXPECT_EQ(numbered({"x", "y"}).en, "1. x\n2. y\n");
    EXPECT_EQ(decimal("1234.5").de, "1234,5");
}

TEST(WrongAnswers, AreThreeDifferentOnesAndNeverTheGold) {
    Draft draft;
    wrong_integers(draft, 7, {7, 8, 8});
    EXPECT_THAT(draft.wrong, ElementsAre("8", "6", "9"));
    Draft list;
    wrong_lists(list, {1, 1, 2});
    EXPECT_GE(list.wrong.size(), 3U);
    for (const std::string& wrong : list.wrong) EXPECT_NE(wrong, "1, 1, 2");
}

TEST(Exact, WritesDecimalsAndFindsTies) {
    EXPECT_EQ(with_decimals(rational(-1, 8), 2), "-0.12");
    EXPECT_EQ(with_decimals(rational(1, 3), 0), "0");
    EXPECT_EQ(with_decimals(rational(5, 1000), 3), "0.005");
    EXPECT_EQ(plain_decimal(rational(7, 4)), "1.75");
    EXPECT_TRUE(is_tie(rational(1, 8), 2));
    EXPECT_FALSE(is_tie(rational(1, 4), 2));
}

TEST(Exact, MultipliesAndShowsPolynomials) {
    const Polynomial product = multiply(Polynomial{-2, 1}, Polynomial{3, 0, 2});
    EXPECT_THAT(product, ElementsAre(-6, 3, -4, 2));
    EXPECT_EQ(show(product), "2x^3 - 4x^2 + 3x - 6");
    EXPECT_EQ(show(Polynomial{0}), "0");
    EXPECT_EQ(show(Polynomial{0, -1}), "-x");
    EXPECT_THAT(derive(product), ElementsAre(3, -8, 6));
    EXPECT_EQ(value_at(product, 2), 0);
    EXPECT_THAT(derive(Polynomial{5}), ElementsAre(0));
}

TEST(Exact, ComputesDeterminantsBinomialsAndRoots) {
    const Matrix m = {{2, 0, 1}, {1, 3, 2}, {1, 1, 4}};
    EXPECT_EQ(determinant(m), 18);  // 2(12-2) - 0 + 1(1-3)
    EXPECT_EQ(determinant_by_steps(m), rational(18));
    EXPECT_EQ(determinant_by_steps({{0, 1}, {1, 0}}), rational(-1));
    EXPECT_EQ(determinant_by_steps({{1, 2}, {2, 4}}), rational(0));
    EXPECT_EQ(binomial(10, 3), 120);
    EXPECT_EQ(binomial(3, 4), 0);
    EXPECT_EQ(radical(72).square, 6);
    EXPECT_EQ(radical(72).rest, 2);
    EXPECT_EQ(radical(1).square, 1);
}

}  // namespace
}  // namespace veritune::generate
