// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/optim_bench.h"

namespace veritune::kernels {
namespace {

/// Arguments: blocks of 256 numbers, 8-bit moments or not.
void adamw8_twin(benchmark::State& state) {
    bench::OptimBench c(state.range(0), state.range(1) != 0);
    const AdamW8 args = c.args();
    const Cost cost = adamw8_cost(args);
    bench::measure(
        state, {.bytes = cost.bytes_read + cost.bytes_written}, [&] { cpu::adamw8(args); });
}
BENCHMARK(adamw8_twin)->Args({4096, 0})->Args({4096, 1})->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
