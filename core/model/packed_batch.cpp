// SPDX-License-Identifier: Apache-2.0
#include "core/model/packed_batch.h"

#include "core/util/result.h"

#include <algorithm>

namespace veritune::model {
namespace {

void append(PackedBatch& batch, std::span<const std::int32_t> ids, std::int64_t first_position) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
        batch.tokens.push_back(ids[i]);
        batch.positions.push_back(
            static_cast<std::int32_t>(first_position + static_cast<std::int64_t>(i)));
    }
}

}  // namespace

std::int64_t PackedBatch::longest() const {
    return positions.empty() ? 0 : *std::max_element(positions.begin(), positions.end()) + 1;
}

std::int64_t PackedBatch::add_example(std::span<const std::int32_t> ids) {
    return begin_group(ids);
}

std::int64_t PackedBatch::begin_group(std::span<const std::int32_t> prompt) {
    VT_CHECK(!prompt.empty());
    prompt_begin_ = rows();
    append(*this, prompt, 0);
    prompt_end_ = rows();
    segments.push_back({.begin = prompt_begin_, .end = prompt_end_});
    clusters.push_back(static_cast<std::int64_t>(segments.size()));
    return prompt_begin_;
}

std::int64_t PackedBatch::add_chain(std::span<const std::int32_t> ids) {
    VT_CHECK(prompt_end_ > prompt_begin_);
    const std::int64_t begin = rows();
    if (ids.empty()) return begin;
    append(*this, ids, prompt_end_ - prompt_begin_);
    segments.push_back(
        {.begin = begin, .end = rows(), .prefix_begin = prompt_begin_, .prefix_end = prompt_end_});
    clusters.back() = static_cast<std::int64_t>(segments.size());
    return begin;
}

void PackedBatch::clear() { *this = PackedBatch{}; }

}  // namespace veritune::model
