// SPDX-License-Identifier: Apache-2.0
#include "core/data/generators.h"
#include "core/verify/verifier_pool.h"

#include <benchmark/benchmark.h>

#include <string>
#include <utility>
#include <vector>

namespace veritune::verify {
namespace {

/// Demonstrations as a policy in the middle of its training writes them: three of five fully right.
std::vector<VerifyRequest> chains(const std::string& family) {
    const util::Result<std::vector<data::Problem>> problems =
        data::generate_problems({.family = family, .count = 4096, .error_rate = 0.1});
    std::vector<VerifyRequest> requests;
    for (const data::Problem& problem : *problems) {
        requests.push_back(request_for(problem));
        requests.back().completion = problem.solution;
    }
    return requests;
}

/// The whole path of a verdict on one core: schema, verifier, blame, hash, time. items_per_second =
/// verdicts/s.
void verify_one_by_one(benchmark::State& state, const std::string& family) {
    const std::vector<VerifyRequest> requests = chains(family);
    std::size_t next = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(verify_request(requests[next]));
        next = (next + 1) % requests.size();
    }
    state.SetItemsProcessed(state.iterations());
}

void verify_in_pool(benchmark::State& state) {
    const std::vector<VerifyRequest> requests = chains("mod");
    const VerifierPool pool(static_cast<int>(state.range(0)));
    for (auto _ : state) benchmark::DoNotOptimize(pool.verify(requests));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(requests.size()));
}

/// items_per_second = problems/s.
void generate_demonstrations(benchmark::State& state) {
    const data::GeneratorOptions options{.count = state.range(0), .error_rate = 0.1};
    for (auto _ : state) benchmark::DoNotOptimize(data::generate_problems(options));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK_CAPTURE(verify_one_by_one, mod, std::string("mod"));
BENCHMARK_CAPTURE(verify_one_by_one, bool, std::string("bool"));
BENCHMARK_CAPTURE(verify_one_by_one, trace, std::string("trace"));
BENCHMARK(verify_in_pool)->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(generate_demonstrations)->Arg(20'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace veritune::verify
