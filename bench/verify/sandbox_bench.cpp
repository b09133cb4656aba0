// SPDX-License-Identifier: Apache-2.0
// Programs a second in jails, as many at once as the machine has cores. Args: cases a program.
#include "core/verify/sandbox_client.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace veritune::verify {
namespace {

void programs(benchmark::State& state) {
    const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    auto client = SandboxClient::start({.program = VERITUNE_BIN_DIR "/veritune-sandbox",
                                        .parallel = cores,
                                        .extra_arguments = {}});
    if (!client || !(*client)->status().runs_programs()) {
        state.SkipWithError("no jail on this machine");
        return;
    }
    ProgramJob job;
    job.program = "from typing import List\ndef f(x: int) -> List[int]:\n    return [x, x * x]\n";
    for (int i = 0; i < static_cast<int>(state.range(0)); ++i) {
        job.cases.push_back({.kind = CaseKind::kCall,
                             .setup = {},
                             .call = "f(" + std::to_string(i) + ")",
                             .input = {}});
    }
    constexpr int kPrograms = 100;
    for (auto _ : state) {
        std::vector<std::jthread> threads;
        for (int t = 0; t < cores; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < kPrograms / cores; ++i) {
                    benchmark::DoNotOptimize((*client)->run(job));
                }
            });
        }
    }
    const auto done = static_cast<double>(state.iterations()) * (kPrograms / cores * cores);
    state.counters["programs/s"] = benchmark::Counter(done, benchmark::Counter::kIsRate);
}
BENCHMARK(programs)->Arg(1)->Arg(8)->Arg(32)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace veritune::verify
