// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/kernel_bench.h"
#include "kernels/gemm_q_fast.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <cstring>
#include <memory>

namespace veritune::kernels {
namespace {

using Pages = std::unique_ptr<void, void (*)(void*)>;

Pages pages(std::int64_t bytes, int fill) {
    void* memory = std::aligned_alloc(256, static_cast<std::size_t>((bytes + 255) / 256 * 256));
    std::memset(memory, fill, static_cast<std::size_t>(bytes));
    return {memory, std::free};
}

/// Arguments: n, k, m, int8 (1) or int4 (0). The weights are of 12 layers, one after the other, so
/// that no cache holds them.
void gemm_q_fast(benchmark::State& state) {
    constexpr std::int64_t kLayers = 12;
    const std::int64_t n = state.range(0);
    const std::int64_t k = state.range(1);
    const std::int64_t m = state.range(2);
    const bool int8 = state.range(3) != 0;
    const std::int64_t tiles = n / 16 * (k / 64);
    const std::int64_t layer_codes = tiles * (int8 ? kInt8TileBytes : kInt4TileBytes);
    const std::int64_t layer_meta = (tiles * (int8 ? 16 : 32) + 255) / 256 * 256;
    const Pages codes = pages(kLayers * layer_codes, 0x5a);
    const Pages meta = pages(kLayers * layer_meta, int8 ? 3 : 0x3c);
    const Pages x = pages(m * k * 2, 0x3c);
    const Pages y = pages(m * n * 4, 0);
    const std::vector<float> factors(static_cast<std::size_t>(n), 0.01F);
    GemmQ args{.x = static_cast<const Bf16*>(x.get()),
               .w = {.kind = int8 ? QuantKind::kInt8 : QuantKind::kInt4,
                     .n = n,
                     .k = k,
                     .row_factor = factors.data()},
               .y = y.get(),
               .epilogue = GemmEpilogue::kStoreFp32,
               .m = m,
               .x_stride = k,
               .y_stride = n};
    std::int64_t layer = 0;
    const Cost cost = gemm_q_cost(args);
    bench::measure(
        state,
        {.bytes = cost.bytes_read + cost.bytes_written,
         .flops = cost.flops,
         .rows = static_cast<double>(m)},
        [&] {
            args.w.codes = static_cast<const std::uint8_t*>(codes.get()) + layer * layer_codes;
            args.w.meta = static_cast<const std::uint8_t*>(meta.get()) + layer * layer_meta;
            layer = (layer + 1) % kLayers;
            cpu::gemm_q_fast(args);
        });
}
/// Sums of 256 MB, read as fast as the processor can: what gemm_q_fast is held against.
void read_bandwidth(benchmark::State& state) {
    constexpr std::int64_t kBytes = std::int64_t{256} << 20;
    const Pages memory = pages(kBytes, 1);
    const auto* words = static_cast<const std::uint64_t*>(memory.get());
    bench::measure(state, {.bytes = static_cast<double>(kBytes), .flops = 0, .rows = 0}, [&] {
        std::uint64_t sum = 0;
#pragma omp parallel for schedule(static) reduction(+ : sum)
        for (std::int64_t i = 0; i < kBytes / 8; ++i) sum += words[i];
        benchmark::DoNotOptimize(sum);
    });
}
BENCHMARK(read_bandwidth)->UseRealTime();
BENCHMARK(gemm_q_fast)
    ->Args({9728, 896, 1, 0})
    ->Args({896, 4864, 1, 0})
    ->Args({17920, 1536, 1, 0})
    ->Args({151936, 896, 1, 1})
    ->Args({9728, 896, 16, 0})
    ->Args({9728, 896, 256, 0})
    ->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
