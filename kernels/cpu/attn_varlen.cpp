// SPDX-License-Identifier: Apache-2.0
#include "kernels/attn_varlen.h"

#include "kernels/cpu/arguments.h"
#include "kernels/cpu/product.h"
#include "kernels/cpu/scratch.h"
#include "kernels/cpu/softmax_block.h"

namespace veritune::kernels::cpu {
namespace VT_ISA {
namespace {

/// Queries that share one pass over the keys.
constexpr std::int64_t kQueries = 16;
/// Multiplications that are worth a second thread.
constexpr std::int64_t kParallelProducts = 400000;

/// One segment seen by one key/value head: the keys of prefix and segment are counted through.
template <typename T>
struct View {
    const AttnForward<T>& a;
    Segment segment;
    std::int64_t kv_head;
    std::int64_t prefix = segment.prefix_end - segment.prefix_begin;
    std::int64_t length = segment.end - segment.begin;
    std::int64_t keys = prefix + length;
    std::int64_t stride = padded(keys);
    std::int64_t width = padded(a.head_dim);

    std::int64_t row_of_key(std::int64_t j) const {
        return j < prefix ? segment.prefix_begin + j : segment.begin + (j - prefix);
    }
    std::int64_t k_offset() const { return (a.n_q + kv_head) * a.head_dim; }
    std::int64_t v_offset() const { return (a.n_q + a.n_kv + kv_head) * a.head_dim; }
    std::int64_t first_head() const { return kv_head * (a.n_q / a.n_kv); }
    std::int64_t end_head() const { return (kv_head + 1) * (a.n_q / a.n_kv); }
    /// First key that query i sees, and one past the last.
    std::int64_t first(std::int64_t i) const {
        const std::int64_t end = last(i);
        return a.sliding_window > 0 && end > a.sliding_window ? end - a.sliding_window : 0;
    }
    std::int64_t last(std::int64_t i) const { return prefix + i + 1; }

    /// [head_dim, stride]; behind the keys it stays what it was, and the scores of those are
    /// replaced
    void copy_transposed(std::int64_t offset, T* to) const {
        for (std::int64_t j = 0; j < keys; ++j) {
            const T* from = a.qkv + row_of_key(j) * a.qkv_stride + offset;
            for (std::int64_t d = 0; d < a.head_dim; ++d) to[d * stride + j] = from[d];
        }
    }
    /// [keys, width], zeros behind head_dim
    void copy_rows(std::int64_t offset, T* to) const {
        for (std::int64_t j = 0; j < keys; ++j) {
            const T* from = a.qkv + row_of_key(j) * a.qkv_stride + offset;
            for (std::int64_t d = 0; d < a.head_dim; ++d) to[j * width + d] = from[d];
            fill(to + j * width, a.head_dim, width, T(0));
        }
    }
};

/// Queries [i, i + count) of one head and the keys [begin, end) that one of them sees; begin and
/// the number of columns are multiples of kPad.
template <typename T>
struct Block {
    const View<T>& v;
    std::int64_t head;
    std::int64_t i;
    std::int64_t count = v.length - i < kQueries ? v.length - i : kQueries;
    std::int64_t begin = v.first(i) / kPad * kPad;
    std::int64_t end = v.last(i + count - 1);
    std::int64_t columns = padded(end - begin);

    std::int64_t row(std::int64_t r) const { return v.segment.begin + i + r; }
    /// First column that query r sees, and one past the last.
    std::int64_t first(std::int64_t r) const { return v.first(i + r) - begin; }
    std::int64_t last(std::int64_t r) const { return v.last(i + r) - begin; }

