// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/train_layout.h"
#include "core/quant/memory_plan.h"

#include <cstdint>

namespace veritune::decode {

/// An adapter to be trained on a quantised model on a card.
struct TrainRequest {
    double card_bytes = 0;       ///< of the card; 0 = unknown: nothing can be missing
    std::int64_t tokens = 4096;  ///< of one pass: at least the longest chain with its prompt
    std::int64_t rank = 16;
    std::int64_t adapters = 2;  ///< policy and reference; with a critic 3
    std::int64_t trained = 1;   ///< of them, those with an optimiser; with a critic 2
    bool eight_bit = false;     ///< optim: adamw_8bit
};

struct TrainPlan {
    quant::MemoryPlan memory;  ///< on the card while it trains
    Keep keep = Keep::kCheckpoints;
    bool whole_head = false;
};

/// Bytes on the card during a pass, cut up by the code that makes the memory: as much kept as fits,
/// as the engine does it. Sampling takes turns with training where both do not fit, so each has a
/// plan of its own. Where something is missing, `change` says what makes it fit: moments of 8 bits
/// if they do, else shorter chains.
/// rank 1 .. 1,024, tokens 1 .. kMostRows;  threads  pure;  test  train_plan_test.cpp
TrainPlan plan_training(const model::ModelConfig& config,
                        quant::Scheme scheme,
                        const TrainRequest& request);

}  // namespace veritune::decode
