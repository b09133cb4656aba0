// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/kernel_bench.h"
#include "kernels/head_rows.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// Arguments: rows, vocabulary.
struct Head {
    std::int64_t rows, vocab;
    std::vector<float> logits = bench::normals(rows * vocab, 2.0);
    std::vector<std::int32_t> target = bench::ids(rows, vocab);
    std::vector<float> logprob = std::vector<float>(static_cast<std::size_t>(rows));
    std::vector<float> entropy = logprob;
    std::vector<float> lse = logprob;
    std::vector<float> g = bench::normals(rows, 1e-3);

    HeadForward<float> forward() {
        return {.logits = logits.data(),
                .target = target.data(),
                .logprob = logprob.data(),
                .entropy = entropy.data(),
                .lse = lse.data(),
                .rows = rows,
                .vocab = vocab};
    }
};

void head_forward(benchmark::State& state) {
    Head h{state.range(0), state.range(1)};
    const auto size = static_cast<double>(h.rows * h.vocab);
    bench::measure(state, {.bytes = 4.0 * size, .rows = static_cast<double>(h.rows)}, [&] {
        cpu::head_forward(h.forward());
    });
}

/// With the entropy term when the third argument is 1.
void head_backward(benchmark::State& state) {
    Head h{state.range(0), state.range(1)};
    cpu::head_forward(h.forward());
    const HeadBackward<float> args{.logits = h.logits.data(),
                                   .target = h.target.data(),
                                   .lse = h.lse.data(),
                                   .entropy = h.entropy.data(),
                                   .g = h.g.data(),
                                   .a = state.range(2) != 0 ? h.g.data() : nullptr,
                                   .rows = h.rows,
                                   .vocab = h.vocab};
    const auto size = static_cast<double>(h.rows * h.vocab);
    bench::measure(state, {.bytes = 8.0 * size, .rows = static_cast<double>(h.rows)}, [&] {
        cpu::head_backward(args);
    });
}

BENCHMARK(head_forward)
    ->Args({256, 36})
    ->Args({1440, 36})
    ->Args({11000, 36})
    ->Args({256, 4096})
    ->Args({64, 151936})
    ->UseRealTime();
BENCHMARK(head_backward)
    ->Args({256, 36, 0})
    ->Args({1440, 36, 0})
    ->Args({11000, 36, 0})
    ->Args({11000, 36, 1})
    ->Args({256, 4096, 0})
    ->Args({64, 151936, 0})
    ->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
