// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/quant/layout.h"

#include <cstdint>
#include <string>
#include <vector>

namespace veritune::quant {

/// What somebody wants to do with a quantised model on a card.
struct MemoryRequest {
    double card_bytes = 0;        ///< of the card; 0 = unknown: nothing can be missing
    std::int64_t context = 4096;  ///< tokens of a chain, prompt and completion
    std::int64_t batch = 8;       ///< chains at a time, 1 .. 256
    std::int64_t lora_rank = 16;  ///< 0 = no adapter
    bool int8_cache = true;       ///< keys and values in int8, else bf16
    /// Layers that keep bf16 all the same; -1 = not known: two where q, k and v have biases.
    std::int64_t bf16_cache_layers = -1;
};

struct MemoryPart {
    std::string name;  ///< "linears, int4-g64"
    std::uint64_t bytes = 0;
};

struct MemoryPlan {
    std::vector<MemoryPart> parts;
    std::uint64_t total = 0;
    std::uint64_t usable = 0;   ///< of the card, without what driver and desktop hold; 0 = unknown
    std::uint64_t missing = 0;  ///< 0 = fits
    std::string change;         ///< the cheapest change that fits, one sentence; empty when it fits
};

/// What driver and desktop keep of a card.
inline constexpr double kCardReserve = 0.5e9;

/// Bytes on the card while sampling with an adapter that is being trained: linears, head, adapter
/// (fp32 master, bf16 copy, gradient, 8-bit optimiser: 12.06 bytes a parameter), key/value pages of
/// 64 tokens for every chain (two layers in bf16 where q, k and v have biases), one row of logits a
/// chain, work space, and what a CUDA context takes. The embedding stays on the host.
/// threads  pure; test  memory_plan_test.cpp
MemoryPlan plan_memory(const model::ModelConfig& config,
                       Scheme scheme,
                       const MemoryRequest& request);

}  // namespace veritune::quant
