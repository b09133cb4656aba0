// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/quant/aligned_buffer.h"
#include "core/quant/manifest.h"
#include "core/quant/quantiser.h"
#include "core/quant/weight_source.h"

#include <functional>

namespace veritune::quant {

/// Called before each matrix with the weights done since the last call; false stops.
using GoOn = std::function<bool(std::int64_t)>;

/// Fills `file`, the bytes of a layer's data file, from the source.
/// errors  kCorruptData naming the tensor (NaN, infinity), kCancelled, kIoError, kOutOfMemory
util::Result<PartError> import_layer(const WeightSource& source,
                                     Quantiser& quantiser,
                                     std::int64_t index,
                                     const FileLayout& layout,
                                     std::byte* file,
                                     const GoOn& go_on);

/// The same of the head's data file; tied heads take the embedding. The error is that of every
/// sixteenth row.
util::Result<PartError> import_head(const WeightSource& source,
                                    Quantiser& quantiser,
                                    const FileLayout& layout,
                                    std::byte* file,
                                    const GoOn& go_on);

/// Hands the embedding as bf16 to `write`, piece by piece.
util::Status import_embedding(const WeightSource& source,
                              const std::function<util::Status(std::span<const std::byte>)>& write,
                              const GoOn& go_on);

/// Most host memory that importing takes at once.
std::uint64_t import_memory(const WeightSource& source, const std::vector<FileLayout>& layout);

}  // namespace veritune::quant
