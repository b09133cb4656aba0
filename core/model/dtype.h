// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace veritune::model {

/// Element types of safetensors files.
enum class DType {
    kF64,
    kF32,
    kF16,
    kBF16,
    kF8E4M3,
    kF8E5M2,
    kI64,
    kI32,
    kI16,
    kI8,
    kU64,
    kU32,
    kU16,
    kU8,
    kBool,
};

/// The name in a safetensors header: "BF16", "F8_E4M3".
std::string_view dtype_name(DType dtype);
std::optional<DType> dtype_from_name(std::string_view name);
/// Bytes of one element: 1, 2, 4 or 8.
std::uint64_t dtype_bytes(DType dtype);
/// True for the types that to_f32 and from_f32 know: F32, F16, BF16.
bool is_weight_dtype(DType dtype);

/// Exact: every F16 and BF16 value is an f32 value. Independent of flush-to-zero modes.
float f16_to_f32(std::uint16_t bits);
float bf16_to_f32(std::uint16_t bits);
/// Nearest, ties to even; too large becomes infinity, NaN stays NaN.
std::uint16_t f32_to_f16(float value);
std::uint16_t f32_to_bf16(float value);

/// Elements in native byte order to f32 and back; the other side holds dtype_bytes(dtype) * size
/// bytes and may be unaligned. dtype must be a weight dtype. threads  pure; test  dtype_test.cpp
void to_f32(DType dtype, const std::byte* from, std::span<float> to);
void from_f32(DType dtype, std::span<const float> from, std::byte* to);

}  // namespace veritune::model
