// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/optim_bench.h"

namespace veritune::kernels {
namespace {

/// Argument: blocks of 256 numbers.
void grad_norm_twin(benchmark::State& state) {
    bench::OptimBench c(state.range(0), true);
    const GradNormBlocks args = c.norm_args();
    bench::measure(state, {.bytes = grad_norm_blocks_cost(args).bytes_read}, [&] {
        cpu::grad_norm_blocks(args);
    });
}
BENCHMARK(grad_norm_twin)->Arg(4096)->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
