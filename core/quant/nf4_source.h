// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/model_config.h"
#include "core/model/sharded_weights.h"
#include "core/util/result.h"
#include "kernels/quant_view.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace veritune::quant {

/// Every linear of the layers is NF4 with blocks of 64 of its own inputs, everything else 16 or 32
/// bits; no tensor is missing, none is unknown.
/// errors  kUnsupported, kCorruptData; each names the tensor and what was found
util::Status check_nf4_weights(const model::ModelConfig& config,
                               const model::ShardedWeights& weights);

/// One NF4 matrix as bitsandbytes saves it.
struct Nf4Matrix {
    std::int64_t rows = 0;
    std::int64_t inputs = 0;
    std::vector<std::uint8_t> codes;  ///< [rows, inputs / 2], the first weight in the high nibble
    std::vector<float> absmax;        ///< [rows, inputs / 64]
};

/// `name`: "model.layers.0.self_attn.q_proj.weight". A doubly quantised absmax is
/// nested_quant_map[code] * nested_absmax[i / 256] + nested_offset, in fp32, two roundings.
/// errors  kCorruptData (an absmax that is no finite number), kIoError
/// source  the tensors of bitsandbytes 0.50; test  nf4_import_test.cpp
util::Result<Nf4Matrix> read_nf4(const model::ShardedWeights& weights,
                                 const std::string& name,
                                 std::int64_t rows,
                                 std::int64_t inputs);

/// Moves the codes of stacked matrices into tiles; no value changes.
/// codes  512 bytes a tile; absmax  [row tiles][groups][16], padding 0
void retile_nf4(std::span<const Nf4Matrix> parts,
                kernels::RowOrder order,
                std::uint8_t* codes,
                float* absmax);

}  // namespace veritune::quant
