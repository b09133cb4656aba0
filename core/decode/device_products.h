// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/device_decoder.h"
#include "kernels/extend_rows.h"

#include <algorithm>
#include <cstdint>

namespace veritune::decode {

/// A fused projection as a training pass computes it: y = [x, A x, 1] [W, B, bias]^T, one product.
struct DeviceDecoder::Projection {
    const quant::QuantLinear& linear;
    LoraSlab lora;
    LoraGradient gradient;
    FusedSize size;
    float scale = 1.0F;
    /// Elements from row to row of x, its extension included.
    std::int64_t ldx() const { return size.k + lora.columns + kernels::kBiasColumns; }
};

/// dx [M, k] = dy W + scale (dy B) A, and the adapter's gradients. x is widened.
struct DeviceDecoder::BackProducts {
    const Bf16* x = nullptr;
    const Bf16* dy = nullptr;  ///< [M, n]
    Bf16* dx = nullptr;        ///< [M, k]; null: not wanted
    std::int64_t lddy = 0;
};

/// Lines of a slab when `total` are cut into as few pieces as memory allows: about equal ones, so
/// that no product is left with a sliver.
/// most  lines that fit; the pieces are multiples of 128 where they can be
inline std::int64_t even_step(std::int64_t total, std::int64_t most) {
    constexpr std::int64_t kWide = 128;
    const std::int64_t pieces = (total + most - 1) / most;
    const std::int64_t even = (total + pieces - 1) / pieces;
    return std::min(most, (even + kWide - 1) / kWide * kWide);
}

}  // namespace veritune::decode
