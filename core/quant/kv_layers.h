// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/quant/layout.h"

namespace veritune::quant {

/// Whether the keys and values of a layer must stay in bf16: kernels/kv_rule.h on the weights as
/// they are stored, q and k rows times norm1, and their biases (with qk norm on its gammas).
/// layer  pointers on the host;  test  quantize_model_test.cpp
bool layer_keeps_bf16_kv(const model::ModelConfig& config, const QuantLayer& layer);

}  // namespace veritune::quant
