// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/kernel_bench.h"
#include "kernels/swiglu.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// Arguments: rows, width.
void swiglu_forward(benchmark::State& state) {
    const std::int64_t rows = state.range(0);
    const std::int64_t width = state.range(1);
    const std::vector<float> gate_up = bench::normals(rows * width * 2);
    std::vector<float> h(static_cast<std::size_t>(rows * width));
    const SwigluForward<float> args{
        .gate_up = gate_up.data(), .h = h.data(), .rows = rows, .width = width};
    bench::measure(
        state,
        {.bytes = 12.0 * static_cast<double>(rows * width), .rows = static_cast<double>(rows)},
        [&] { cpu::swiglu_forward(args); });
}

void swiglu_backward(benchmark::State& state) {
    const std::int64_t rows = state.range(0);
    const std::int64_t width = state.range(1);
    const std::vector<float> gate_up = bench::normals(rows * width * 2);
    const std::vector<float> dh = bench::normals(rows * width);
    std::vector<float> dgate_up(gate_up.size());
    const SwigluBackward<float> args{.gate_up = gate_up.data(),
                                     .dh = dh.data(),
                                     .dgate_up = dgate_up.data(),
                                     .rows = rows,
                                     .width = width};
    bench::measure(
        state,
        {.bytes = 20.0 * static_cast<double>(rows * width), .rows = static_cast<double>(rows)},
        [&] { cpu::swiglu_backward(args); });
}

void shapes(benchmark::internal::Benchmark* b) {
    b->Args({256, 256})->Args({1440, 256})->Args({11000, 256})->Args({256, 1408})->UseRealTime();
}
BENCHMARK(swiglu_forward)->Apply(shapes);
BENCHMARK(swiglu_backward)->Apply(shapes);

}  // namespace
}  // namespace veritune::kernels
