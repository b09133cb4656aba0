// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/decode/decode_state.h"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace veritune::decode {

/// How all chains of a call draw.
struct DrawOptions {
    std::uint64_t seed = 1;  ///< key of the random numbers; a chain's own id makes them its own
    float temperature = 1.0F;
    float logprob_temperature = 1.0F;
    std::int32_t top_k = 0;
    float top_p = 1.0F;
    float min_p = 0.0F;
    std::vector<std::int32_t> stop_ids;
};

/// What the scheduler needs of a machine that decodes; a model on a backend, or a fake in tests.
class StepRunner {
  public:
    virtual ~StepRunner() = default;
    virtual const StateShape& shape() const = 0;
    virtual util::Status begin(const DrawOptions& options) = 0;
    /// Computes keys and values of `tokens` at positions 0.. into `pages` (64 tokens each).
    virtual util::Status prefill(std::span<const std::int32_t> tokens,
                                 std::span<const std::int32_t> pages) = 0;
    /// Copies whole pages (from, to) of all layers.
    virtual util::Status copy_pages(
        std::span<const std::pair<std::int32_t, std::int32_t>> pairs) = 0;
    /// Draws up to `steps` tokens for the chains in slots [0, rows) and brings state and rings
    /// back. longest  tokens that the longest of them can have afterwards
    virtual util::Status run(HostState& state,
                             HostRings& rings,
                             std::int64_t rows,
                             std::int64_t steps,
                             std::int64_t longest) = 0;
};

}  // namespace veritune::decode
