// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/kernel_bench.h"
#include "kernels/block_digest.h"

namespace veritune::kernels {
namespace {

/// Argument: words.
void block_digest_twin(benchmark::State& state) {
    const std::vector<std::uint32_t> words(static_cast<std::size_t>(state.range(0)), 7);
    std::vector<std::uint64_t> digest((words.size() + 255) / 256);
    const BlockDigest args{.words = words.data(), .digest = digest.data(), .count = state.range(0)};
    bench::measure(
        state, {.bytes = block_digest_cost(args).bytes_read}, [&] { cpu::block_digest(args); });
}
BENCHMARK(block_digest_twin)->Arg(1 << 22)->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
