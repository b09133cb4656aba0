// SPDX-License-Identifier: Apache-2.0
#include "kernels/quant_view.h"

#include <gtest/gtest.h>

#include <set>

namespace veritune::kernels {
namespace {

TEST(QuantTile, EveryWeightHasItsOwnNibble) {
    std::set<int> places;
    for (int row = 0; row < 16; ++row) {
        for (int input = 0; input < 64; ++input) {
            const NibblePlace place = int4_place(row, input);
            ASSERT_GE(place.byte, 0);
            ASSERT_LT(place.byte, kInt4TileBytes);
            places.insert(2 * place.byte + place.high);
        }
    }
    EXPECT_EQ(places.size(), 1024U);
}

TEST(QuantTile, NibbleOfAWordHoldsTheRowAndInputThatTheFormatNames) {
    for (int lane = 0; lane < 32; ++lane) {
        for (int m = 0; m < 4; ++m) {
            for (int p = 0; p < 8; ++p) {
                const int row = lane / 4 + 8 * (p & 1);
                const int input = 16 * (lane % 4) + 4 * m + (p & 2) + (p >> 2);
                const NibblePlace place = int4_place(row, input);
                EXPECT_EQ(place.byte, 16 * lane + 4 * m + p / 2);
                EXPECT_EQ(place.high, p & 1);
            }
        }
    }
}

TEST(QuantMeta, ScaleAndZeroPointShareAWord) {
    const std::uint32_t meta = (9U << 12) | (127U << 3) | 4U;  // s = 1.5
    EXPECT_EQ(int4_scale(meta), 1.5F);
    EXPECT_EQ(int4_zero(meta), 9);
    EXPECT_EQ(int4_scale(0), 0.0F);
}

TEST(QuantSlices, CoverEveryGroupOnce) {
    for (const std::int64_t groups : {1, 3, 8, 14, 56, 296}) {
        EXPECT_EQ(slice_begin(groups, 0), 0);
        EXPECT_EQ(slice_begin(groups, kSlices), groups);
        for (int i = 0; i < kSlices; ++i) {
            EXPECT_LE(slice_begin(groups, i), slice_begin(groups, i + 1));
        }
    }
}

TEST(Bf16, RoundsToNearestEven) {
    EXPECT_EQ(to_bf16(1.0F).bits, 0x3f80);
    EXPECT_EQ(rounded_to_bf16(1.00390625F), 1.0F);       // half way: to even
    EXPECT_EQ(rounded_to_bf16(1.01171875F), 1.015625F);  // half way: to even
    EXPECT_EQ(rounded_to_bf16(3.39e38F), 3.3895314e38F);
    EXPECT_NE(rounded_to_bf16(std::bit_cast<float>(0x7f800001U)),
              rounded_to_bf16(std::bit_cast<float>(0x7f800001U)));
}

}  // namespace
}  // namespace veritune::kernels
