// SPDX-License-Identifier: Apache-2.0
#include "bench/gpu/ceilings.h"
#include "kernels/cuda/launch.h"
#include "kernels/device.h"
#include "kernels/gemm_large.h"

#include <algorithm>
#include <dlfcn.h>

namespace veritune::kernels::bench {
namespace {

constexpr int kLoads = 8;  // in flight per thread

/// Every 16 bytes once; the sum is stored only if it is a value it never has, so that nothing is
/// written and nothing is left out.
__global__ void __launch_bounds__(512)
    read_once(const uint4* from, std::int64_t count, int* never) {
    const std::int64_t threads = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
    std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    unsigned sum = 0;
    for (; i + (kLoads - 1) * threads < count; i += kLoads * threads) {
        uint4 v[kLoads];
#pragma unroll
        for (int j = 0; j < kLoads; ++j) v[j] = from[i + j * threads];
#pragma unroll
        for (int j = 0; j < kLoads; ++j) sum |= v[j].x ^ v[j].y ^ v[j].z ^ v[j].w;
    }
    for (; i < count; i += threads) sum |= from[i].x;
    if (sum == 0x12345678U) *never = 1;
}

__global__ void hash_words(std::uint32_t* to,
                           std::int64_t count,
                           std::uint32_t keep,
                           std::uint32_t set,
                           std::uint32_t seed) {
    const std::int64_t threads = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
    for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
         i < count;
         i += threads) {
        std::uint32_t x = static_cast<std::uint32_t>(i) +
                          0x9e3779b9U * (seed + static_cast<std::uint32_t>(i >> 32));
        x = (x ^ (x >> 16)) * 0x7feb352dU;
        x = (x ^ (x >> 15)) * 0x846ca68bU;
        to[i] = ((x ^ (x >> 16)) & keep) | set;
    }
}

/// Device memory and events of one measurement, given back at its end.
struct Resources {
    void* memory = nullptr;
    cuda::Event begin;
    cuda::Event end;
    ~Resources() {
        if (memory != nullptr) cuda::release(memory);
        if (begin.handle != nullptr) cuda::destroy_event(begin);
        if (end.handle != nullptr) cuda::destroy_event(end);
    }
    Status prepare(std::size_t bytes) {
        Status status = cuda::allocate(&memory, bytes);
        if (status == Status::kOk) status = cuda::create_event(&begin);
        if (status == Status::kOk) status = cuda::create_event(&end);
        if (status == Status::kOk) status = fill_random(memory, bytes, kBf16Keep, kBf16Set, 1);
        return status;
    }
    /// Seconds that `calls` launches of `call` take.
    template <typename Call>
    Status time(int calls, const Call& call, double* seconds) {
        Status status = cuda::record(begin, {});
        for (int i = 0; i < calls && status == Status::kOk; ++i) status = call();
        if (status == Status::kOk) status = cuda::record(end, {});
        float ms = 0;
        if (status == Status::kOk) status = cuda::elapsed_ms(begin, end, &ms);
        *seconds = 1e-3 * static_cast<double>(ms);
        return status;
    }
};

Status read_all(void* memory, std::int64_t bytes, Stream stream) {
    return cuda::launch_kernel("read ceiling",
                               read_once,
                               dim3(4 * cuda::multiprocessors()),
                               dim3(512),
                               0,
                               stream,
                               false,
                               static_cast<const uint4*>(memory),
                               bytes / 16,
                               reinterpret_cast<int*>(static_cast<char*>(memory) + bytes));
}

Status measure_read(double* rate) {
    constexpr std::int64_t kBytes = 4000000000 / 256 * 256;
    Resources r;
    Status status = r.prepare(kBytes + 256);
    const auto call = [&] { return read_all(r.memory, kBytes, {}); };
    for (int run = 0; run < 12 && status == Status::kOk; ++run) {
        double seconds = 0;
        status = r.time(1, call, &seconds);
        if (run >= 2 && seconds > 0) *rate = std::max(*rate, kBytes / seconds);
    }
    return status;
}

Status measure_gemm(double* rate) {
    constexpr std::int64_t kSide = 8192;
    constexpr std::size_t kMatrix = kSide * kSide * sizeof(Bf16);
    Resources r;
    Status status = r.prepare(3 * kMatrix + kGemmLargeWorkspace);
    char* base = static_cast<char*>(r.memory);
    const GemmLarge g{.a = reinterpret_cast<const Bf16*>(base),
                      .b = reinterpret_cast<const Bf16*>(base + kMatrix),
                      .c = base + 2 * kMatrix,
                      .m = kSide,
                      .n = kSide,
                      .k = kSide,
                      .lda = kSide,
                      .ldb = kSide,
                      .ldc = kSide,
                      .workspace = base + 3 * kMatrix,
                      .workspace_bytes = kGemmLargeWorkspace};
    const auto call = [&] { return cuda::gemm_large(g, {}); };
    double seconds = 0;
    if (status == Status::kOk) status = r.time(10, call, &seconds);
    if (status == Status::kOk) status = r.time(10, call, &seconds);
    if (status != Status::kOk || !(seconds > 0)) return status;
    const int calls = std::max(10, static_cast<int>(2.0 / (seconds / 10)));
    status = r.time(calls, call, &seconds);
    if (status == Status::kOk) *rate = 2.0 * kSide * kSide * kSide * calls / seconds;
    return status;
}

}  // namespace

