// SPDX-License-Identifier: Apache-2.0
// What a verdict costs in this process, in a worker process and in a worker in a jail: the
// difference is the round trip. Args: bytes of the completion.
#include "core/verify/worker_fleet.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>

namespace veritune::verify {
namespace {

enum class Where { kHere, kProcess, kJail };

VerifyRequest request_of(std::size_t bytes) {
    VerifyRequest request;
    request.problem_id = "p";
    request.verifier = "integer";
    request.gold = 42;
    request.completion = std::string(bytes, 'x') + " \\boxed{42}";
    return request;
}

void verdict(benchmark::State& state, Where where) {
    std::unique_ptr<SandboxClient> sandbox;
    if (where == Where::kJail) {
        auto started = SandboxClient::start({.program = VERITUNE_BIN_DIR "/veritune-sandbox",
                                             .parallel = 1,
                                             .extra_arguments = {}});
        if (!started || !(*started)->status().runs_programs()) {
            state.SkipWithError("no jail on this machine");
            return;
        }
        sandbox = std::move(started).value();
    }
    WorkerFleet fleet({.workers = 1, .program = VERITUNE_BIN_DIR "/veritune", .on_crash = {}},
                      sandbox.get());
    LocalVerifier local(nullptr);
    RequestVerifier& verifier =
        where == Where::kHere ? static_cast<RequestVerifier&>(local) : fleet;
    const VerifyRequest request = request_of(static_cast<std::size_t>(state.range(0)));
    for (int i = 0; i < 100; ++i) (void)verifier.verify(request);
    for (auto _ : state) {
        const Verdict verdict = verifier.verify(request);
        if (verdict.status != VerdictStatus::kCorrect) state.SkipWithError("a wrong verdict");
        benchmark::DoNotOptimize(verdict);
    }
    state.counters["verdicts/s"] =
        benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(verdict, here, Where::kHere)->Arg(100)->Arg(10000)->UseRealTime();
BENCHMARK_CAPTURE(verdict, process, Where::kProcess)->Arg(100)->Arg(10000)->UseRealTime();
BENCHMARK_CAPTURE(verdict, jail, Where::kJail)->Arg(100)->Arg(10000)->UseRealTime();

}  // namespace
}  // namespace veritune::verify
