// SPDX-License-Identifier: Apache-2.0
#include "kernels/attn_varlen.h"

#include "kernels/cpu/scratch.h"
#include "kernels/cpu/vec_math.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

constexpr std::int64_t kPad = 16;

std::int64_t padded(std::int64_t n) { return (n + kPad - 1) / kPad * kPad; }

/// One segment seen by one key/value head: keys of prefix and segment side by side, transposed to
/// [head_dim, keys] so that every inner loop runs over neighbouring keys.
template <typename T>
struct View {
    const AttnForward<T>& a;
    Segment segment;
    std::int64_t kv_head;
    std::int64_t prefix = segment.prefix_end - segment.prefix_begin;
    std::int64_t length = segment.end - segment.begin;
    std::int64_t keys = prefix + length;
    std::int64_t stride = padded(keys);

    std::int64_t row_of_key(std::int64_t j) const {
        return j < prefix ? segment.prefix_begin + j : segment.begin + (j - prefix);
    }
    const T* q(std::int64_t i, std::int64_t head) const {
        return a.qkv + (segment.begin + i) * a.qkv_stride + head * a.head_dim;
    }
    std::int64_t k_offset() const { return (a.n_q + kv_head) * a.head_dim; }
    std::int64_t v_offset() const { return (a.n_q + a.n_kv + kv_head) * a.head_dim; }
    /// First key that query i sees, and one past the last.
    std::int64_t first(std::int64_t i) const {
        const std::int64_t end = last(i);
        return a.sliding_window > 0 && end > a.sliding_window ? end - a.sliding_window : 0;
    }
    std::int64_t last(std::int64_t i) const { return prefix + i + 1; }

    void transpose(std::int64_t offset, T* to) const {
        for (std::int64_t j = 0; j < keys; ++j) {
            const T* from = a.qkv + row_of_key(j) * a.qkv_stride + offset;
            for (std::int64_t d = 0; d < a.head_dim; ++d) to[d * stride + j] = from[d];
        }
    }
};

/// scores[begin..end) = scale * x . m[:, j]
template <typename T>
void project(const T* __restrict__ x,
             const T* __restrict__ m,
             T* __restrict__ scores,
             std::int64_t head_dim,
             std::int64_t stride,
             std::int64_t begin,
             std::int64_t end,
             T scale) {
#pragma omp simd
    for (std::int64_t j = begin; j < end; ++j) scores[j] = 0;
    std::int64_t d = 0;
    for (; d + 4 <= head_dim; d += 4) {
        const T x0 = x[d] * scale, x1 = x[d + 1] * scale, x2 = x[d + 2] * scale,
                x3 = x[d + 3] * scale;
        const T* r = m + d * stride;
#pragma omp simd
        for (std::int64_t j = begin; j < end; ++j) {
            scores[j] +=
                x0 * r[j] + x1 * r[stride + j] + x2 * r[2 * stride + j] + x3 * r[3 * stride + j];
        }
    }
    for (; d < head_dim; ++d) {
        const T xd = x[d] * scale;
#pragma omp simd
        for (std::int64_t j = begin; j < end; ++j) scores[j] += xd * m[d * stride + j];
    }
}

/// out[d] = sum_j w[j] * m[d, j]
template <typename T>
void combine(const T* __restrict__ w,
             const T* __restrict__ m,
             T* __restrict__ out,
             std::int64_t head_dim,
             std::int64_t stride,
             std::int64_t begin,
             std::int64_t end) {
    for (std::int64_t d = 0; d < head_dim; ++d) {
        const T* row = m + d * stride;
        T sum = 0;
#pragma omp simd reduction(+ : sum)
        for (std::int64_t j = begin; j < end; ++j) sum += w[j] * row[j];
        out[d] = sum;
    }
}