Status fill_random(
    void* to, std::size_t bytes, std::uint32_t keep, std::uint32_t set, std::uint32_t seed) {
    return cuda::launch_kernel("fill",
                               hash_words,
                               dim3(8 * cuda::multiprocessors()),
                               dim3(256),
                               0,
                               {},
                               false,
                               static_cast<std::uint32_t*>(to),
                               static_cast<std::int64_t>(bytes / 4),
                               keep,
                               set,
                               seed);
}

Status flush_l2(void* memory, std::size_t bytes, Stream stream) {
    return read_all(memory, static_cast<std::int64_t>(bytes), stream);
}

Status measure_ceilings(Ceilings* found) {
    *found = {};
    const Status status = measure_read(&found->read);
    if (status != Status::kOk) return status;
    const Status product = measure_gemm(&found->gemm);
    return product == Status::kUnavailable ? Status::kOk : product;
}

CardState card_state() {
    CardState state;
    void* nvml = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
    if (nvml == nullptr) return state;
    const auto init = reinterpret_cast<int (*)()>(dlsym(nvml, "nvmlInit_v2"));
    const auto driver =
        reinterpret_cast<int (*)(char*, unsigned)>(dlsym(nvml, "nvmlSystemGetDriverVersion"));
    const auto handle =
        reinterpret_cast<int (*)(unsigned, void**)>(dlsym(nvml, "nvmlDeviceGetHandleByIndex_v2"));
    const auto clock =
        reinterpret_cast<int (*)(void*, int, unsigned*)>(dlsym(nvml, "nvmlDeviceGetClockInfo"));
    const auto power =
        reinterpret_cast<int (*)(void*, unsigned*)>(dlsym(nvml, "nvmlDeviceGetPowerUsage"));
    void* device = nullptr;
    if (init == nullptr || driver == nullptr || handle == nullptr || clock == nullptr ||
        power == nullptr || init() != 0 || handle(0, &device) != 0) {
        return state;
    }
    driver(state.driver, sizeof state.driver);
    constexpr int kProcessorClock = 1;
    constexpr int kMemoryClock = 2;
    unsigned value = 0;
    if (clock(device, kProcessorClock, &value) == 0) state.processor_mhz = static_cast<int>(value);
    if (clock(device, kMemoryClock, &value) == 0) state.memory_mhz = static_cast<int>(value);
    if (power(device, &value) == 0) state.watts = 1e-3 * value;
    return state;
}

}  // namespace veritune::kernels::bench
