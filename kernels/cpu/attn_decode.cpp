// SPDX-License-Identifier: Apache-2.0
#include "kernels/attn_decode.h"

#include "kernels/cpu/scratch.h"
#include "kernels/cpu/vec_math.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kMaxHeadDim = 256;

/// A stretch of keys of one entry: tokens [begin, end) of it, scores written at `scores`.
template <typename T>
struct Stretch {
    const T* keys;    ///< [head_dim, capacity]
    const T* values;  ///< [capacity, head_dim]
    std::int64_t capacity;
    std::int64_t begin;
    std::int64_t end;
};

template <typename T>
Stretch<T> stretch_of(const KvStore<T>& store,
                      std::int64_t entry,
                      std::int64_t kv_head,
                      std::int64_t n_kv,
                      std::int64_t head_dim,
                      std::int64_t begin,
                      std::int64_t end) {
    const std::int64_t offset = (entry * n_kv + kv_head) * head_dim * store.capacity;
    return {store.keys + offset, store.values + offset, store.capacity, begin, end};
}

template <typename T>
void score(const T* __restrict__ q,
           const Stretch<T>& s,
           T* __restrict__ scores,
           std::int64_t head_dim,
           T scale) {
    const std::int64_t n = s.end - s.begin;
#pragma omp simd
    for (std::int64_t j = 0; j < n; ++j) scores[j] = 0;
    for (std::int64_t d = 0; d < head_dim; ++d) {
        const T qd = q[d] * scale;
        const T* __restrict__ row = s.keys + d * s.capacity + s.begin;
#pragma omp simd
        for (std::int64_t j = 0; j < n; ++j) scores[j] += qd * row[j];
    }
}

template <typename T>
void gather_values(const Stretch<T>& s,
                   const T* __restrict__ p,
                   T* __restrict__ acc,
                   std::int64_t head_dim) {
    for (std::int64_t j = s.begin; j < s.end; ++j) {
        const T w = p[j - s.begin];
        const T* __restrict__ v = s.values + j * head_dim;
#pragma omp simd
        for (std::int64_t d = 0; d < head_dim; ++d) acc[d] += w * v[d];
    }
}

template <typename T>
void attend(const AttnDecode<T>& a, std::int64_t row, std::int64_t h, T* s) {
    const std::int64_t kv_head = h / (a.n_q / a.n_kv);
    const std::int64_t prompt = a.prompt_length[row];
    const std::int64_t own = a.own_length[row];
    const std::int64_t hidden = a.sliding_window > 0 && prompt + own > a.sliding_window
                                    ? prompt + own - a.sliding_window
                                    : 0;
    const std::int64_t skip_prompt = hidden < prompt ? hidden : prompt;
    const std::int64_t skip_own = hidden - skip_prompt;
    const Stretch<T> first = stretch_of(
        a.prompts, a.prompt_entry[row], kv_head, a.n_kv, a.head_dim, skip_prompt, prompt);
    const Stretch<T> second =
        stretch_of(a.chains, a.chain_entry[row], kv_head, a.n_kv, a.head_dim, skip_own, own);
    const T* q = a.qkv + row * a.qkv_stride + h * a.head_dim;
    const std::int64_t n_first = first.end - first.begin;
    const std::int64_t n = n_first + second.end - second.begin;
    score(q, first, s, a.head_dim, a.scale);
    score(q, second, s + n_first, a.head_dim, a.scale);
    T top = s[0];
#pragma omp simd reduction(max : top)
    for (std::int64_t j = 0; j < n; ++j) top = s[j] > top ? s[j] : top;
    T sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t j = 0; j < n; ++j) {
        s[j] = vec_exp(s[j] - top);
        sum += s[j];
    }
    T acc[kMaxHeadDim] = {};
    gather_values(first, s, acc, a.head_dim);
    gather_values(second, s + n_first, acc, a.head_dim);
    T* out = a.out + row * a.n_q * a.head_dim + h * a.head_dim;
    const T inverse = T(1) / sum;
    for (std::int64_t d = 0; d < a.head_dim; ++d) out[d] = acc[d] * inverse;
}

template <typename T>
Status kv_append_body(const KvAppend<T>& a) {
    if (a.rows < 0 || a.head_dim < 1 || a.n_kv < 1) return Status::kInvalidArgument;
    const std::int64_t entry_size = a.n_kv * a.head_dim * a.store.capacity;
    for (std::int64_t row = 0; row < a.rows; ++row) {
        if (a.position[row] < 0 || a.position[row] >= a.store.capacity)
            return Status::kInvalidArgument;
    }
#pragma omp parallel for schedule(static) if (a.rows * a.n_kv * a.head_dim > 8192)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        const T* k = a.qkv + row * a.qkv_stride + a.n_q * a.head_dim;
        const T* v = k + a.n_kv * a.head_dim;
        T* keys = a.store.keys + a.entry[row] * entry_size + a.position[row];
        T* values = a.store.values + a.entry[row] * entry_size + a.position[row] * a.head_dim;
        for (std::int64_t h = 0; h < a.n_kv; ++h) {
            for (std::int64_t d = 0; d < a.head_dim; ++d) {
                keys[(h * a.head_dim + d) * a.store.capacity] = k[h * a.head_dim + d];
                values[h * a.store.capacity * a.head_dim + d] = v[h * a.head_dim + d];
            }
        }
    }
    return Status::kOk;
}

template <typename T>
Status attn_decode_body(const AttnDecode<T>& a) {
    if (a.rows < 0 || a.head_dim < 1 || a.head_dim > kMaxHeadDim || a.n_kv < 1 ||
        a.n_q % a.n_kv != 0) {
        return Status::kInvalidArgument;
    }
    const std::int64_t most = a.prompts.capacity + a.chains.capacity;
#pragma omp parallel for schedule(static) if (a.rows > 4)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        static thread_local Scratch<T> scratch;
        for (std::int64_t h = 0; h < a.n_q; ++h) attend(a, row, h, scratch.get(most));
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(kv_append, KvAppend<float>)
VT_KERNEL_ENTRY(kv_append, KvAppend<double>)
VT_KERNEL_ENTRY(attn_decode, AttnDecode<float>)
VT_KERNEL_ENTRY(attn_decode, AttnDecode<double>)

}  // namespace veritune::kernels::cpu
