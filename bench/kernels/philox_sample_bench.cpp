// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/kernel_bench.h"
#include "kernels/philox_sample.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// Arguments: rows, vocabulary. The twin is a specification, not a fast path: what it costs says
/// how long the tests take.
void philox_sample(benchmark::State& state) {
    const std::int64_t rows = state.range(0);
    const std::int64_t vocab = state.range(1);
    const std::vector<float> logits = bench::normals(rows * vocab, 2.0);
    const SamplingParams params{.seed = 1};
    std::vector<std::uint64_t> chain(static_cast<std::size_t>(rows), 7);
    std::vector<std::int32_t> position(chain.size(), 3);
    std::vector<std::int32_t> token(chain.size());
    std::vector<float> logprob(chain.size());
    std::vector<float> entropy(chain.size());
    const PhiloxSample args{.logits = logits.data(),
                            .logits_stride = vocab,
                            .rows = rows,
                            .vocab = vocab,
                            .params = &params,
                            .params_stride = 0,
                            .chain = chain.data(),
                            .position = position.data(),
                            .token = token.data(),
                            .logprob = logprob.data(),
                            .entropy = entropy.data()};
    bench::measure(
        state,
        {.bytes = philox_sample_cost(args).bytes_read, .rows = static_cast<double>(rows)},
        [&] { cpu::philox_sample(args); });
}
BENCHMARK(philox_sample)->Args({16, 4096})->Args({1, 152064})->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
