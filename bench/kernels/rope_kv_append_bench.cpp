// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/paged_bench.h"
#include "kernels/rope_kv_append.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// Argument: rows. The CPU twin at the heads of a 0.5B model.
void rope_kv_append_twin(benchmark::State& state) {
    const std::int64_t rows = state.range(0);
    bench::HostPool pool(rows, kPageTokens, 2, 64);
    const std::vector<Bf16> qkv = bench::bf16_normals(rows * 18 * 64);
    std::vector<Bf16> q(static_cast<std::size_t>(rows * 14 * 64));
    const std::vector<float> turns = bench::normals(kPageTokens * 32);
    const std::vector<std::int32_t> positions(static_cast<std::size_t>(rows), 17);
    const RopeKvAppend args{.qkv = qkv.data(),
                            .positions = positions.data(),
                            .cos = turns.data(),
                            .sin = turns.data(),
                            .q = q.data(),
                            .kv = pool.kv,
                            .table = pool.pages(),
                            .rows = rows,
                            .q_heads = 14,
                            .qkv_stride = 18 * 64,
                            .max_positions = kPageTokens};
    const Cost cost = rope_kv_append_cost(args);
    bench::measure(state,
                   {.bytes = cost.bytes_read + cost.bytes_written,
                    .flops = cost.flops,
                    .rows = static_cast<double>(rows)},
                   [&] { cpu::rope_kv_append(args); });
}
BENCHMARK(rope_kv_append_twin)->Arg(1)->Arg(64)->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
