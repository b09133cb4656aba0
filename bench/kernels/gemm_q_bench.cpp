// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/kernel_bench.h"
#include "kernels/gemm_q.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <cstring>
#include <memory>

namespace veritune::kernels {
namespace {

std::unique_ptr<void, void (*)(void*)> pages(std::int64_t bytes, int fill) {
    void* memory = std::aligned_alloc(256, static_cast<std::size_t>((bytes + 255) / 256 * 256));
    std::memset(memory, fill, static_cast<std::size_t>(bytes));
    return {memory, std::free};
}

/// Arguments: n, k, m.
void gemm_q_twin(benchmark::State& state) {
    const std::int64_t n = state.range(0);
    const std::int64_t k = state.range(1);
    const std::int64_t m = state.range(2);
    const auto codes = pages(n / 16 * (k / 64) * kInt4TileBytes, 0x5a);
    const auto meta = pages(n / 16 * (k / 64) * 32, 0x3c);
    const auto x = pages(m * k * 2, 0x3c);
    const auto y = pages(m * n * 2, 0);
    const GemmQ args{.x = static_cast<const Bf16*>(x.get()),
                     .w = {.n = n,
                           .k = k,
                           .codes = static_cast<const std::uint8_t*>(codes.get()),
                           .meta = meta.get()},
                     .y = y.get(),
                     .m = m,
                     .x_stride = k,
                     .y_stride = n};
    const Cost cost = gemm_q_cost(args);
    bench::measure(state,
                   {.bytes = cost.bytes_read + cost.bytes_written,
                    .flops = cost.flops,
                    .rows = static_cast<double>(m)},
                   [&] { cpu::gemm_q(args); });
}
BENCHMARK(gemm_q_twin)->Args({1152, 896, 1})->Args({1152, 896, 16})->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
