// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/kernel_bench.h"
#include "kernels/attn_varlen.h"

#include <benchmark/benchmark.h>

#include <cmath>

namespace veritune::kernels {
namespace {

/// Arguments: groups, chains a group, prompt tokens, tokens a chain, query heads, key/value heads,
/// head size. No chains: the groups are examples of `prompt` tokens.
struct Packed {
    std::int64_t n_q, n_kv, head_dim;
    std::int64_t rows = 0;
    double pairs = 0;  ///< (query, key) pairs of one head
    std::vector<Segment> segments;
    std::vector<std::int64_t> clusters = {0};
    std::vector<float> qkv, out, lse, dout, dqkv;

    explicit Packed(const benchmark::State& s)
        : n_q(s.range(4)),
          n_kv(s.range(5)),
          head_dim(s.range(6)) {
        const std::int64_t prompt = s.range(2);
        const std::int64_t length = s.range(3);
        for (std::int64_t g = 0; g < s.range(0); ++g) {
            const Segment head{.begin = rows, .end = rows + prompt};
            add(head);
            for (std::int64_t c = 0; c < s.range(1); ++c) {
                add({rows, rows + length, head.begin, head.end});
            }
            clusters.push_back(static_cast<std::int64_t>(segments.size()));
        }
        qkv = bench::normals(rows * (n_q + 2 * n_kv) * head_dim);
        dqkv.resize(qkv.size());
        out.resize(static_cast<std::size_t>(rows * n_q * head_dim));
        lse.resize(static_cast<std::size_t>(rows * n_q));
        dout = bench::normals(rows * n_q * head_dim);
    }

    void add(const Segment& s) {
        const auto length = static_cast<double>(s.end - s.begin);
        segments.push_back(s);
        rows = s.end;
        pairs += length * (static_cast<double>(s.prefix_end - s.prefix_begin) + (length + 1) / 2);
    }

    AttnForward<float> args() {
        return {.qkv = qkv.data(),
                .out = out.data(),
                .lse = lse.data(),
                .segments = segments.data(),
                .clusters = clusters.data(),
                .n_clusters = static_cast<std::int64_t>(clusters.size()) - 1,
                .n_q = n_q,
                .n_kv = n_kv,
                .head_dim = head_dim,
                .qkv_stride = (n_q + 2 * n_kv) * head_dim,
                .scale = 1.0F / std::sqrt(static_cast<float>(head_dim))};
    }

    bench::Work work(double products) const {
        const auto size = static_cast<double>(n_q * head_dim);
        return {.flops = 2.0 * products * pairs * size, .rows = static_cast<double>(rows)};
    }
};

void attn_forward(benchmark::State& state) {
    Packed p(state);
    bench::measure(state, p.work(2), [&] { cpu::attn_forward(p.args()); });
}

void attn_backward(benchmark::State& state) {
    Packed p(state);
    cpu::attn_forward(p.args());
    const AttnBackward<float> args{
        .forward = p.args(), .dout = p.dout.data(), .dqkv = p.dqkv.data()};
    bench::measure(state, p.work(5), [&] { cpu::attn_backward(args); });
}

void shapes(benchmark::internal::Benchmark* b) {
    b->Args({32, 0, 45, 0, 4, 2, 24})      // 1,440 rows of examples
        ->Args({244, 0, 45, 0, 4, 2, 24})  // 11,000 rows of examples
        ->Args({28, 8, 24, 45, 4, 2, 24})  // 10,752 rows of groups
        ->Args({4, 0, 72, 0, 8, 2, 64})
        ->Args({32, 8, 24, 48, 8, 2, 64})
        ->UseRealTime();
}
BENCHMARK(attn_forward)->Apply(shapes);
BENCHMARK(attn_backward)->Apply(shapes);

}  // namespace
}  // namespace veritune::kernels
