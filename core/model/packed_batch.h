// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/attn_varlen.h"

#include <cstdint>
#include <span>
#include <vector>

namespace veritune::model {

/// Token sequences laid one after another without padding. Positions restart with every example; a
/// group's prompt is laid down once and shared by its chains. threads  a value
struct PackedBatch {
    std::vector<std::int32_t> tokens;     ///< [M]
    std::vector<std::int32_t> positions;  ///< [M]
    std::vector<kernels::Segment> segments;
    std::vector<std::int64_t> clusters = {0};  ///< see AttnForward

    std::int64_t rows() const { return static_cast<std::int64_t>(tokens.size()); }
    std::int64_t longest() const;  ///< largest position + 1

    /// One example on its own; returns its first row. Empty examples are a bug.
    std::int64_t add_example(std::span<const std::int32_t> ids);
    /// Starts a group; returns the prompt's first row. The prompt holds at least one token.
    std::int64_t begin_group(std::span<const std::int32_t> prompt);
    /// A chain of the group begun last; returns its first row (chains of no token have no segment).
    std::int64_t add_chain(std::span<const std::int32_t> ids);
    void clear();

  private:
    std::int64_t prompt_begin_ = 0;
    std::int64_t prompt_end_ = 0;
};

}  // namespace veritune::model