    /// to [kQueries, width]: rows of a matrix with n_q heads a row, times scale; zeros behind
    /// head_dim
    void copy_rows(const T* from, std::int64_t stride, T scale, T* to) const {
        for (std::int64_t r = 0; r < count; ++r) {
            const T* x = from + row(r) * stride + head * v.a.head_dim;
            for (std::int64_t d = 0; d < v.a.head_dim; ++d) to[r * v.width + d] = x[d] * scale;
            fill(to + r * v.width, v.a.head_dim, v.width, T(0));
        }
    }
    /// scores [kQueries, stride] = x [kQueries, width] times a transposed matrix of the keys
    void project(const T* x, const T* transposed, T* scores) const {
        multiply(Product<T>{.a = x,
                            .a_row = v.width,
                            .b = transposed + begin,
                            .b_row = v.stride,
                            .c = scores,
                            .c_row = v.stride,
                            .rows = count,
                            .columns = columns,
                            .depth = v.a.head_dim});
    }
    /// to [kQueries, width] = weights [kQueries, stride] times rows of the keys
    void combine(const T* weights, const T* rows, T* to) const {
        multiply(Product<T>{.a = weights,
                            .a_row = v.stride,
                            .b = rows + begin * v.width,
                            .b_row = v.width,
                            .c = to,
                            .c_row = v.width,
                            .rows = count,
                            .columns = v.width,
                            .depth = end - begin});
    }
    /// to [keys, width] += weights transposed times x [kQueries, width]
    void add_outer(const T* weights, const T* x, T* to) const {
        multiply_add(Product<T>{.a = weights,
                                .a_row = 1,
                                .a_step = v.stride,
                                .b = x,
                                .b_row = v.width,
                                .c = to + begin * v.width,
                                .c_row = v.width,
                                .rows = end - begin,
                                .columns = v.width,
                                .depth = count});
    }
};

template <typename T>
std::int64_t forward_scratch(const View<T>& v) {
    return v.a.head_dim * v.stride + v.stride * v.width + kQueries * (2 * v.width + v.stride);
}

/// out and log-sum-exp of a block whose scores are filled in.
template <typename T>
void finish_forward(const Block<T>& b, T* scores, const T* values, T* out) {
    const AttnForward<T>& a = b.v.a;
    for (std::int64_t r = 0; r < b.count; ++r) {
        fill(scores + r * b.v.stride, 0, b.first(r), minus_infinity<T>());
        fill(scores + r * b.v.stride, b.last(r), b.columns, minus_infinity<T>());
    }
    T peak[kQueries] = {};
    T sum[kQueries] = {};
    exponentiate(scores, b.v.stride, b.count, b.columns, peak, sum);
    b.combine(scores, values, out);
    for (std::int64_t r = 0; r < b.count; ++r) {
        const T inverse = T(1) / sum[r];
        T* to = a.out + (b.row(r) * a.n_q + b.head) * a.head_dim;
        for (std::int64_t d = 0; d < a.head_dim; ++d) to[d] = out[r * b.v.width + d] * inverse;
    }
    for (std::int64_t r = 0; r < b.count; ++r) {
        a.lse[b.row(r) * a.n_q + b.head] = peak[r] + std::log(sum[r]);
    }
}

template <typename T>
void forward_segment(const View<T>& v, T* scratch) {
    const AttnForward<T>& a = v.a;
    T* keys = scratch;
    T* values = keys + a.head_dim * v.stride;
    T* q = values + v.stride * v.width;
    T* out = q + kQueries * v.width;
    T* scores = out + kQueries * v.width;
    v.copy_transposed(v.k_offset(), keys);
    v.copy_rows(v.v_offset(), values);
    for (std::int64_t h = v.first_head(); h < v.end_head(); ++h) {
        for (std::int64_t i = 0; i < v.length; i += kQueries) {
            const Block<T> b{v, h, i};
            b.copy_rows(a.qkv, a.qkv_stride, a.scale, q);
            b.project(q, keys, scores);
            finish_forward(b, scores, values, out);
        }
    }
}

/// Scratch of the backward pass of one segment and key/value head.
template <typename T>
struct Gradients {
    T* keys;      ///< [head_dim, stride]
    T* values;    ///< [head_dim, stride]
    T* key_rows;  ///< [stride, width]
    T* dkeys;     ///< [stride, width]
    T* dvalues;   ///< [stride, width]
    T* q;         ///< [kQueries, width], scaled
    T* dout;      ///< [kQueries, width]
    T* dq;        ///< [kQueries, width]
    T* weights;   ///< [kQueries, stride]
    T* dscores;   ///< [kQueries, stride]

