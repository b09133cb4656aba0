// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/train_layout.h"
#include "kernels/optim_block.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace veritune::decode {

/// Where the host's flat parameters have an adapter, in numbers from their beginning.
struct FlatPlaces {
    struct Pair {
        std::int64_t a = 0;  ///< [r, in]
        std::int64_t b = 0;  ///< [out, r]
    };
    struct Run {
        std::int64_t at = 0;
        std::int64_t count = 0;
    };
    std::vector<std::array<Pair, kLinears>> layers;
    std::vector<Run> others{};  ///< what is trained beside the adapter: a value head
    std::int64_t r = 0;
};

/// The memory of an optimiser beside the adapter it moves, cut up: what makes it and what predicts
/// it is one function. Masters and moments lie in blocks, matrix by matrix.
/// threads  pure;  test  adapter_optimiser_test.cpp
class OptimiserLayout {
  public:
    /// A matrix of the host's, and where its blocks begin.
    struct Segment {
        std::int64_t host = 0;
        std::int64_t block = 0;
        std::int64_t count = 0;
    };
    /// eight_bit: moments as codes
    OptimiserLayout(const model::ModelConfig& config, const FlatPlaces& places, bool eight_bit);
    /// Of an adapter whose places nobody asks for; value_head: with one.
    static std::size_t bytes(const model::ModelConfig& config,
                             std::int64_t r,
                             bool value_head,
                             bool eight_bit);

    std::int64_t count() const { return static_cast<std::int64_t>(blocks.size()); }
    std::int64_t numbers() const { return count() * kernels::kOptimBlock; }

    /// Places of gradients and of the adapter in training.
    std::vector<kernels::OptimBlock> blocks;
    std::vector<Segment> segments;
    // Offsets in bytes. Masters and moments lie in one piece: what a digest covers.
    std::size_t table = 0, decode_table = 0;
    std::size_t master = 0, m = 0, v = 0, m_scale = 0, v_scale = 0, state_end = 0;
    std::size_t partial = 0, flags = 0, verdict = 0, digest = 0;
    std::size_t all = 0;

  private:
    /// rows x columns at `place` of the host.
    void add(std::int64_t place, std::int64_t rows, const kernels::OptimBlock& matrix);
    void add_layers(const model::ModelConfig& config, const FlatPlaces& places);
    void carve(bool eight_bit);
};

/// The same matrices where a decoding step wants them: A as in training, B without the columns of
/// other slices. begin_a, begin_b: where A and B of a layer's projection begin, in numbers.
std::vector<kernels::OptimBlock> decode_blocks(
    const model::ModelConfig& config,
    std::int64_t r,
    const std::vector<std::array<std::pair<std::int64_t, std::int64_t>, kFusedLinears>>& begin);

}  // namespace veritune::decode
