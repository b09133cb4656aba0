// SPDX-License-Identifier: Apache-2.0
#include "bench/kernels/device_buffer.h"
#include "bench/kernels/kernel_bench.h"
#include "kernels/quantize.h"

namespace veritune::kernels {
namespace {

std::vector<Bf16> weights(std::int64_t count) {
    std::vector<Bf16> w(static_cast<std::size_t>(count));
    const std::vector<float> some = bench::normals(1 << 16, 0.02);
    for (std::size_t i = 0; i < w.size(); ++i) w[i] = to_bf16(some[(i * 7919) % some.size()]);
    return w;
}

Backend backend_of(const benchmark::State& state) {
    return state.range(0) == 0 ? Backend::kCpu : Backend::kCuda;
}

template <typename Call>
void measure_calls(
    benchmark::State& state, Backend backend, const Cost& cost, double weights, const Call& call) {
    const int calls = bench::calls_of(backend);
    bench::measure(
        state,
        {.bytes = (cost.bytes_read + cost.bytes_written) * calls, .rows = weights * calls},
        [&] {
            for (int i = 0; i < calls; ++i) benchmark::DoNotOptimize(call());
            if (backend == Backend::kCuda) {
                benchmark::DoNotOptimize(cuda::synchronize({}));
            }
        });
}

/// A 7B model has 6.5 thousand million such weights: rows/s is weights/s.
void quantize_int4_layer(benchmark::State& state) {
    const Backend backend = backend_of(state);
    if (backend == Backend::kCuda && cuda::device_count() == 0) {
        state.SkipWithError("no CUDA device");
        return;
    }
    const std::int64_t n = 4096;
    const std::int64_t k = 3584;
    const auto count = static_cast<std::size_t>(n * k);
    const bench::Buffer w(backend, 2 * count, 0);
    benchmark::DoNotOptimize(w.assign(weights(n * k).data(), 2 * count));
    const bench::Buffer codes(backend, count / 2, 0);
    const bench::Buffer meta(backend, count / 32, 0);
    const bench::Buffer error(backend, static_cast<std::size_t>(n / 16) * sizeof(QuantizeError), 0);
    QuantizeInt4Args args;
    args.rows = {.type = SourceType::kBf16,
                 .part = {w.as<void>(), nullptr, nullptr},
                 .part_rows = {n, 0, 0},
                 .stride = k};
    args.k = k;
    args.codes = codes.as<std::uint8_t>();
    args.meta = meta.as<std::uint32_t>();
    args.error = state.range(1) != 0 ? error.as<QuantizeError>() : nullptr;
    measure_calls(state, backend, quantize_int4_cost(args), static_cast<double>(n * k), [&] {
        return quantize_int4(backend, args);
    });
}
BENCHMARK(quantize_int4_layer)
    ->ArgNames({"cuda", "error"})
    ->ArgsProduct({{0, 1}, {0, 1}})
    ->UseRealTime();

void quantize_int8_head(benchmark::State& state) {
    const Backend backend = backend_of(state);
    if (backend == Backend::kCuda && cuda::device_count() == 0) {
        state.SkipWithError("no CUDA device");
        return;
    }
    const std::int64_t n = 8192;
    const std::int64_t k = 3584;
    const auto count = static_cast<std::size_t>(n * k);
    const bench::Buffer w(backend, 2 * count, 0);
    benchmark::DoNotOptimize(w.assign(weights(n * k).data(), 2 * count));
    const bench::Buffer codes(backend, count, 0);
    const bench::Buffer exponents(backend, count / 64, 0);
    const bench::Buffer factor(backend, static_cast<std::size_t>(n) * 4, 0);
    QuantizeInt8Args args;
    args.rows = {.type = SourceType::kBf16,
                 .part = {w.as<void>(), nullptr, nullptr},
                 .part_rows = {n, 0, 0},
                 .stride = k};
    args.k = k;
    args.codes = codes.as<std::uint8_t>();
    args.exponents = exponents.as<std::uint8_t>();
    args.row_factor = factor.as<float>();
    measure_calls(state, backend, quantize_int8_cost(args), static_cast<double>(n * k), [&] {
        return quantize_int8(backend, args);
    });
}
BENCHMARK(quantize_int8_head)->ArgName("cuda")->Arg(0)->Arg(1)->UseRealTime();

}  // namespace
}  // namespace veritune::kernels
