// SPDX-License-Identifier: Apache-2.0
#include "kernels/attn_decode.h"

#include "kernels/cpu/arguments.h"
#include "kernels/cpu/product.h"
#include "kernels/cpu/scratch.h"
#include "kernels/cpu/softmax_block.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kMaxHeadDim = 256;
constexpr std::int64_t kParallelElements = 16384;
/// Multiplications of a step that are worth a second thread.
constexpr std::int64_t kParallelProducts = 400000;

/// The tokens [begin, end) of one entry as one key/value head sees them.
template <typename T>
struct Stretch {
    const T* keys;    ///< [head_dim, capacity]
    const T* values;  ///< [capacity, head_dim]
    std::int64_t capacity;
    std::int64_t begin;
    std::int64_t end;

    std::int64_t size() const { return end - begin; }
};

template <typename T>
Stretch<T> stretch_of(const AttnDecode<T>& a,
                      const KvStore<T>& store,
                      std::int64_t entry,
                      std::int64_t kv_head) {
    const std::int64_t at = (entry * a.n_kv + kv_head) * a.head_dim * store.capacity;
    return {store.keys + at, store.values + at, store.capacity, 0, 0};
}

/// Scratch of one row and one key/value head; the query heads that share it go side by side.
template <typename T>
struct Work {
    std::int64_t heads;
    std::int64_t head_dim;
    std::int64_t stride;  ///< of the scores of one head
    T* q;                 ///< [heads, head_dim], scaled
    T* scores;            ///< [heads, stride]
    T* lanes;             ///< [heads, kPad]
    T* out[2];            ///< [heads, head_dim] of each stretch
    T* peak;              ///< [heads]
    T* sum;               ///< [heads]

    Work(const AttnDecode<T>& a, Scratch<T>& scratch)
        : heads(a.n_q / a.n_kv),
          head_dim(a.head_dim),
          stride(padded(a.prompts.capacity + a.chains.capacity)) {
        q = scratch.get(heads * (3 * padded(head_dim) + stride + kPad + 2));
        out[0] = q + heads * padded(head_dim);
        out[1] = out[0] + heads * padded(head_dim);
        scores = out[1] + heads * padded(head_dim);
        lanes = scores + heads * stride;
        peak = lanes + heads * kPad;
        sum = peak + heads;
    }
};

/// Scores of a stretch, from column `to` of every head's row.
template <typename T>
void score(const Work<T>& w, const Stretch<T>& s, std::int64_t to) {
    if (s.size() == 0) return;
    Product<T> p{.a = w.q,
                 .a_row = w.head_dim,
                 .b = s.keys + s.begin,
                 .b_row = s.capacity,
                 .c = w.scores + to,
                 .c_row = w.stride,
                 .rows = w.heads,
                 .columns = s.size(),
                 .depth = w.head_dim};
    if (s.size() >= kLanes<T> || s.capacity < kLanes<T>) return multiply(p);
    // A short stretch is scored within a whole vector of its entry: what lies in the other lanes,
    // NaN or not, is dropped.
    const std::int64_t first = s.begin + kLanes<T> <= s.capacity ? s.begin : s.capacity - kLanes<T>;
    p.b = s.keys + first;
    p.c = w.lanes;
    p.c_row = kPad;
    p.columns = kLanes<T>;
    multiply(p);
    for (std::int64_t h = 0; h < w.heads; ++h) {
        for (std::int64_t j = 0; j < s.size(); ++j) {
            w.scores[h * w.stride + to + j] = w.lanes[h * kPad + s.begin - first + j];
        }
    }
}

template <typename T>
void gather_values(const Work<T>& w, const Stretch<T>& s, std::int64_t from, T* to) {
    multiply(Product<T>{.a = w.scores + from,
                        .a_row = w.stride,
                        .b = s.values + s.begin * w.head_dim,
                        .b_row = w.head_dim,
                        .c = to,
                        .c_row = w.head_dim,
                        .rows = w.heads,
                        .columns = w.head_dim,
                        .depth = s.size()});
}

