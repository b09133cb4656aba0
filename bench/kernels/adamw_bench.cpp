// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/kernel_bench.h"
#include "kernels/adamw.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// Parameters of the demo model and of a model with 25 million.
void adamw_step(benchmark::State& state) {
    const std::int64_t n = state.range(0);
    std::vector<float> param = bench::normals(n);
    std::vector<float> m(param.size(), 0.0F);
    std::vector<float> v(param.size(), 0.0F);
    const std::vector<float> grad = bench::normals(n, 1e-2);
    AdamW<float> args{.param = param.data(),
                      .m = m.data(),
                      .v = v.data(),
                      .grad = grad.data(),
                      .count = n,
                      .learning_rate = 1e-3};
    bench::measure(state, {.bytes = 28.0 * static_cast<double>(n)}, [&] {
        cpu::adamw(args);
        ++args.step;
    });
}
BENCHMARK(adamw_step)->Arg(450000)->Arg(25000000)->UseRealTime();

void grad_norm(benchmark::State& state) {
    const std::int64_t n = state.range(0);
    const std::vector<float> grad = bench::normals(n);
    double sum = 0;
    std::int32_t bad = 0;
    const GradNorm<float> args{
        .grad = grad.data(), .count = n, .sum_of_squares = &sum, .non_finite = &bad};
    bench::measure(state, {.bytes = 4.0 * static_cast<double>(n)}, [&] { cpu::grad_norm(args); });
}
BENCHMARK(grad_norm)->Arg(450000)->Arg(25000000)->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
