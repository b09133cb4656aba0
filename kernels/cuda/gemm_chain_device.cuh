// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/gemm_chain_plan.cuh"

/// What the warps of gemm_chain share: how they and the blocks tell each other, and the clock.
namespace veritune::kernels::cuda {

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900

__device__ __forceinline__ std::uint32_t load_acquire(const std::uint32_t* from) {
    std::uint32_t v;
    asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(v) : "l"(from) : "memory");
    return v;
}
__device__ __forceinline__ void add_release(std::uint32_t* to) {
    asm volatile("red.release.gpu.global.add.u32 [%0], 1;" ::"l"(to) : "memory");
}
__device__ __forceinline__ std::uint32_t load_acquire_shared(std::uint32_t from) {
    std::uint32_t v;
    asm volatile("ld.acquire.cta.shared.u32 %0, [%1];" : "=r"(v) : "r"(from) : "memory");
    return v;
}
__device__ __forceinline__ void store_release_shared(std::uint32_t to, std::uint32_t value) {
    asm volatile("st.release.cta.shared.u32 [%0], %1;" ::"r"(to), "r"(value) : "memory");
}
/// A number and the mark of the call that wrote it, in one piece: whoever sees the mark has it.
__device__ __forceinline__ std::uint64_t load_marked(const std::uint64_t* from) {
    std::uint64_t v;
    asm volatile("ld.relaxed.gpu.global.u64 %0, [%1];" : "=l"(v) : "l"(from) : "memory");
    return v;
}
__device__ __forceinline__ void store_marked(std::uint64_t* to, float value, std::uint32_t mark) {
    const std::uint64_t word = static_cast<std::uint64_t>(mark) << 32 | __float_as_uint(value);
    asm volatile("st.relaxed.gpu.global.u64 [%0], %1;" ::"l"(to), "l"(word) : "memory");
}
__device__ __forceinline__ float number_of(std::uint64_t marked) {
    return __uint_as_float(static_cast<std::uint32_t>(marked));
}
__device__ __forceinline__ void prefetch_line(const void* line) {
    asm volatile("prefetch.global.L2 [%0];" ::"l"(line));
}
__device__ __forceinline__ void add_release_shared(std::uint32_t to) {
    asm volatile("red.release.cta.shared.add.u32 [%0], 1;" ::"r"(to) : "memory");
}
/// All but the fetchers, who have arrived: the barriers in shared memory can be looked at.
__device__ __forceinline__ void barriers_ready() {
    asm volatile("bar.sync 4, %0;" ::"r"(blockDim.x) : "memory");
}
__device__ __forceinline__ std::uint32_t* group_count(const ChainPlan& p,
                                                      std::uint8_t* memory,
                                                      int group,
                                                      int which) {
    return reinterpret_cast<std::uint32_t*>(memory + p.barriers + group * p.group_barriers +
                                            16 * p.stages) +
           which;
}
/// The groups and the finisher.
__device__ __forceinline__ void block_barrier(const ChainPlan& p) {
    asm volatile("bar.sync 0, %0;" ::"r"(p.warp_groups * kGroupThreads + 32) : "memory");
}

/// The clock of VT_CHAIN_CLOCK; nothing without it.
template <bool kClock>
struct Clock {
    const ChainPlan& p;
    bool writes;

    __device__ static std::uint32_t now() {
        std::uint32_t v = 0;
        if constexpr (kClock) asm volatile("mov.u32 %0, %%clock;" : "=r"(v)::"memory");
        return v;
    }
    __device__ void put(int index, int word, std::uint32_t value) const {
        if constexpr (kClock) {
            if (writes) {
                p.clock[(blockIdx.x * kMaxChainPhases + index) * kChainClockWords + word] = value;
            }
        }
    }
    __device__ void stamp(int index, int word) const { put(index, word, now()); }
};

__device__ __forceinline__ int a_units(const GemmQ& g) {
    return adapter_slices(g.w.order) * static_cast<int>(g.lora.r) / 16 * kShrinkParts;
}

#endif

}  // namespace veritune::kernels::cuda
