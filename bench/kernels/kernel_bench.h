// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/util/rng.h"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

namespace veritune::kernels::bench {

/// Standard normal numbers times `scale`; the same on every run.
inline std::vector<float> normals(std::int64_t count, double scale = 1.0) {
    util::Rng rng(1, util::RngStream::kTest);
    std::vector<float> v(static_cast<std::size_t>(count));
    for (float& x : v) x = static_cast<float>(scale * rng.normal());
    return v;
}

/// Ids in [0, n).
inline std::vector<std::int32_t> ids(std::int64_t count, std::int64_t n) {
    util::Rng rng(2, util::RngStream::kTest);
    std::vector<std::int32_t> v(static_cast<std::size_t>(count));
    for (std::int32_t& x : v) {
        x = static_cast<std::int32_t>(rng.below(static_cast<std::uint64_t>(n)));
    }
    return v;
}

/// What one call does, in the units of the reports.
struct Work {
    double bytes = 0;  ///< read and written, each buffer once
    double flops = 0;
    double rows = 0;
};

/// Runs `call` until the clock is sure and prints GB/s, GFLOP/s and rows/s of those that are set.
template <typename Call>
void measure(benchmark::State& state, const Work& work, const Call& call) {
    call();  // first touch of scratch and threads
    for (auto _ : state) {
        call();
        benchmark::ClobberMemory();
    }
    using benchmark::Counter;
    const auto rate = Counter::kIsIterationInvariantRate;
    if (work.bytes > 0) state.counters["GB/s"] = Counter(work.bytes * 1e-9, rate);
    if (work.flops > 0) state.counters["GFLOP/s"] = Counter(work.flops * 1e-9, rate);
    if (work.rows > 0) state.counters["rows/s"] = Counter(work.rows, rate);
}

}  // namespace veritune::kernels::bench
