// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/causal_lm.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace veritune::model {

/// Where the tokens of one decode step belong. All vectors have one entry per active chain.
struct DecodeRows {
    std::vector<std::int32_t> token;     ///< the token fed in
    std::vector<std::int32_t> position;  ///< its position in the whole text
    std::vector<std::int32_t> prompt_entry;
    std::vector<std::int32_t> prompt_length;
    std::vector<std::int32_t> chain_entry;
    std::vector<std::int32_t>
        own_length;  ///< completion tokens in the cache after this step, this one included
    std::int64_t size() const { return static_cast<std::int64_t>(token.size()); }
    void resize(std::size_t n);
};

/// Key/value memory and the one-token-per-chain forward pass. A prompt is held once for all its
/// chains. threads  one owner; the model must outlive it and must not change between prefill and
/// the last step
class Decoder {
  public:
    struct Size {
        std::int64_t prompts = 0;          ///< entries
        std::int64_t prompt_capacity = 0;  ///< tokens
        std::int64_t chains = 0;
        std::int64_t chain_capacity = 0;
    };
    Decoder(const CausalLm& lm, const Size& size);

    /// Bytes of key/value memory for this size.
    static std::int64_t bytes(const ModelConfig& config, const Size& size);

    /// Runs the prompts through the model and fills their entries. Returns logits [n, V] that
    /// predict the first token.
    at::Tensor prefill(const std::vector<std::span<const std::int32_t>>& prompts,
                       const std::vector<std::int32_t>& entries);
    /// One token for every row; returns logits [rows, V] in a buffer that the next call reuses.
    at::Tensor step(const DecodeRows& rows);

  private:
    struct Store {
        at::Tensor keys;    ///< [entries, n_kv, head_dim, capacity]
        at::Tensor values;  ///< [entries, n_kv, capacity, head_dim]
    };
    struct Buffers;
    Buffers buffers(std::int64_t rows) const;
    void layer(std::int64_t l, const DecodeRows& rows, const Buffers& b);
    at::Tensor buffer(std::size_t slot, std::int64_t rows, std::int64_t width) const;

    const CausalLm* lm_;
    Size size_;
    std::vector<Store> prompts_;
    std::vector<Store> chains_;
    Activations prefill_acts_;
    mutable std::vector<at::Tensor> memory_;
    at::Tensor positions_;
};

}  // namespace veritune::model
