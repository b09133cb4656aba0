// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/paged_bench.h"
#include "kernels/embed_gather.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// Argument: rows of 896 elements out of a table of 4,096.
void embed_gather_twin(benchmark::State& state) {
    const std::int64_t rows = state.range(0);
    const std::vector<Bf16> table = bench::bf16_normals(std::int64_t{4096} * 896);
    const std::vector<std::int32_t> token = bench::ids(rows, 4096);
    std::vector<Bf16> out(static_cast<std::size_t>(rows * 896));
    const EmbedGather args{.table = table.data(),
                           .token = token.data(),
                           .out = out.data(),
                           .rows = rows,
                           .width = 896,
                           .vocab = 4096};
    const Cost cost = embed_gather_cost(args);
    bench::measure(state,
                   {.bytes = cost.bytes_read + cost.bytes_written,
                    .flops = 0,
                    .rows = static_cast<double>(rows)},
                   [&] { cpu::embed_gather(args); });
}
BENCHMARK(embed_gather_twin)->Arg(1)->Arg(256)->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
