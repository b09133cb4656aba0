// SPDX-License-Identifier: Apache-2.0
#include "core/util/rng.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace veritune::util {
namespace {

using Block = std::array<std::uint32_t, 4>;

// Published vectors: Random123, tests/kat_vectors, lines "philox4x32 10".
TEST(Philox, GivesThePublishedNumbers) {
    EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
              (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    EXPECT_EQ(philox4x32({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}),
              (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(
        philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
        (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

// Our own numbers: a stored run would not replay if any of these moved.
TEST(Rng, KeepsItsNumbersForEver) {
    Rng rng(7, RngStream::kRollout, 3);
    const Block first = {rng.next_u32(), rng.next_u32(), rng.next_u32(), rng.next_u32()};
    // Key: SplitMix64's finaliser of 7 (its published second constant stream), counter {0, 0, 3, 4
    // << 24}.
    const std::uint64_t mixed = 0x63CBE1E459320DD7ULL;
    EXPECT_EQ(
        first,
        philox4x32({0, 0, 3, 4U << 24},
                   {static_cast<std::uint32_t>(mixed), static_cast<std::uint32_t>(mixed >> 32)}));
}

TEST(Rng, GivesTheSameNumbersInAnyOrder) {
    Rng forward(1, RngStream::kTest, 5);
    std::vector<std::uint32_t> numbers;
    for (int i = 0; i < 100; ++i) numbers.push_back(forward.next_u32());
    EXPECT_EQ(forward.position(), 100U);
    Rng jumping(1, RngStream::kTest, 5);
    for (const std::size_t at : {99U, 0U, 50U, 51U, 3U, 4U, 98U}) {
        jumping.skip_to(at);
        EXPECT_EQ(jumping.next_u32(), numbers[at]) << at;
    }
}

TEST(Rng, ContinuesAfterResumeInTheMiddleOfABlock) {
    Rng whole(42, RngStream::kInit);
    for (int i = 0; i < 7; ++i) whole.normal();
    whole.next_u32();
    Rng resumed(42, RngStream::kInit);
    resumed.skip_to(whole.position());
    EXPECT_EQ(resumed.normal(), whole.normal());
    EXPECT_EQ(resumed.next_u64(), whole.next_u64());
}

TEST(Rng, NeverSharesABlockBetweenSeedsStreamsSteps) {
    std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
    int count = 0;
    // Steps and positions at the seams of the counter's words.
    const std::uint64_t edges[] = {
        0, 1, 0xFFFFFF, 0xFFFFFFFF, 0x100000000, 0xFFFFFFFFFFFFFF, 0x100000000000000, ~0ULL};
    for (const std::uint64_t seed : {0ULL, 1ULL, ~0ULL}) {
        for (const RngStream stream : {RngStream::kInit, RngStream::kData, RngStream::kTest}) {
            for (const std::uint64_t step : edges) {
                for (const std::uint64_t block : {0ULL, 1ULL, 0xFFFFFFFFULL, 0x100000000ULL}) {
                    Rng rng(seed, stream, step);
                    rng.skip_to(block * 4);
                    const std::uint64_t low = rng.next_u64();
                    seen.emplace(low, rng.next_u64());
                    ++count;
                }
            }
        }
    }
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(count));
}

TEST(Rng, BelowStaysInRangeAndReachesBothEnds) {
    Rng rng(3, RngStream::kTest);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(rng.below(1), 0U);
    std::array<int, 7> counts{};
    for (int i = 0; i < 7000; ++i) ++counts.at(rng.below(7));
    // Binomial, sd 29: six sigma.
    for (const int count : counts) EXPECT_NEAR(count, 1000, 176);
    const std::uint64_t huge = (1ULL << 63) + 1;
    for (int i = 0; i < 100; ++i) EXPECT_LT(rng.below(huge), huge);
}

TEST(Rng, BelowHasNoModuloBias) {
    // n = 3 * 2^62: without rejection the lower quarter of the range would come twice as often
    // (1/2, not 1/3).
    Rng rng(11, RngStream::kTest);
    const std::uint64_t n = 3ULL << 62;
    int low = 0;
    for (int i = 0; i < 9000; ++i) low += rng.below(n) < (1ULL << 62) ? 1 : 0;
    EXPECT_NEAR(low, 3000, 270);
}

TEST(Rng, UniformIsInHalfOpenUnitInterval) {
    Rng rng(5, RngStream::kTest);
    double sum = 0;
    for (int i = 0; i < 10000; ++i) {
        const float x = rng.uniform();
        ASSERT_GE(x, 0.0F);
        ASSERT_LT(x, 1.0F);
        const double y = rng.uniform_double();
        ASSERT_GE(y, 0.0);
        ASSERT_LT(y, 1.0);
        sum += x + y;
    }
    EXPECT_NEAR(sum / 20000, 0.5, 0.0123);  // six sigma
}

TEST(Rng, NormalHasTheMomentsOfTheStandardNormal) {
    Rng rng(9, RngStream::kTest);
    const int n = 100000;
    double sum = 0;
    double squares = 0;
    double fourth = 0;
    int beyond_two = 0;
    for (int i = 0; i < n; ++i) {
        const double x = rng.normal();
        ASSERT_TRUE(std::isfinite(x));
        sum += x;
        squares += x * x;
        fourth += x * x * x * x;
        beyond_two += std::abs(x) > 2 ? 1 : 0;
    }
    EXPECT_NEAR(sum / n, 0, 0.019);
    EXPECT_NEAR(squares / n, 1, 0.027);
    EXPECT_NEAR(fourth / n, 3, 0.19);
    EXPECT_NEAR(static_cast<double>(beyond_two) / n, 0.0455, 0.004);
}

// The generator's own log and cos against the library's, through the numbers they make.
TEST(Rng, NormalAgreesWithBoxMullerFromTheLibrary) {
    Rng rng(13, RngStream::kTest);
    Rng twin(13, RngStream::kTest);
    for (int i = 0; i < 20000; ++i) {
        const double u1 = 1.0 - twin.uniform_double();
        const double u2 = twin.uniform_double();
        const double expected = std::sqrt(-2 * std::log(u1)) * std::cos(2 * M_PI * u2);
        ASSERT_NEAR(rng.normal(), expected, 1e-14) << u1 << ' ' << u2;
    }
}

TEST(Rng, PermutationHoldsEachIndexOnce) {
    Rng rng(1, RngStream::kDataOrder);
    EXPECT_TRUE(rng.permutation(0).empty());
    EXPECT_EQ(rng.permutation(1), std::vector<std::int64_t>{0});
    std::vector<std::int64_t> order = rng.permutation(1000);
    EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < order.size(); ++i) {
        ASSERT_EQ(order[i], static_cast<std::int64_t>(i));
    }
}

TEST(Rng, PermutationIsUniformOverAllOrders) {
    Rng rng(2, RngStream::kDataOrder);
    std::array<int, 6> counts{};
    for (int i = 0; i < 6000; ++i) {
        const std::vector<std::int64_t> p = rng.permutation(3);
        ++counts.at(static_cast<std::size_t>(p[0] * 2 + (p[1] > p[2] ? 1 : 0)));
    }
    for (const int count : counts) EXPECT_NEAR(count, 1000, 174);
}

TEST(RngDeathTest, RefusesAnEmptyRange) {
    Rng rng(1, RngStream::kTest);
    EXPECT_DEATH(rng.below(0), "VT_CHECK");
}

}  // namespace
}  // namespace veritune::util