/// m[d, j] += x[d] * w[j]
template <typename T>
void outer(const T* __restrict__ x,
           const T* __restrict__ w,
           T* __restrict__ m,
           std::int64_t head_dim,
           std::int64_t stride,
           std::int64_t begin,
           std::int64_t end,
           T scale) {
    for (std::int64_t d = 0; d < head_dim; ++d) {
        const T xd = x[d] * scale;
        T* row = m + d * stride;
#pragma omp simd
        for (std::int64_t j = begin; j < end; ++j) row[j] += xd * w[j];
    }
}

/// Softmax in place, unnormalised: returns the sum; `peak` receives the maximum.
template <typename T>
T exponentiate(T* s, std::int64_t begin, std::int64_t end, T* peak) {
    T top = s[begin];
#pragma omp simd reduction(max : top)
    for (std::int64_t j = begin; j < end; ++j) top = s[j] > top ? s[j] : top;
    T sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t j = begin; j < end; ++j) {
        s[j] = vec_exp(s[j] - top);
        sum += s[j];
    }
    *peak = top;
    return sum;
}

template <typename T>
void forward_segment(const View<T>& v, T* scratch) {
    const AttnForward<T>& a = v.a;
    T* keys = scratch;
    T* values = keys + a.head_dim * v.stride;
    T* s = values + a.head_dim * v.stride;
    v.transpose(v.k_offset(), keys);
    v.transpose(v.v_offset(), values);
    const std::int64_t per_kv = a.n_q / a.n_kv;
    for (std::int64_t h = v.kv_head * per_kv; h < (v.kv_head + 1) * per_kv; ++h) {
        for (std::int64_t i = 0; i < v.length; ++i) {
            const std::int64_t begin = v.first(i);
            const std::int64_t end = v.last(i);
            project(v.q(i, h), keys, s, a.head_dim, v.stride, begin, end, a.scale);
            T peak = 0;
            const T sum = exponentiate(s, begin, end, &peak);
            const T inverse = T(1) / sum;
#pragma omp simd
            for (std::int64_t j = begin; j < end; ++j) s[j] *= inverse;
            const std::int64_t row = v.segment.begin + i;
            combine(s,
                    values,
                    a.out + row * a.n_q * a.head_dim + h * a.head_dim,
                    a.head_dim,
                    v.stride,
                    begin,
                    end);
            a.lse[row * a.n_q + h] = peak + std::log(sum);
        }
    }
}

template <typename T>
void backward_query(
    const View<T>& v, const AttnBackward<T>& b, std::int64_t i, std::int64_t h, T* const* m) {
    const AttnForward<T>& a = v.a;
    const std::int64_t row = v.segment.begin + i;
    const std::int64_t begin = v.first(i);
    const std::int64_t end = v.last(i);
    const T* dout = b.dout + row * a.n_q * a.head_dim + h * a.head_dim;
    const T* out = a.out + row * a.n_q * a.head_dim + h * a.head_dim;
    T delta = 0;
#pragma omp simd reduction(+ : delta)
    for (std::int64_t d = 0; d < a.head_dim; ++d) delta += dout[d] * out[d];
    T* p = m[4];
    T* ds = m[5];
    project(v.q(i, h), m[0], p, a.head_dim, v.stride, begin, end, a.scale);
    project(dout, m[1], ds, a.head_dim, v.stride, begin, end, T(1));
    const T lse = a.lse[row * a.n_q + h];
    const T scale = a.scale;
#pragma omp simd
    for (std::int64_t j = begin; j < end; ++j) {
        p[j] = vec_exp(p[j] - lse);
        ds[j] = p[j] * (ds[j] - delta) * scale;
    }
    combine(
        ds, m[0], b.dqkv + row * a.qkv_stride + h * a.head_dim, a.head_dim, v.stride, begin, end);
    outer(v.q(i, h), ds, m[2], a.head_dim, v.stride, begin, end, T(1));
    outer(dout, p, m[3], a.head_dim, v.stride, begin, end, T(1));
}

template <typename T>
void add_back(const View<T>& v, const AttnBackward<T>& b, const T* grad, std::int64_t offset) {
    for (std::int64_t j = 0; j < v.keys; ++j) {
        T* to = b.dqkv + v.row_of_key(j) * v.a.qkv_stride + offset;
        for (std::int64_t d = 0; d < v.a.head_dim; ++d) to[d] += grad[d * v.stride + j];
    }
}

