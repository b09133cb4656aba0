// SPDX-License-Identifier: Apache-2.0
#include "core/model/lm_head.h"

#include "core/util/result.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

namespace veritune::model {
namespace {

at::Tensor int_view(const std::vector<std::int32_t>& values) {
    return at::from_blob(const_cast<std::int32_t*>(values.data()),
                         {static_cast<std::int64_t>(values.size())},
                         at::kInt);
}

}  // namespace

std::vector<LmHead::Chunk> LmHead::chunks(std::int64_t vocab) const {
    const auto n = static_cast<std::int64_t>(targets_.rows.size());
    const std::int64_t most = std::max<std::int64_t>(16, logits_budget_ / vocab);
    std::vector<Chunk> list;
    for (std::int64_t begin = 0; begin < n; begin += most)
        list.push_back({begin, std::min(most, n - begin)});
    return list;
}

void LmHead::logits_of(const CausalLm& lm, const at::Tensor& hidden, const Chunk& chunk) {
    gathered_ = at::empty({chunk.size, hidden.size(1)}, at::kFloat);
    ops::gather_rows(hidden, rows_.narrow(0, chunk.begin, chunk.size), gathered_);
    logits_ = at::empty({chunk.size, lm.config().vocab_size}, at::kFloat);
    lm.logits(gathered_, logits_);
    cached_begin_ = chunk.begin;
}

void LmHead::forward(const CausalLm& lm, const at::Tensor& hidden, HeadTargets targets) {
    targets_ = std::move(targets);
    const auto n = static_cast<std::int64_t>(targets_.rows.size());
    rows_ = int_view(targets_.rows);
    ids_ = int_view(targets_.targets);
    logprobs_ = at::empty({n}, at::kFloat);
    entropies_ = at::empty({n}, at::kFloat);
    if (lm.base() != nullptr) {
        logprobs_.zero_();
        entropies_.zero_();
        lm.base()->attempt(
            [&] { return lm.base()->log_probs(targets_, temperature_, logprobs_, entropies_); });
        return;
    }
    lse_ = at::empty({n}, at::kFloat);
    for (const Chunk& c : chunks(lm.config().vocab_size)) {
        logits_of(lm, hidden, c);
        ops::head_forward(logits_,
                          ids_.narrow(0, c.begin, c.size),
                          temperature_,
                          logprobs_.narrow(0, c.begin, c.size),
                          entropies_.narrow(0, c.begin, c.size),
                          lse_.narrow(0, c.begin, c.size));
    }
}

at::Tensor LmHead::backward(CausalLm& lm, const at::Tensor& hidden, const at::Tensor& g) {
    VT_CHECK(g.size(0) == logprobs_.size(0) && g.is_contiguous());
    if (lm.base() != nullptr) {
        lm.base()->attempt([&] { return lm.base()->log_probs_backward(g); });
        return {};
    }
    at::Tensor dhidden = at::zeros_like(hidden);
    auto list = chunks(lm.config().vocab_size);
    // The last chunk's logits are still there, so it goes first.
    std::reverse(list.begin(), list.end());
    for (const Chunk& c : list) {
        if (cached_begin_ != c.begin) logits_of(lm, hidden, c);
        ops::head_backward(logits_,
                           ids_.narrow(0, c.begin, c.size),
                           temperature_,
                           lse_.narrow(0, c.begin, c.size),
                           entropies_.narrow(0, c.begin, c.size),
                           g.narrow(0, c.begin, c.size));
        cached_begin_ = -1;  // the logits are gradients now
        const at::Tensor drows = at::empty_like(gathered_);
        lm.logits_backward(gathered_, logits_, drows);
        ops::scatter_add_rows(dhidden, rows_.narrow(0, c.begin, c.size), drows);
    }
    return dhidden;
}

}  // namespace veritune::model