/// Softmax over the first n scores of every head.
template <typename T>
void normalise(const Work<T>& w, std::int64_t n) {
    for (std::int64_t h = 0; h < w.heads; ++h) {
        fill(w.scores + h * w.stride, n, padded(n), minus_infinity<T>());
    }
    exponentiate(w.scores, w.stride, w.heads, padded(n), w.peak, w.sum);
    for (std::int64_t h = 0; h < w.heads; ++h) {
        const T inverse = T(1) / w.sum[h];
        T* s = w.scores + h * w.stride;
        for (std::int64_t j = 0; j < padded(n); j += kLanes<T>) store(s + j, load(s + j) * inverse);
    }
}

template <typename T>
struct Past {
    Stretch<T> prompt;
    Stretch<T> own;
};

/// What a row sees, seen by one key/value head.
template <typename T>
Past<T> past_of(const AttnDecode<T>& a, std::int64_t row, std::int64_t kv_head) {
    Past<T> past{stretch_of(a, a.prompts, a.prompt_entry[row], kv_head),
                 stretch_of(a, a.chains, a.chain_entry[row], kv_head)};
    past.prompt.end = a.prompt_length[row];
    past.own.end = a.own_length[row];
    const std::int64_t all = past.prompt.end + past.own.end;
    const std::int64_t hidden =
        a.sliding_window > 0 && all > a.sliding_window ? all - a.sliding_window : 0;
    past.prompt.begin = hidden < past.prompt.end ? hidden : past.prompt.end;
    past.own.begin = hidden - past.prompt.begin;
    return past;
}

constexpr std::int64_t kCacheLine = 64;

/// Keys of a chain are many short pieces far apart, which the processor does not foresee.
template <typename T>
void prefetch_keys(const Stretch<T>& s, std::int64_t head_dim) {
    constexpr std::int64_t kStep = kCacheLine / static_cast<std::int64_t>(sizeof(T));
    for (std::int64_t d = 0; d < head_dim; ++d) {
        const T* row = s.keys + d * s.capacity;
        for (std::int64_t j = s.begin; j < s.end; j += kStep) __builtin_prefetch(row + j);
    }
}

template <typename T>
void prefetch_values(const Stretch<T>& s, std::int64_t head_dim) {
    constexpr std::int64_t kStep = kCacheLine / static_cast<std::int64_t>(sizeof(T));
    for (std::int64_t j = s.begin * head_dim; j < s.end * head_dim; j += kStep) {
        __builtin_prefetch(s.values + j);
    }
}

template <typename T>
void attend(const AttnDecode<T>& a, const Work<T>& w, std::int64_t row, std::int64_t kv_head) {
    const Past<T> past = past_of(a, row, kv_head);
    prefetch_values(past.own, a.head_dim);
    const bool last_head = kv_head + 1 == a.n_kv;
    if (!last_head || row + 1 < a.rows) {
        const Past<T> next = past_of(a, row + (last_head ? 1 : 0), last_head ? 0 : kv_head + 1);
        prefetch_keys(next.own, a.head_dim);
    }
    const std::int64_t at = kv_head * w.heads * a.head_dim;
    const T* q = a.qkv + row * a.qkv_stride + at;
    for (std::int64_t d = 0; d < w.heads * a.head_dim; ++d) w.q[d] = q[d] * a.scale;
    score(w, past.prompt, 0);
    score(w, past.own, past.prompt.size());
    normalise(w, past.prompt.size() + past.own.size());
    gather_values(w, past.prompt, 0, w.out[0]);
    gather_values(w, past.own, past.prompt.size(), w.out[1]);
    T* out = a.out + row * a.n_q * a.head_dim + at;
    for (std::int64_t d = 0; d < w.heads * a.head_dim; ++d) out[d] = w.out[0][d] + w.out[1][d];
}

template <typename T>
bool is_store(const KvStore<T>& s) {
    return s.capacity >= 0 && (s.capacity == 0 || all_set(s.keys, s.values));
}

