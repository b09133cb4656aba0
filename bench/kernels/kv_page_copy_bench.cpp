// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/paged_bench.h"
#include "kernels/kv_page_copy.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// Argument: layers; one page of a 0.5B model in each is copied.
void kv_page_copy_twin(benchmark::State& state) {
    bench::HostPool pool(2, kPageTokens, 2, 64);
    const std::vector<PagedKv> layers(static_cast<std::size_t>(state.range(0)), pool.kv);
    const std::vector<std::int32_t> pairs = {0, 1};
    const KvPageCopy args{
        .layers = layers.data(), .pairs = pairs.data(), .layer_count = state.range(0), .count = 1};
    const Cost cost = kv_page_copy_cost(args, pool.kv);
    bench::measure(state,
                   {.bytes = cost.bytes_read + cost.bytes_written, .flops = 0, .rows = 1},
                   [&] { cpu::kv_page_copy(args); });
}
BENCHMARK(kv_page_copy_twin)->Arg(24)->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
