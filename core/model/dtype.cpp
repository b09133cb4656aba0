// SPDX-License-Identifier: Apache-2.0
#include "core/model/dtype.h"

#include "core/util/result.h"

#include <array>
#include <bit>
#include <cstring>

namespace veritune::model {
namespace {

struct DTypeRow {
    DType dtype;
    std::string_view name;
    std::uint64_t bytes;
};

constexpr std::array<DTypeRow, 15> kDTypes{{
    {DType::kF64, "F64", 8},
    {DType::kF32, "F32", 4},
    {DType::kF16, "F16", 2},
    {DType::kBF16, "BF16", 2},
    {DType::kF8E4M3, "F8_E4M3", 1},
    {DType::kF8E5M2, "F8_E5M2", 1},
    {DType::kI64, "I64", 8},
    {DType::kI32, "I32", 4},
    {DType::kI16, "I16", 2},
    {DType::kI8, "I8", 1},
    {DType::kU64, "U64", 8},
    {DType::kU32, "U32", 4},
    {DType::kU16, "U16", 2},
    {DType::kU8, "U8", 1},
    {DType::kBool, "BOOL", 1},
}};

const DTypeRow& row_of(DType dtype) {
    const auto index = static_cast<std::size_t>(dtype);
    VT_CHECK(index < kDTypes.size() && kDTypes[index].dtype == dtype);
    return kDTypes[index];
}

std::uint16_t load_u16(const std::byte* from) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, from, sizeof(bits));
    return bits;
}

void store_u16(std::byte* to, std::uint16_t bits) { std::memcpy(to, &bits, sizeof(bits)); }

}  // namespace

std::string_view dtype_name(DType dtype) { return row_of(dtype).name; }

std::optional<DType> dtype_from_name(std::string_view name) {
    for (const DTypeRow& row : kDTypes) {
        if (row.name == name) return row.dtype;
    }
    return std::nullopt;
}

std::uint64_t dtype_bytes(DType dtype) { return row_of(dtype).bytes; }

bool is_weight_dtype(DType dtype) {
    return dtype == DType::kF32 || dtype == DType::kF16 || dtype == DType::kBF16;
}

float f16_to_f32(std::uint16_t bits) {
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000U) << 16;
    const std::uint32_t exponent = (bits >> 10) & 0x1FU;
    const std::uint32_t mantissa = bits & 0x3FFU;
    if (exponent == 0) {
        // 2^-14 + mantissa * 2^-24 minus 2^-14: both terms are normal, so no mode can flush them.
        const float shifted = std::bit_cast<float>(0x38800000U | (mantissa << 13));
        const float magnitude = shifted - std::bit_cast<float>(0x38800000U);
        return std::bit_cast<float>(std::bit_cast<std::uint32_t>(magnitude) | sign);
    }
    const std::uint32_t wide = exponent == 0x1FU ? 0xFFU : exponent + 112U;
    return std::bit_cast<float>(sign | (wide << 23) | (mantissa << 13));
}

float bf16_to_f32(std::uint16_t bits) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

std::uint16_t f32_to_f16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000U);
    const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
    if (magnitude > 0x7F800000U) return static_cast<std::uint16_t>(sign | 0x7E00U);
    // 65520 is half way between the largest F16 and the next power of two.
    if (magnitude >= 0x477FF000U) return static_cast<std::uint16_t>(sign | 0x7C00U);
    if (magnitude < 0x38800000U) {
        const std::uint32_t exponent = magnitude >> 23;
        if (exponent < 102U) return sign;
        const std::uint32_t mantissa = (magnitude & 0x7FFFFFU) | 0x800000U;
        const std::uint32_t shift = 126U - exponent;
        const std::uint32_t rest = mantissa & ((1U << shift) - 1U);
        const std::uint32_t half = 1U << (shift - 1U);
        std::uint32_t quotient = mantissa >> shift;
        if (rest > half || (rest == half && (quotient & 1U) != 0U)) ++quotient;
        return static_cast<std::uint16_t>(sign | quotient);
    }
    std::uint32_t rebased = magnitude - 0x38000000U;
    rebased += 0xFFFU + ((rebased >> 13) & 1U);
    return static_cast<std::uint16_t>(sign | (rebased >> 13));
}

std::uint16_t f32_to_bf16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if ((bits & 0x7FFFFFFFU) > 0x7F800000U) return static_cast<std::uint16_t>((bits >> 16) | 0x40U);
    return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

void to_f32(DType dtype, const std::byte* from, std::span<float> to) {
    VT_CHECK(is_weight_dtype(dtype));
    if (to.empty()) return;
    if (dtype == DType::kF32) {
        std::memcpy(to.data(), from, to.size_bytes());
        return;
    }
    const bool half = dtype == DType::kF16;
    for (std::size_t i = 0; i < to.size(); ++i) {
        const std::uint16_t bits = load_u16(from + 2 * i);
        to[i] = half ? f16_to_f32(bits) : bf16_to_f32(bits);
    }
}

void from_f32(DType dtype, std::span<const float> from, std::byte* to) {
    VT_CHECK(is_weight_dtype(dtype));
    if (from.empty()) return;
    if (dtype == DType::kF32) {
        std::memcpy(to, from.data(), from.size_bytes());
        return;
    }
    const bool half = dtype == DType::kF16;
    for (std::size_t i = 0; i < from.size(); ++i) {
        store_u16(to + 2 * i, half ? f32_to_f16(from[i]) : f32_to_bf16(from[i]));
    }
}

}  // namespace veritune::model