/// The keys of all rows together, or -1 when a row does not fit.
template <typename T>
std::int64_t count_keys(const AttnDecode<T>& a) {
    std::int64_t keys = 0;
    for (std::int64_t row = 0; row < a.rows; ++row) {
        const std::int64_t prompt = a.prompt_length[row];
        const std::int64_t own = a.own_length[row];
        if (prompt < 0 || prompt > a.prompts.capacity || own < 0 || own > a.chains.capacity ||
            prompt + own < 1 || a.prompt_entry[row] < 0 || a.chain_entry[row] < 0) {
            return -1;
        }
        keys += prompt + own;
    }
    return keys;
}

template <typename T>
Status attn_decode_body(const AttnDecode<T>& a) {
    if (a.rows < 0 || a.head_dim < 1 || a.head_dim > kMaxHeadDim || a.n_kv < 1 || a.n_q < 1 ||
        a.n_q % a.n_kv != 0 || a.qkv_stride < a.n_q * a.head_dim || a.sliding_window < 0) {
        return Status::kInvalidArgument;
    }
    if (a.rows == 0) return Status::kOk;
    if (!all_set(a.qkv, a.out, a.prompt_entry, a.prompt_length, a.chain_entry, a.own_length) ||
        !is_store(a.prompts) || !is_store(a.chains)) {
        return Status::kInvalidArgument;
    }
    const std::int64_t keys = count_keys(a);
    if (keys < 0) return Status::kInvalidArgument;
#pragma omp parallel for schedule(static) if (2 * keys * a.n_q * a.head_dim > kParallelProducts)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        static thread_local Scratch<T> scratch;
        const Work<T> work(a, scratch);
        for (std::int64_t kv_head = 0; kv_head < a.n_kv; ++kv_head) attend(a, work, row, kv_head);
    }
    return Status::kOk;
}

template <typename T>
void append_row(const KvAppend<T>& a, std::int64_t row) {
    const T* k = a.qkv + row * a.qkv_stride + a.n_q * a.head_dim;
    const T* v = k + a.n_kv * a.head_dim;
    const std::int64_t entry = a.entry[row] * a.n_kv * a.head_dim * a.store.capacity;
    T* keys = a.store.keys + entry + a.position[row];
    T* values = a.store.values + entry + a.position[row] * a.head_dim;
    for (std::int64_t i = 0; i < a.n_kv * a.head_dim; ++i) keys[i * a.store.capacity] = k[i];
    for (std::int64_t h = 0; h < a.n_kv; ++h) {
        T* to = values + h * a.store.capacity * a.head_dim;
        for (std::int64_t d = 0; d < a.head_dim; ++d) to[d] = v[h * a.head_dim + d];
    }
}

template <typename T>
Status kv_append_body(const KvAppend<T>& a) {
    if (a.rows < 0 || a.head_dim < 1 || a.n_kv < 1 || a.n_q < 0 ||
        a.qkv_stride < (a.n_q + 2 * a.n_kv) * a.head_dim) {
        return Status::kInvalidArgument;
    }
    if (a.rows == 0) return Status::kOk;
    if (!all_set(a.qkv, a.entry, a.position, a.store.keys, a.store.values) ||
        !all_within(a.position, a.rows, a.store.capacity) ||
        !all_within(a.entry, a.rows, INT32_MAX)) {
        return Status::kInvalidArgument;
    }
#pragma omp parallel for schedule(static) if (a.rows * a.n_kv * a.head_dim > kParallelElements)
    for (std::int64_t row = 0; row < a.rows; ++row) append_row(a, row);
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(kv_append, KvAppend<float>)
VT_KERNEL_ENTRY(kv_append, KvAppend<double>)
VT_KERNEL_ENTRY(attn_decode, AttnDecode<float>)
VT_KERNEL_ENTRY(attn_decode, AttnDecode<double>)

}  // namespace veritune::kernels::cpu
