// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/kernel_bench.h"
#include "kernels/sample.h"

#include <benchmark/benchmark.h>

#include <algorithm>

namespace veritune::kernels {
namespace {

/// Arguments: rows, vocabulary, temperature in per cent. The logits are overwritten by a call, so
/// every call starts with a copy of them (counted in the bytes).
void sample(benchmark::State& state) {
    const std::int64_t rows = state.range(0);
    const std::int64_t vocab = state.range(1);
    const std::vector<float> logits = bench::normals(rows * vocab, 2.0);
    std::vector<float> work(logits.size());
    std::vector<float> uniform(static_cast<std::size_t>(rows));
    util::Rng rng(3, util::RngStream::kTest);
    for (float& u : uniform) u = rng.uniform();
    std::vector<std::int32_t> token(uniform.size());
    std::vector<float> logprob(uniform.size());
    std::vector<float> entropy(uniform.size());
    const Sample<float> args{.logits = work.data(),
                             .uniform = uniform.data(),
                             .token = token.data(),
                             .logprob = logprob.data(),
                             .entropy = entropy.data(),
                             .rows = rows,
                             .vocab = vocab,
                             .temperature = static_cast<float>(state.range(2)) / 100.0F};
    bench::measure(
        state,
        {.bytes = 16.0 * static_cast<double>(rows * vocab), .rows = static_cast<double>(rows)},
        [&] {
            std::copy(logits.begin(), logits.end(), work.begin());
            cpu::sample(args);
        });
}
BENCHMARK(sample)
    ->Args({256, 36, 100})
    ->Args({256, 36, 0})
    ->Args({256, 4096, 100})
    ->Args({16, 151936, 100})
    ->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
