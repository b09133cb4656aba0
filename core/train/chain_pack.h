// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/lm_head.h"
#include "core/model/packed_batch.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace veritune::train {

/// One chain of an optimiser batch.
struct ChainRef {
    const std::vector<std::int32_t>* prompt = nullptr;      ///< [P]
    const std::vector<std::int32_t>* completion = nullptr;  ///< [L_i]
    std::int64_t group = 0;                                 ///< chains of one group are neighbours
    std::int64_t row = 0;  ///< its row in the step's [N, L] tensors
};

/// One micro-batch: whole chains laid out for one forward pass. Entry r of `targets` is token t of
/// local chain i, found at cell i*L + t of a padded [n, L] tensor.
struct ChainPack {
    model::PackedBatch batch;
    model::HeadTargets targets;
    at::Tensor rows;   ///< [n] int64: rows of the step's tensors
    at::Tensor cells;  ///< [R] int64
    std::int64_t n = 0;
    std::int64_t length = 0;  ///< L

    /// [R] f32 -> [n, L], zero where there is no token.
    at::Tensor pad(const at::Tensor& flat) const;
    /// [n, L] -> [R] f32
    at::Tensor flatten(const at::Tensor& padded) const;
};

/// Splits chains (in order) into micro-batches of at most max_tokens rows each (a single chain may
/// be larger). The split is memory, not mathematics. padded_length  L of the step's tensors
std::vector<ChainPack> pack_chains(std::span<const ChainRef> chains,
                                   std::int64_t padded_length,
                                   std::int64_t max_tokens);

}  // namespace veritune::train
