// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/paged_bench.h"
#include "kernels/paged_attn_decode.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// Arguments: chains, tokens. The CPU twin at the heads of a 0.5B model; bench/gpu/attention times
/// the card.
void paged_attn_decode_twin(benchmark::State& state) {
    const std::int64_t chains = state.range(0);
    const std::int64_t tokens = state.range(1);
    bench::HostPool pool(chains, tokens, 2, 64);
    const std::vector<Bf16> q = bench::bf16_normals(chains * 14 * 64);
    std::vector<Bf16> out(q.size());
    const std::vector<std::int32_t> positions(static_cast<std::size_t>(chains),
                                              static_cast<std::int32_t>(tokens - 1));
    float partial = 0;
    std::uint32_t arrived = 0;
    const PagedAttnDecode args{.q = q.data(),
                               .positions = positions.data(),
                               .out = out.data(),
                               .partial = &partial,
                               .arrived = &arrived,
                               .kv = pool.kv,
                               .table = pool.pages(),
                               .chains = chains,
                               .q_heads = 14,
                               .max_splits = (tokens + kSplitTokens - 1) / kSplitTokens,
                               .scale = 0.125F};
    const Cost cost = paged_attn_decode_cost(args, static_cast<double>(chains * tokens));
    bench::measure(state,
                   {.bytes = cost.bytes_read + cost.bytes_written,
                    .flops = cost.flops,
                    .rows = static_cast<double>(chains)},
                   [&] { cpu::paged_attn_decode(args); });
}
BENCHMARK(paged_attn_decode_twin)->Args({1, 1024})->Args({8, 256})->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
