// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/attn_varlen.h"
#include "tests/kernels/kernel_test.h"

namespace veritune::kernels::test {

/// Heads and packing of one attention call.
struct AttnShape {
    std::int64_t n_q, n_kv, head_dim;
    std::int64_t sliding_window;
    /// Clusters: first the prompt's length, then the lengths of the chains that name it as prefix.
    std::vector<std::vector<std::int64_t>> clusters;
};

inline std::vector<AttnShape> attn_shapes() {
    return {{4, 2, 24, 0, {}},
            {1, 1, 1, 0, {{1}}},
            {2, 2, 2, 0, {{1}, {3}, {2, 1, 4}}},
            {4, 2, 24, 0, {{45}, {17}, {1}, {20, 45, 1, 16, 33}}},
            {4, 2, 24, 7, {{45}, {17}, {20, 45, 1, 16, 33}}},
            {4, 1, 24, 16, {{3, 5, 21}, {35}}},
            {4, 1, 64, 0, {{16, 17, 1}, {50}}},
            {2, 2, 128, 0, {{5, 3, 19}}},
            {8, 2, 64, 0, {{24, 48, 48}, {72}}},
            {3, 1, 17, 0, {{9, 2}, {70, 1}}},
            {6, 2, 20, 33, {{40, 33, 5}, {100}}}};
}

/// Forward and backward of one packing. Rows carry padding behind k and v, and one row in front of
/// each cluster belongs to no segment: both hold NaN.
template <typename T>
struct AttnCase {
    explicit AttnCase(const AttnShape& shape)
        : s(shape) {
        std::int64_t rows = 0;
        for (const std::vector<std::int64_t>& lengths : s.clusters) {
            const std::int64_t begin = ++rows;
            const std::int64_t prompt_end = begin + lengths[0];
            segments.push_back({.begin = begin, .end = prompt_end});
            rows = prompt_end;
            for (std::size_t n = 1; n < lengths.size(); ++n) {
                segments.push_back({rows, rows + lengths[n], begin, prompt_end});
                rows += lengths[n];
            }
            clusters.push_back(static_cast<std::int64_t>(segments.size()));
        }
        allocate(rows);
    }

    void allocate(std::int64_t n_rows) {
        rows = n_rows;
        const std::int64_t out_width = s.n_q * s.head_dim;
        qkv = poisoned_rows<T>(rows, width, stride, 1);
        dout = normals<T>(rows * out_width, 2);
        out = Buffer<T>(rows * out_width);
        lse = Buffer<T>(rows * s.n_q);
        dqkv = Buffer<T>(rows * stride);
        std::vector<bool> used(static_cast<std::size_t>(rows), false);
        for (const Segment& g : segments) {
            for (std::int64_t row = g.begin; row < g.end; ++row) {
                used[static_cast<std::size_t>(row)] = true;
            }
        }
        const T nan = std::numeric_limits<T>::quiet_NaN();
        for (std::int64_t row = 0; row < rows; ++row) {
            if (used[static_cast<std::size_t>(row)]) continue;
            for (std::int64_t k = 0; k < stride; ++k) qkv[row * stride + k] = nan;
            for (std::int64_t k = 0; k < out_width; ++k) dout[row * out_width + k] = nan;
        }
    }

    AttnForward<T> args() {
        return {.qkv = qkv.data(),
                .out = out.data(),
                .lse = lse.data(),
                .segments = segments.data(),
                .clusters = clusters.data(),
                .n_clusters = static_cast<std::int64_t>(clusters.size()) - 1,
                .n_q = s.n_q,
                .n_kv = s.n_kv,
                .head_dim = s.head_dim,
                .qkv_stride = stride,
                .sliding_window = s.sliding_window,
                .scale = static_cast<T>(scale)};
    }
    std::vector<Buffer<T>*> outputs() { return {&out, &lse}; }