/// m: keys, values, dkeys, dvalues [head_dim, stride] and two rows of scores.
template <typename T>
void backward_segment(const View<T>& v, const AttnBackward<T>& b, T* scratch) {
    const AttnForward<T>& a = v.a;
    const std::int64_t size = a.head_dim * v.stride;
    T* m[6] = {scratch,
               scratch + size,
               scratch + 2 * size,
               scratch + 3 * size,
               scratch + 4 * size,
               scratch + 4 * size + v.stride};
    v.transpose(v.k_offset(), m[0]);
    v.transpose(v.v_offset(), m[1]);
    for (std::int64_t n = 0; n < 2 * size; ++n) m[2][n] = 0;
    const std::int64_t per_kv = a.n_q / a.n_kv;
    for (std::int64_t h = v.kv_head * per_kv; h < (v.kv_head + 1) * per_kv; ++h) {
        for (std::int64_t i = 0; i < v.length; ++i) backward_query(v, b, i, h, m);
    }
    add_back(v, b, m[2], v.k_offset());
    add_back(v, b, m[3], v.v_offset());
}

template <typename T>
bool fits(const AttnForward<T>& a) {
    return a.n_clusters >= 0 && a.head_dim >= 1 && a.n_kv >= 1 && a.n_q % a.n_kv == 0 &&
           a.qkv_stride >= (a.n_q + 2 * a.n_kv) * a.head_dim;
}

template <typename T>
Status attn_forward_body(const AttnForward<T>& a) {
    if (!fits(a)) return Status::kInvalidArgument;
#pragma omp parallel for schedule(dynamic, 1)
    for (std::int64_t task = 0; task < a.n_clusters * a.n_kv; ++task) {
        static thread_local Scratch<T> scratch;
        const std::int64_t c = task / a.n_kv;
        for (std::int64_t n = a.clusters[c]; n < a.clusters[c + 1]; ++n) {
            const View<T> view{a, a.segments[n], task % a.n_kv};
            forward_segment(view, scratch.get((2 * a.head_dim + 1) * view.stride));
        }
    }
    return Status::kOk;
}

template <typename T>
void clear_keys(const AttnBackward<T>& b, const Segment& s, std::int64_t kv_head) {
    const AttnForward<T>& a = b.forward;
    for (std::int64_t row = s.begin; row < s.end; ++row) {
        T* dk = b.dqkv + row * a.qkv_stride + (a.n_q + kv_head) * a.head_dim;
        T* dv = dk + a.n_kv * a.head_dim;
        for (std::int64_t d = 0; d < a.head_dim; ++d) dk[d] = dv[d] = 0;
    }
}

template <typename T>
Status attn_backward_body(const AttnBackward<T>& b) {
    const AttnForward<T>& a = b.forward;
    if (!fits(a)) return Status::kInvalidArgument;
#pragma omp parallel for schedule(dynamic, 1)
    for (std::int64_t task = 0; task < a.n_clusters * a.n_kv; ++task) {
        static thread_local Scratch<T> scratch;
        const std::int64_t c = task / a.n_kv;
        for (std::int64_t n = a.clusters[c]; n < a.clusters[c + 1]; ++n)
            clear_keys(b, a.segments[n], task % a.n_kv);
        for (std::int64_t n = a.clusters[c]; n < a.clusters[c + 1]; ++n) {
            const View<T> view{a, a.segments[n], task % a.n_kv};
            backward_segment(view, b, scratch.get((4 * a.head_dim + 2) * view.stride));
        }
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(attn_forward, AttnForward<float>)
VT_KERNEL_ENTRY(attn_forward, AttnForward<double>)
VT_KERNEL_ENTRY(attn_backward, AttnBackward<float>)
VT_KERNEL_ENTRY(attn_backward, AttnBackward<double>)

}  // namespace veritune::kernels::cpu