    static std::int64_t scratch(const View<T>& v) {
        return 2 * v.a.head_dim * v.stride + 3 * v.stride * v.width +
               kQueries * (3 * v.width + 2 * v.stride);
    }
    Gradients(const View<T>& v, T* scratch)
        : keys(scratch),
          values(keys + v.a.head_dim * v.stride),
          key_rows(values + v.a.head_dim * v.stride),
          dkeys(key_rows + v.stride * v.width),
          dvalues(dkeys + v.stride * v.width),
          q(dvalues + v.stride * v.width),
          dout(q + kQueries * v.width),
          dq(dout + kQueries * v.width),
          weights(dq + kQueries * v.width),
          dscores(weights + kQueries * v.stride) {}
};

/// weights = softmax from the kept log-sum-exp; dscores = weights * (dweights - delta).
template <typename T>
void backward_row(const Block<T>& b, const Gradients<T>& m, std::int64_t r) {
    const AttnForward<T>& a = b.v.a;
    const T* out = a.out + (b.row(r) * a.n_q + b.head) * a.head_dim;
    const T* dout = m.dout + r * b.v.width;
    T delta = 0;
    for (std::int64_t d = 0; d < a.head_dim; ++d) delta += dout[d] * out[d];
    const T lse = a.lse[b.row(r) * a.n_q + b.head];
    T* p = m.weights + r * b.v.stride;
    T* ds = m.dscores + r * b.v.stride;
    for (std::int64_t j = 0; j < b.columns; j += kLanes<T>) {
        const Vec<T> weight = vec_exp(load(p + j) - lse);
        store(p + j, weight);
        store(ds + j, weight * (load(ds + j) - delta));
    }
    fill(p, 0, b.first(r), T(0));
    fill(ds, 0, b.first(r), T(0));
    fill(p, b.last(r), b.columns, T(0));
    fill(ds, b.last(r), b.columns, T(0));
}

template <typename T>
void add_back(const View<T>& v, const AttnBackward<T>& b, const T* grad, std::int64_t offset) {
    for (std::int64_t j = 0; j < v.keys; ++j) {
        T* to = b.dqkv + v.row_of_key(j) * v.a.qkv_stride + offset;
        for (std::int64_t d = 0; d < v.a.head_dim; ++d) to[d] += grad[j * v.width + d];
    }
}

template <typename T>
void backward_segment(const View<T>& v, const AttnBackward<T>& args, const Gradients<T>& m) {
    const AttnForward<T>& a = v.a;
    v.copy_transposed(v.k_offset(), m.keys);
    v.copy_transposed(v.v_offset(), m.values);
    v.copy_rows(v.k_offset(), m.key_rows);
    fill(m.dkeys, 0, v.stride * v.width, T(0));
    fill(m.dvalues, 0, v.stride * v.width, T(0));
    for (std::int64_t h = v.first_head(); h < v.end_head(); ++h) {
        for (std::int64_t i = 0; i < v.length; i += kQueries) {
            const Block<T> b{v, h, i};
            b.copy_rows(a.qkv, a.qkv_stride, a.scale, m.q);
            b.copy_rows(args.dout, a.n_q * a.head_dim, T(1), m.dout);
            b.project(m.q, m.keys, m.weights);
            b.project(m.dout, m.values, m.dscores);
            for (std::int64_t r = 0; r < b.count; ++r) backward_row(b, m, r);
            b.combine(m.dscores, m.key_rows, m.dq);
            b.add_outer(m.dscores, m.q, m.dkeys);
            b.add_outer(m.weights, m.dout, m.dvalues);
            for (std::int64_t r = 0; r < b.count; ++r) {
                T* dq = args.dqkv + b.row(r) * a.qkv_stride + h * a.head_dim;
                for (std::int64_t d = 0; d < a.head_dim; ++d)
                    dq[d] = m.dq[r * v.width + d] * a.scale;
            }
        }
    }
    add_back(v, args, m.dkeys, v.k_offset());
    add_back(v, args, m.dvalues, v.v_offset());
}

/// A chain's prefix lies in a segment of its own cluster, or another thread would own the rows that
/// its gradient goes to.
template <typename T>
bool owns_prefix(const AttnForward<T>& a, std::int64_t cluster, const Segment& s) {
    if (s.prefix_begin == s.prefix_end) return true;
    for (std::int64_t n = a.clusters[cluster]; n < a.clusters[cluster + 1]; ++n) {
        if (a.segments[n].begin <= s.prefix_begin && s.prefix_end <= a.segments[n].end) return true;
    }
    return false;
}

/// Multiplications of the forward pass for one query head's element, or -1 when a segment does not
/// fit.
template <typename T>
std::int64_t count_pairs(const AttnForward<T>& a) {
    std::int64_t pairs = 0;
    for (std::int64_t c = 0; c < a.n_clusters; ++c) {
        if (a.clusters[c] < 0 || a.clusters[c] > a.clusters[c + 1]) return -1;
        for (std::int64_t n = a.clusters[c]; n < a.clusters[c + 1]; ++n) {
            const Segment& s = a.segments[n];
            if (s.begin < 0 || s.begin > s.end || s.prefix_begin < 0 ||
                s.prefix_begin > s.prefix_end || !owns_prefix(a, c, s)) {
                return -1;
            }
            const std::int64_t length = s.end - s.begin;
            pairs += length * (s.prefix_end - s.prefix_begin + (length + 1) / 2);
        }
    }
    return pairs;
}

/// Multiplications of the forward pass, or -1 when an argument does not fit.
template <typename T>
std::int64_t products(const AttnForward<T>& a) {
    if (a.n_clusters < 0 || a.head_dim < 1 || a.n_kv < 1 || a.n_q < 1 || a.n_q % a.n_kv != 0 ||
        a.qkv_stride < (a.n_q + 2 * a.n_kv) * a.head_dim || a.sliding_window < 0) {
        return -1;
    }
    if (a.n_clusters == 0) return 0;
    if (!all_set(a.qkv, a.out, a.lse, a.segments, a.clusters)) return -1;
    const std::int64_t pairs = count_pairs(a);
    return pairs < 0 ? -1 : 2 * pairs * a.n_q * a.head_dim;
}

template <typename T>
Status attn_forward_body(const AttnForward<T>& a) {
    const std::int64_t work = products(a);
    if (work < 0) return Status::kInvalidArgument;
#pragma omp parallel for schedule(dynamic, 1) if (work > kParallelProducts)
    for (std::int64_t task = 0; task < a.n_clusters * a.n_kv; ++task) {
        static thread_local Scratch<T> scratch;
        const std::int64_t c = task / a.n_kv;
        for (std::int64_t n = a.clusters[c]; n < a.clusters[c + 1]; ++n) {
            const View<T> view{a, a.segments[n], task % a.n_kv};
            forward_segment(view, scratch.get(forward_scratch(view)));
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
    const std::int64_t work = products(a);
    if (work < 0 || (a.n_clusters > 0 && !all_set(b.dout, b.dqkv))) {
        return Status::kInvalidArgument;
    }
#pragma omp parallel for schedule(dynamic, 1) if (work > kParallelProducts / 2)
    for (std::int64_t task = 0; task < a.n_clusters * a.n_kv; ++task) {
        static thread_local Scratch<T> scratch;
        const std::int64_t c = task / a.n_kv;
        for (std::int64_t n = a.clusters[c]; n < a.clusters[c + 1]; ++n)
            clear_keys(b, a.segments[n], task % a.n_kv);
        for (std::int64_t n = a.clusters[c]; n < a.clusters[c + 1]; ++n) {
            const View<T> view{a, a.segments[n], task % a.n_kv};
            backward_segment(view, b, Gradients<T>(view, scratch.get(Gradients<T>::scratch(view))));
        }
    }
    return Status::kOk;
}

/// Calls visit(key row) for all that a row sees, ascending.
template <typename Visit>
void for_each_key(const AttnSpan& span, std::int64_t row, const Visit& visit) {
    for (std::int64_t key = span.prefix_begin; key < span.prefix_end; ++key) visit(key);
    for (std::int64_t key = span.own_begin; key <= row; ++key) visit(key);
}

float row_dot(const Bf16* a, const Bf16* b, std::int64_t n) {
    float sum = 0;
    for (std::int64_t i = 0; i < n; ++i) sum += to_float(a[i]) * to_float(b[i]);
    return sum;
}

void attend_row(
    const AttnRows& a, std::int64_t row, std::int64_t head, float* sums, float* scores) {
    const std::int64_t d = a.head_dim;
    const std::int64_t kv = head / (a.n_q / a.n_kv);
    const Bf16* q = a.qkv + row * a.qkv_stride + head * d;
    const Bf16* keys = a.qkv + (a.n_q + kv) * d;
    const Bf16* values = keys + a.n_kv * d;
    float top = -__builtin_inff();
    std::int64_t count = 0;
    for_each_key(a.span[row], row, [&](std::int64_t key) {
        const float s = row_dot(q, keys + key * a.qkv_stride, d) * a.scale;
        scores[count++] = s;
        top = s > top ? s : top;
    });
    float sum = 0;
    for (std::int64_t i = 0; i < d; ++i) sums[i] = 0;
    count = 0;
    for_each_key(a.span[row], row, [&](std::int64_t key) {
        const float p = std::exp(scores[count++] - top);
        sum += p;
        const Bf16* v = values + key * a.qkv_stride;
        for (std::int64_t i = 0; i < d; ++i) sums[i] += p * to_float(v[i]);
    });
    Bf16* out = a.out + row * a.out_stride + head * d;
    for (std::int64_t i = 0; i < d; ++i) out[i] = to_bf16(count > 0 ? sums[i] / sum : 0.0F);
    a.lse[row * a.n_q + head] = count > 0 ? top + std::log(sum) : 0.0F;
}

Status attn_rows_body(const AttnRows& a) {
    if (!is_valid(a)) return Status::kInvalidArgument;
#pragma omp parallel for schedule(dynamic, 4)
    for (std::int64_t row = 0; row < a.rows; ++row) {
        static thread_local Scratch<float> scratch;
        float* memory = scratch.get(a.rows + a.head_dim);
        for (std::int64_t head = 0; head < a.n_q; ++head) {
            attend_row(a, row, head, memory + a.rows, memory);
        }
    }
    return Status::kOk;
}

/// One query row of one head: dq is written, dk and dv [rows, head_dim] of its key head added to.
void backward_row(const AttnRowsBackward& b,
                  std::int64_t row,
                  std::int64_t head,
                  float* dq,
                  float* dk,
                  float* dv) {
    const AttnRows& a = b.forward;
    const std::int64_t d = a.head_dim;
    const std::int64_t kv = head / (a.n_q / a.n_kv);
    const Bf16* q = a.qkv + row * a.qkv_stride + head * d;
    const Bf16* keys = a.qkv + (a.n_q + kv) * d;
    const Bf16* values = keys + a.n_kv * d;
    const Bf16* dout = b.dout + row * b.dout_stride + head * d;
    const float delta = row_dot(dout, a.out + row * a.out_stride + head * d, d);
    b.delta[row * a.n_q + head] = delta;
    const float lse = a.lse[row * a.n_q + head];
    for (std::int64_t i = 0; i < d; ++i) dq[i] = 0;
    for_each_key(a.span[row], row, [&](std::int64_t key) {
        const Bf16* k = keys + key * a.qkv_stride;
        const float p = std::exp(row_dot(q, k, d) * a.scale - lse);
        const float ds = p * (row_dot(dout, values + key * a.qkv_stride, d) - delta) * a.scale;
        for (std::int64_t i = 0; i < d; ++i) {
            dq[i] += ds * to_float(k[i]);
            dk[key * d + i] += ds * to_float(q[i]);
            dv[key * d + i] += p * to_float(dout[i]);
        }
    });
    Bf16* to = b.dqkv + row * a.qkv_stride + head * d;
    for (std::int64_t i = 0; i < d; ++i) to[i] = to_bf16(dq[i]);
}

Status attn_rows_backward_body(const AttnRowsBackward& b) {
    if (!is_valid(b)) return Status::kInvalidArgument;
    const AttnRows& a = b.forward;
    const std::int64_t size = a.rows * a.head_dim;
#pragma omp parallel for schedule(static)
    for (std::int64_t kv = 0; kv < a.n_kv; ++kv) {
        static thread_local Scratch<float> scratch;
        float* dk = scratch.get(2 * size + a.head_dim);
        float* dv = dk + size;
        for (std::int64_t i = 0; i < 2 * size; ++i) dk[i] = 0;
        const std::int64_t heads = a.n_q / a.n_kv;
        for (std::int64_t row = 0; row < a.rows; ++row) {
            for (std::int64_t h = 0; h < heads; ++h) {
                backward_row(b, row, kv * heads + h, dv + size, dk, dv);
            }
        }
        for (std::int64_t row = 0; row < a.rows; ++row) {
            Bf16* to = b.dqkv + row * a.qkv_stride + (a.n_q + kv) * a.head_dim;
            for (std::int64_t i = 0; i < a.head_dim; ++i) {
                to[i] = to_bf16(dk[row * a.head_dim + i]);
                to[a.n_kv * a.head_dim + i] = to_bf16(dv[row * a.head_dim + i]);
            }
        }
    }
    return Status::kOk;
}

}  // namespace
}  // namespace VT_ISA

VT_KERNEL_ENTRY(attn_rows, AttnRows)
VT_KERNEL_ENTRY(attn_rows_backward, AttnRowsBackward)
VT_KERNEL_ENTRY(attn_forward, AttnForward<float>)
VT_KERNEL_ENTRY(attn_forward, AttnForward<double>)
VT_KERNEL_ENTRY(attn_backward, AttnBackward<float>)
VT_KERNEL_ENTRY(attn_backward, AttnBackward<double>)

}  // namespace veritune::kernels::cpu
