// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/kernel_types.h"

namespace veritune::kernels {

/// One layer's key/value memory for decoding. Keys lie transposed (neighbouring tokens side by
/// side), values by token. A prompt is kept once per prompt, a completion once per chain. keys
/// [entries, n_kv, head_dim, capacity];  values  [entries, n_kv, capacity, head_dim]
template <typename T>
struct KvStore {
    T* keys = nullptr;
    T* values = nullptr;
    std::int64_t capacity = 0;  ///< tokens per entry
};

/// Writes the new k and v of each row into its entry at its position; no two rows share both.
/// qkv       [rows, (n_q + 2 n_kv) * head_dim]
/// entry, position  [rows] int32
template <typename T>
struct KvAppend {
    const T* qkv = nullptr;
    const std::int32_t* entry = nullptr;
    const std::int32_t* position = nullptr;
    KvStore<T> store{};
    std::int64_t rows = 0;
    std::int64_t n_q = 0;
    std::int64_t n_kv = 0;
    std::int64_t head_dim = 0;
    std::int64_t qkv_stride = 0;
};

/// One query per row against its prompt (prompt entry, all `prompt_length` tokens) and its own
/// completion (`own_length` tokens, the row's own new token included); together at least one token.
/// qkv   [rows, n_q * head_dim and what follows], row stride in elements; only q is read
/// out   [rows, n_q * head_dim];  row i does not depend on any other row: bit-equal for any batch
///       and slot
/// prompt_entry, prompt_length, chain_entry, own_length  [rows];  head_dim <= 256
/// Tokens of an entry that no length covers may hold anything: they are loaded, never used.
/// `sliding_window` as in AttnForward.  test  attn_decode_test.cpp
template <typename T>
struct AttnDecode {
    const T* qkv = nullptr;
    T* out = nullptr;
    KvStore<T> prompts{};
    KvStore<T> chains{};
    const std::int32_t* prompt_entry = nullptr;
    const std::int32_t* prompt_length = nullptr;
    const std::int32_t* chain_entry = nullptr;
    const std::int32_t* own_length = nullptr;
    std::int64_t rows = 0;
    std::int64_t n_q = 0;
    std::int64_t n_kv = 0;
    std::int64_t head_dim = 0;
    std::int64_t qkv_stride = 0;
    std::int64_t sliding_window = 0;
    T scale = T(1);
};

namespace cpu {
Status kv_append(const KvAppend<float>& args);
Status kv_append(const KvAppend<double>& args);
Status attn_decode(const AttnDecode<float>& args);
Status attn_decode(const AttnDecode<double>& args);
}  // namespace cpu
}  // namespace veritune::kernels
