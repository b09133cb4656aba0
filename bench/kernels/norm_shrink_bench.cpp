// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/kernel_bench.h"
#include "kernels/norm_shrink.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// Arguments: m, k, rows of A.
void norm_shrink_twin(benchmark::State& state) {
    const std::int64_t m = state.range(0);
    const std::int64_t k = state.range(1);
    const std::int64_t a_rows = state.range(2);
    const auto bf16s = [](std::int64_t count) {
        std::vector<Bf16> v;
        for (const float x : bench::normals(count)) v.push_back(to_bf16(x));
        return v;
    };
    const std::vector<Bf16> residual = bf16s(m * k);
    const std::vector<Bf16> gamma = bf16s(k);
    const std::vector<Bf16> a = bf16s(a_rows * k);
    std::vector<Bf16> x(residual.size());
    std::vector<Bf16> xa(static_cast<std::size_t>(m * a_rows));
    const NormShrink args{.residual = residual.data(),
                          .gamma = gamma.data(),
                          .a = a.data(),
                          .x = x.data(),
                          .xa = xa.data(),
                          .m = m,
                          .k = k,
                          .a_rows = a_rows,
                          .residual_stride = k,
                          .x_stride = k,
                          .xa_stride = a_rows};
    const Cost cost = norm_shrink_cost(args);
    bench::measure(state,
                   {.bytes = cost.bytes_read + cost.bytes_written,
                    .flops = cost.flops,
                    .rows = static_cast<double>(m)},
                   [&] { cpu::norm_shrink(args); });
}
BENCHMARK(norm_shrink_twin)->Args({1, 896, 48})->Args({16, 896, 48})->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
