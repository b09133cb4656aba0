// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/kernel_bench.h"
#include "kernels/advance.h"

#include <benchmark/benchmark.h>

namespace veritune::kernels {
namespace {

/// Argument: slots. Every slot runs and none needs a page or ends.
void advance_twin(benchmark::State& state) {
    const std::int64_t slots = state.range(0);
    const auto count = static_cast<std::size_t>(slots);
    std::vector<std::int32_t> token(count);
    std::vector<std::int32_t> position(count, 1);
    std::vector<std::int32_t> limit(count, 1 << 30);
    std::vector<std::int32_t> finish(count);
    std::vector<std::int32_t> table(count * 8);
    std::vector<std::int32_t> free_pages(1);
    std::vector<std::int32_t> written(count);
    std::vector<std::int32_t> ring_token(count * 32);
    std::vector<float> ring_number(count * 32);
    std::vector<float> number(count);
    std::int32_t free_count = 0;
    std::int32_t live = 0;
    const Advance args{.state = {.token = token.data(),
                                 .position = position.data(),
                                 .limit = limit.data(),
                                 .finish = finish.data(),
                                 .table = table.data(),
                                 .free_pages = free_pages.data(),
                                 .free_count = &free_count,
                                 .written = written.data(),
                                 .ring_token = ring_token.data(),
                                 .ring_logprob = ring_number.data(),
                                 .ring_entropy = ring_number.data(),
                                 .live = &live,
                                 .slots = slots,
                                 .max_pages = 8,
                                 .ring = 32},
                       .sampled = token.data(),
                       .logprob = number.data(),
                       .entropy = number.data()};
    bench::measure(state, {.bytes = 0, .flops = 0, .rows = static_cast<double>(slots)}, [&] {
        position.assign(count, 1);
        cpu::advance(args);
    });
}
BENCHMARK(advance_twin)->Arg(64)->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
