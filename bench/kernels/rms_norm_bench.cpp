// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/kernel_bench.h"
#include "kernels/rms_norm.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// Arguments: rows, width.
void rms_norm_forward(benchmark::State& state) {
    const std::int64_t rows = state.range(0);
    const std::int64_t width = state.range(1);
    const std::vector<float> x = bench::normals(rows * width);
    const std::vector<float> gamma = bench::normals(width);
    std::vector<float> y(x.size());
    std::vector<float> rstd(static_cast<std::size_t>(rows));
    const RmsNormForward<float> args{.x = x.data(),
                                     .gamma = gamma.data(),
                                     .y = y.data(),
                                     .rstd = rstd.data(),
                                     .rows = rows,
                                     .width = width,
                                     .x_stride = width,
                                     .y_stride = width};
    bench::measure(
        state,
        {.bytes = 8.0 * static_cast<double>(rows * width), .rows = static_cast<double>(rows)},
        [&] { cpu::rms_norm_forward(args); });
}

void rms_norm_backward(benchmark::State& state) {
    const std::int64_t rows = state.range(0);
    const std::int64_t width = state.range(1);
    const std::vector<float> x = bench::normals(rows * width);
    const std::vector<float> gamma = bench::normals(width);
    const std::vector<float> rstd(static_cast<std::size_t>(rows), 1.0F);
    std::vector<float> dx(x.size());
    std::vector<float> dgamma(gamma.size());
    std::vector<float> partial(
        static_cast<std::size_t>((rows + kRmsNormBlock - 1) / kRmsNormBlock * width));
    const RmsNormBackward<float> args{.dy = x.data(),
                                      .x = x.data(),
                                      .gamma = gamma.data(),
                                      .rstd = rstd.data(),
                                      .dx = dx.data(),
                                      .dgamma = dgamma.data(),
                                      .partial = partial.data(),
                                      .rows = rows,
                                      .width = width,
                                      .dy_stride = width,
                                      .x_stride = width,
                                      .dx_stride = width};
    bench::measure(
        state,
        {.bytes = 12.0 * static_cast<double>(rows * width), .rows = static_cast<double>(rows)},
        [&] { cpu::rms_norm_backward(args); });
}

void shapes(benchmark::internal::Benchmark* b) {
    b->Args({256, 96})->Args({1440, 96})->Args({11000, 96})->Args({256, 512})->UseRealTime();
}
BENCHMARK(rms_norm_forward)->Apply(shapes);
BENCHMARK(rms_norm_backward)->Apply(shapes);

}  // namespace
}  // namespace veritune::kernels
