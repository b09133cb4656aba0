// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/causal_lm.h"

#include <cstdint>

namespace veritune::train {

/// Tokens of one forward-and-backward pass, at most `wanted`, whose activations fit in 4 GiB.
/// Changes memory only: losses are divided by whole-batch counts, so the split never reaches the
/// result. threads  pure; test  memory_budget_test.cpp
std::int64_t micro_batch_budget(const model::ModelConfig& config, std::int64_t wanted);

/// The same for a model: one on a base elsewhere asks that.
std::int64_t micro_batch_budget(const model::CausalLm& lm, std::int64_t wanted);

}  // namespace veritune::train
