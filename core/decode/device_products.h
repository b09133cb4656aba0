// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/device_decoder.h"
#include "kernels/extend_rows.h"

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

}  // namespace veritune::decode