    AttnShape s;
    std::int64_t width = (s.n_q + 2 * s.n_kv) * s.head_dim;
    std::int64_t stride = width + 5;
    double scale = 1 / std::sqrt(static_cast<double>(s.head_dim));
    std::int64_t rows = 0;
    std::vector<Segment> segments;
    std::vector<std::int64_t> clusters = {0};
    Buffer<T> qkv, out, lse, dout, dqkv;
};

/// The backward call of a case whose forward pass has run.
template <typename T>
struct AttnBackwardCase : AttnCase<T> {
    explicit AttnBackwardCase(const AttnShape& shape)
        : AttnBackwardCase(AttnCase<T>(shape)) {}
    explicit AttnBackwardCase(const AttnCase<T>& forward)
        : AttnCase<T>(forward) {
        cpu::attn_forward(AttnCase<T>::args());
    }
    AttnBackward<T> args() {
        return {
            .forward = AttnCase<T>::args(), .dout = this->dout.data(), .dqkv = this->dqkv.data()};
    }
    std::vector<Buffer<T>*> outputs() { return {&this->dqkv}; }
};

/// Textbook attention in fp64, one query and one key at a time; rows of no segment stay NaN.
template <typename T>
struct AttnReference {
    explicit AttnReference(const AttnCase<T>& attn_case)
        : c(attn_case),
          out(c.out.size()),
          lse(c.lse.size()),
          dqkv(c.dqkv.size()) {
        for (const Segment& g : c.segments) {
            for (std::int64_t row = g.begin; row < g.end; ++row) {
                for (std::int64_t k = 0; k < c.width; ++k) dqkv[row * c.stride + k] = 0;
            }
        }
        for (const Segment& g : c.segments) {
            for (std::int64_t row = g.begin; row < g.end; ++row) {
                for (std::int64_t h = 0; h < c.s.n_q; ++h) query(visible(g, row), row, h);
            }
        }
    }

    /// Rows of the keys that a query sees, oldest first.
    std::vector<std::int64_t> visible(const Segment& g, std::int64_t row) const {
        std::vector<std::int64_t> keys;
        for (std::int64_t r = g.prefix_begin; r < g.prefix_end; ++r) keys.push_back(r);
        for (std::int64_t r = g.begin; r <= row; ++r) keys.push_back(r);
        const auto window = static_cast<std::size_t>(c.s.sliding_window);
        if (window > 0 && keys.size() > window) {
            keys.erase(keys.begin(), keys.end() - static_cast<std::ptrdiff_t>(window));
        }
        return keys;
    }

    void query(const std::vector<std::int64_t>& keys, std::int64_t row, std::int64_t h) {
        const std::int64_t dim = c.s.head_dim;
        const std::int64_t kv = h / (c.s.n_q / c.s.n_kv);
        const std::int64_t q = row * c.stride + h * dim;
        const std::int64_t o = (row * c.s.n_q + h) * dim;
        const std::int64_t k_at = (c.s.n_q + kv) * dim;
        const std::int64_t v_at = (c.s.n_q + c.s.n_kv + kv) * dim;
        const double scale = static_cast<T>(c.scale);
        std::vector<double> p;
        double sum = 0;
        for (const std::int64_t key : keys) {
            double score = 0;
            for (std::int64_t d = 0; d < dim; ++d) {
                score += double(c.qkv[q + d]) * c.qkv[key * c.stride + k_at + d];
            }
            p.push_back(score * scale);
        }
        double top = p[0];
        for (const double x : p) top = x > top ? x : top;
        for (const double x : p) sum += std::exp(x - top);
        lse[row * c.s.n_q + h] = top + std::log(sum);
        for (double& x : p) x = std::exp(x - top) / sum;
        double delta = 0;
        for (std::int64_t d = 0; d < dim; ++d) {
            out[o + d] = 0;
            for (std::size_t j = 0; j < keys.size(); ++j) {
                out[o + d] += p[j] * c.qkv[keys[j] * c.stride + v_at + d];
            }
            delta += out[o + d] * c.dout[o + d];
        }
        for (std::size_t j = 0; j < keys.size(); ++j) {
            const std::int64_t key = keys[j] * c.stride;
            double dp = 0;
            for (std::int64_t d = 0; d < dim; ++d)
                dp += double(c.dout[o + d]) * c.qkv[key + v_at + d];
            const double ds = p[j] * (dp - delta) * scale;
            for (std::int64_t d = 0; d < dim; ++d) {
                dqkv[key + v_at + d] += p[j] * c.dout[o + d];
                dqkv[key + k_at + d] += ds * c.qkv[q + d];
                dqkv[q + d] += ds * c.qkv[key + k_at + d];
            }
        }
    }

    const AttnCase<T>& c;
    Buffer<double> out, lse, dqkv;
};

}  // namespace veritune::kernels::test
