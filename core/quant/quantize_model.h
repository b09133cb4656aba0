// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/quant/manifest.h"
#include "core/quant/quantiser.h"
#include "core/util/file_system.h"

#include <functional>
#include <string>

namespace veritune::quant {

struct QuantizeProgress {
    std::string part;  ///< "embedding", "layer 3", "head"
    std::int64_t weights_done = 0;
    std::int64_t weights_total = 0;
};

struct QuantizeOptions {
    std::string source;       ///< Hugging Face folder, absolute
    std::string destination;  ///< must not exist, absolute
    /// Called between matrices; false stops with kCancelled.
    std::function<bool(const QuantizeProgress&)> go_on;
};

struct QuantizeResult {
    Manifest manifest;
    std::uint64_t source_bytes = 0;
    std::uint64_t bytes = 0;  ///< of the data files
    std::size_t kept = 0;     ///< data files that an earlier, interrupted call had completed
};

/// Quantises a model: 16- and 32-bit weights to INT4 with an int8 head; NF4 weights keep their
/// codes. Reads and writes one layer at a time (peak memory below 3 GB for 7B: checked first). A
/// call that was stopped or killed is continued by the next one with the same folders; after any
/// other error nothing is left. errors  those of WeightSource and ModelWriter; kCorruptData: a
/// weight that is NaN or infinite (names it), or a source that changed; kDiskFull and kOutOfMemory
/// with the missing bytes; kCancelled test  quantize_model_test.cpp
util::Result<QuantizeResult> quantize_model(util::FileSystem& fs,
                                            Quantiser& quantiser,
                                            const QuantizeOptions& options);

}  // namespace veritune::quant
