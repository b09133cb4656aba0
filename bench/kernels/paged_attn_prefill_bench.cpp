// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/paged_bench.h"
#include "kernels/paged_attn_prefill.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// Arguments: rows, tokens of the chain with them. The CPU twin at the heads of a 0.5B model.
void paged_attn_prefill_twin(benchmark::State& state) {
    const std::int64_t rows = state.range(0);
    const std::int64_t tokens = state.range(1);
    bench::HostPool pool(1, tokens, 2, 64);
    const std::vector<Bf16> q = bench::bf16_normals(rows * 14 * 64);
    std::vector<Bf16> out(q.size());
    std::vector<std::int32_t> positions;
    for (std::int64_t r = 0; r < rows; ++r) {
        positions.push_back(static_cast<std::int32_t>(tokens - rows + r));
    }
    const PagedAttnPrefill args{.q = q.data(),
                                .positions = positions.data(),
                                .out = out.data(),
                                .kv = pool.kv,
                                .table = pool.pages(),
                                .rows = rows,
                                .q_heads = 14,
                                .scale = 0.125F};
    const Cost cost = paged_attn_prefill_cost(args, tokens - rows);
    bench::measure(state,
                   {.bytes = 0, .flops = cost.flops, .rows = static_cast<double>(rows)},
                   [&] { cpu::paged_attn_prefill(args); });
}
BENCHMARK(paged_attn_prefill_twin)->Args({64, 256})->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
