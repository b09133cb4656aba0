// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/kernel_bench.h"
#include "kernels/gemm_large.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// Arguments: m, n, k. The twin is a specification, not a fast path.
void gemm_large(benchmark::State& state) {
    const std::int64_t m = state.range(0);
    const std::int64_t n = state.range(1);
    const std::int64_t k = state.range(2);
    const std::vector<Bf16> a(static_cast<std::size_t>(m * k), to_bf16(0.5F));
    const std::vector<Bf16> b(static_cast<std::size_t>(n * k), to_bf16(0.25F));
    std::vector<float> c(static_cast<std::size_t>(m * n));
    const GemmLarge args{.a = a.data(),
                         .b = b.data(),
                         .c = c.data(),
                         .fp32 = true,
                         .m = m,
                         .n = n,
                         .k = k,
                         .lda = k,
                         .ldb = k,
                         .ldc = n};
    const Cost cost = gemm_large_cost(args);
    bench::measure(state,
                   {.bytes = cost.bytes_read + cost.bytes_written, .flops = cost.flops},
                   [&] { cpu::gemm_large(args); });
}
BENCHMARK(gemm_large)->Args({256, 512, 896})->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
