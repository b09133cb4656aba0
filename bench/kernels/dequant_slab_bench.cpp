// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/device_buffer.h"
#include "bench/kernels/kernel_bench.h"
#include "kernels/dequant_slab.h"

namespace veritune::kernels {
namespace {

/// One slab of gate_up of a 7B model: 3,584 inputs of 4,096 rows, 29 MB of bf16.
void dequant_slab_gate_up(benchmark::State& state) {
    const Backend backend = state.range(0) == 0 ? Backend::kCpu : Backend::kCuda;
    if (backend == Backend::kCuda && cuda::device_count() == 0) {
        state.SkipWithError("no CUDA device");
        return;
    }
    const auto kind = static_cast<QuantKind>(state.range(1));
    const auto order = static_cast<SlabOrder>(state.range(2));
    const std::int64_t n = 4096;
    const std::int64_t k = 3584;
    const auto weights = static_cast<std::size_t>(n * k);
    const bench::Buffer codes(backend, weights, 0x35);
    const bench::Buffer meta(backend, weights / 8, 3);
    const bench::Buffer out(backend, 2 * weights, 0);
    const DequantSlabArgs args{.w = {.kind = kind,
                                     .n = n,
                                     .k = k,
                                     .codes = codes.as<std::uint8_t>(),
                                     .meta = meta.as<void>()},
                               .row_begin = 0,
                               .row_end = n,
                               .k_begin = 0,
                               .k_end = k,
                               .order = order,
                               .out = out.as<Bf16>(),
                               .ld = order == SlabOrder::kNk ? k : n};
    const Cost cost = dequant_slab_cost(args);
    const int calls = bench::calls_of(backend);
    bench::measure(state, {.bytes = (cost.bytes_read + cost.bytes_written) * calls}, [&] {
        for (int i = 0; i < calls; ++i) {
            benchmark::DoNotOptimize(dequant_slab(backend, args));
        }
        if (backend == Backend::kCuda) benchmark::DoNotOptimize(cuda::synchronize({}));
    });
}
BENCHMARK(dequant_slab_gate_up)
    ->ArgNames({"cuda", "kind", "kn"})
    ->ArgsProduct({{0, 1}, {0, 1, 2}, {0, 1}})
    ->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
