// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/quant/quant_model.h"

#include <functional>
#include <span>
#include <string>

namespace veritune::quant {

/// The weights of a quantised matrix on the host, [n, k] fp32, exactly: rows stacked as in the
/// source (kGateUp: gate above up), row factors applied.
/// to.size() == n * k
void dequantise(const kernels::QuantView& w, std::span<float> to);

/// Hands every tensor of the model under its Hugging Face name to `take`, in the order of
/// model::expected_tensors: what a program has to load that knows 32-bit weights only.
/// A tied head is what its int8 rows say: it comes as "lm_head.weight" beside the embedding.
/// errors  those of `take`
util::Status visit_tensors(const QuantModel& model,
                           const std::function<util::Status(const std::string& name,
                                                            std::span<const float> values)>& take);

}  // namespace veritune::quant
