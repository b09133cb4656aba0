// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/kernel_bench.h"
#include "kernels/attn_decode.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// Arguments: rows, query heads, key/value heads, head size, prompt tokens, own tokens. Eight rows
/// share a prompt.
struct Decode {
    std::int64_t rows, n_q, n_kv, head_dim, prompt, own;
    std::int64_t capacity = 128;
    std::int64_t stride = (n_q + 2 * n_kv) * head_dim;
    std::vector<float> qkv = bench::normals(rows * stride);
    std::vector<float> out = std::vector<float>(static_cast<std::size_t>(rows * n_q * head_dim));
    std::vector<float> prompt_keys = bench::normals((rows + 7) / 8 * n_kv * head_dim * capacity);
    std::vector<float> prompt_values = prompt_keys;
    std::vector<float> keys = bench::normals(rows * n_kv * head_dim * capacity);
    std::vector<float> values = keys;
    std::vector<std::int32_t> prompt_entry, prompt_length, entry, own_length, position;

    explicit Decode(const benchmark::State& s)
        : rows(s.range(0)),
          n_q(s.range(1)),
          n_kv(s.range(2)),
          head_dim(s.range(3)),
          prompt(s.range(4)),
          own(s.range(5)) {
        for (std::int64_t row = 0; row < rows; ++row) {
            prompt_entry.push_back(static_cast<std::int32_t>(row / 8));
            prompt_length.push_back(static_cast<std::int32_t>(prompt));
            entry.push_back(static_cast<std::int32_t>(row));
            own_length.push_back(static_cast<std::int32_t>(own));
            position.push_back(static_cast<std::int32_t>(own - 1));
        }
    }
};

void attn_decode(benchmark::State& state) {
    Decode d(state);
    const AttnDecode<float> args{.qkv = d.qkv.data(),
                                 .out = d.out.data(),
                                 .prompts = {d.prompt_keys.data(), d.prompt_values.data(), 128},
                                 .chains = {d.keys.data(), d.values.data(), 128},
                                 .prompt_entry = d.prompt_entry.data(),
                                 .prompt_length = d.prompt_length.data(),
                                 .chain_entry = d.entry.data(),
                                 .own_length = d.own_length.data(),
                                 .rows = d.rows,
                                 .n_q = d.n_q,
                                 .n_kv = d.n_kv,
                                 .head_dim = d.head_dim,
                                 .qkv_stride = d.stride,
                                 .scale = 0.2F};
    const auto keys = static_cast<double>(d.rows * (d.prompt + d.own) * d.head_dim);
    bench::measure(state,
                   {.bytes = 8.0 * keys * static_cast<double>(d.n_kv),
                    .flops = 4.0 * keys * static_cast<double>(d.n_q),
                    .rows = static_cast<double>(d.rows)},
                   [&] { cpu::attn_decode(args); });
}
BENCHMARK(attn_decode)
    ->Args({256, 4, 2, 24, 20, 25})
    ->Args({256, 4, 2, 24, 24, 45})
    ->Args({16, 4, 2, 24, 24, 45})
    ->Args({256, 8, 2, 64, 24, 48})
    ->UseRealTime();

void kv_append(benchmark::State& state) {
    Decode d(state);
    const KvAppend<float> args{.qkv = d.qkv.data(),
                               .entry = d.entry.data(),
                               .position = d.position.data(),
                               .store = {d.keys.data(), d.values.data(), 128},
                               .rows = d.rows,
                               .n_q = d.n_q,
                               .n_kv = d.n_kv,
                               .head_dim = d.head_dim,
                               .qkv_stride = d.stride};
    bench::measure(state,
                   {.bytes = 16.0 * static_cast<double>(d.rows * d.n_kv * d.head_dim),
                    .rows = static_cast<double>(d.rows)},
                   [&] { cpu::kv_append(args); });
}
BENCHMARK(kv_append)->Args({256, 4, 2, 24, 24, 45})->Args({256, 8, 2, 64, 24, 48})->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
