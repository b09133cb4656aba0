// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/kernel_bench.h"
#include "kernels/gemm_chain.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <cstring>
#include <memory>

namespace veritune::kernels {
namespace {

/// Arguments: k = n, m. One phase: what the chain adds to gemm_q on the CPU is nothing.
void gemm_chain_twin(benchmark::State& state) {
    const std::int64_t k = state.range(0);
    const std::int64_t m = state.range(1);
    const auto memory = [](std::int64_t bytes, int fill) {
        void* at = std::aligned_alloc(256, static_cast<std::size_t>((bytes + 255) / 256 * 256));
        std::memset(at, fill, static_cast<std::size_t>(bytes));
        return std::unique_ptr<void, void (*)(void*)>(at, std::free);
    };
    const auto codes = memory(k / 16 * (k / 64) * kInt4TileBytes, 0x5a);
    const auto meta = memory(k / 16 * (k / 64) * 32, 0x3c);
    const auto x = memory(m * k * 2, 0x3c);
    const auto scratch = memory(m * k * 2, 0);
    const auto y = memory(m * k * 2, 0);
    const auto words = memory(1 << 16, 0);
    GemmChain c;
    c.phase[0].gemm = {.x = static_cast<const Bf16*>(x.get()),
                       .w = {.n = k,
                             .k = k,
                             .codes = static_cast<const std::uint8_t*>(codes.get()),
                             .meta = meta.get()},
                       .y = y.get(),
                       .m = m,
                       .x_stride = k,
                       .y_stride = k};
    c.phase[0].gamma = static_cast<const Bf16*>(x.get());
    c.count = 1;
    c.partial = static_cast<float*>(words.get());
    c.sync = static_cast<std::uint32_t*>(words.get());
    c.x = static_cast<Bf16*>(scratch.get());
    c.xa = c.x;
    const Cost cost = gemm_chain_cost(c);
    bench::measure(state,
                   {.bytes = cost.bytes_read + cost.bytes_written, .flops = cost.flops},
                   [&] { cpu::gemm_chain(c); });
}
BENCHMARK(gemm_chain_twin)->Args({896, 1})->Args({896, 2})->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
