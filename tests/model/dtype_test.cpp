// SPDX-License-Identifier: Apache-2.0
#include "core/model/dtype.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

namespace veritune::model {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// IEEE 754 binary16 by its definition.
float f16_by_definition(std::uint16_t bits) {
    const int exponent = (bits >> 10) & 31;
    const int mantissa = bits & 1023;
    const float sign = (bits & 0x8000) != 0 ? -1.0F : 1.0F;
    if (exponent == 31) return mantissa == 0 ? sign * kInfinity : std::nanf("");
    if (exponent == 0) return sign * std::ldexp(static_cast<float>(mantissa), -24);
    return sign * std::ldexp(static_cast<float>(1024 + mantissa), exponent - 25);
}

TEST(DType, EveryF16ValueConvertsExactlyAndBack) {
    for (std::uint32_t i = 0; i < 65536; ++i) {
        const auto bits = static_cast<std::uint16_t>(i);
        const float expected = f16_by_definition(bits);
        const float actual = f16_to_f32(bits);
        if (std::isnan(expected)) {
            EXPECT_TRUE(std::isnan(actual));
            EXPECT_TRUE(std::isnan(f16_to_f32(f32_to_f16(actual))));
            continue;
        }
        ASSERT_EQ(std::bit_cast<std::uint32_t>(actual), std::bit_cast<std::uint32_t>(expected))
            << i;
        ASSERT_EQ(f32_to_f16(actual), bits);
    }
}

TEST(DType, F16RoundsToNearestAndTiesToEven) {
    for (std::uint16_t bits = 0; bits < 0x7BFF; ++bits) {
        const float low = f16_to_f32(bits);
        const float high = f16_to_f32(static_cast<std::uint16_t>(bits + 1));
        const float middle = (low + high) / 2;  // exact: f32 has 13 bits more
        const auto even = static_cast<std::uint16_t>((bits & 1) == 0 ? bits : bits + 1);
        ASSERT_EQ(f32_to_f16(middle), even) << bits;
        ASSERT_EQ(f32_to_f16(std::nextafterf(middle, low)), bits);
        ASSERT_EQ(f32_to_f16(std::nextafterf(middle, kInfinity)), bits + 1);
    }
}

TEST(DType, F16OverflowsAboveHalfWayToTheNextPowerOfTwo) {
    EXPECT_EQ(f32_to_f16(65504.0F), 0x7BFF);
    EXPECT_EQ(f32_to_f16(std::nextafterf(65520.0F, 0.0F)), 0x7BFF);
    EXPECT_EQ(f32_to_f16(65520.0F), 0x7C00);
    EXPECT_EQ(f32_to_f16(-1e30F), 0xFC00);
    EXPECT_EQ(f32_to_f16(1e-30F), 0);
    EXPECT_EQ(f32_to_f16(-1e-30F), 0x8000);
}

TEST(DType, EveryBf16ValueConvertsExactlyAndBack) {
    for (std::uint32_t i = 0; i < 65536; ++i) {
        const auto bits = static_cast<std::uint16_t>(i);
        const float value = bf16_to_f32(bits);
        ASSERT_EQ(std::bit_cast<std::uint32_t>(value), i << 16);
        if (std::isnan(value)) {
            EXPECT_TRUE(std::isnan(bf16_to_f32(f32_to_bf16(value))));
        } else {
            ASSERT_EQ(f32_to_bf16(value), bits);
        }
    }
}

TEST(DType, Bf16RoundsToNearestAndTiesToEven) {
    EXPECT_EQ(f32_to_bf16(std::bit_cast<float>(0x3F808000U)), 0x3F80);
    EXPECT_EQ(f32_to_bf16(std::bit_cast<float>(0x3F818000U)), 0x3F82);
    EXPECT_EQ(f32_to_bf16(std::bit_cast<float>(0x3F808001U)), 0x3F81);
    EXPECT_EQ(f32_to_bf16(std::bit_cast<float>(0x3F817FFFU)), 0x3F81);
    EXPECT_EQ(f32_to_bf16(std::bit_cast<float>(0x7F7FFFFFU)), 0x7F80);
}

TEST(DType, ArraysConvertLikeSingleValues) {
    const std::array<float, 5> values{0.0F, -1.5F, 3.1415927F, 1e-6F, 60000.0F};
    for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
        std::vector<std::byte> bytes(values.size() * dtype_bytes(dtype) + 1);
        std::array<float, 5> back{};
        from_f32(dtype, values, bytes.data() + 1);  // unaligned on purpose
        to_f32(dtype, bytes.data() + 1, back);
        for (std::size_t i = 0; i < values.size(); ++i) {
            float expected = values[i];
            if (dtype == DType::kF16) expected = f16_to_f32(f32_to_f16(values[i]));
            if (dtype == DType::kBF16) expected = bf16_to_f32(f32_to_bf16(values[i]));
            EXPECT_EQ(back[i], expected);
        }
        to_f32(dtype, bytes.data(), {});
        from_f32(dtype, {}, bytes.data());
    }
}

TEST(DType, NamesAreThoseOfTheFormat) {
    const std::vector<std::pair<const char*, std::uint64_t>> expected{{"F64", 8},
                                                                      {"F32", 4},
                                                                      {"F16", 2},
                                                                      {"BF16", 2},
                                                                      {"F8_E4M3", 1},
                                                                      {"F8_E5M2", 1},
                                                                      {"I64", 8},
                                                                      {"I32", 4},
                                                                      {"I16", 2},
                                                                      {"I8", 1},
                                                                      {"U64", 8},
                                                                      {"U32", 4},
                                                                      {"U16", 2},
                                                                      {"U8", 1},
                                                                      {"BOOL", 1}};
    for (const auto& [name, bytes] : expected) {
        const auto dtype = dtype_from_name(name);
        ASSERT_TRUE(dtype.has_value()) << name;
        EXPECT_EQ(dtype_name(*dtype), name);
        EXPECT_EQ(dtype_bytes(*dtype), bytes);
        EXPECT_EQ(is_weight_dtype(*dtype),
                  *dtype == DType::kF32 || *dtype == DType::kF16 || *dtype == DType::kBF16);
    }
    for (const char* unknown : {"", "f32", "F4", "F32 ", "C64"})
        EXPECT_FALSE(dtype_from_name(unknown));
}

}  // namespace
}  // namespace veritune::model
