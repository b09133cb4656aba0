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
/// All but the fetchers, who have arrived: barriers and phases in shared memory can be looked at.
__device__ __forceinline__ void block_ready() {
    asm volatile("bar.sync 3, %0;" ::"r"(blockDim.x) : "memory");
}
__device__ __forceinline__ void fetcher_ready() {
    asm volatile("bar.arrive 3, %0;" ::"r"(blockDim.x) : "memory");
}
/// The groups, the finisher and the shrinker.
__device__ __forceinline__ void block_barrier(const ChainPlan& p) {
    asm volatile("bar.sync 0, %0;" ::"r"(p.warp_groups * kGroupThreads + 64) : "memory");
}

/// The thread's number, read anew: what follows from it takes no register while tiles are
/// multiplied.
__device__ __forceinline__ int thread_anew() {
    int v;
    asm volatile("mov.u32 %0, %%tid.x;" : "=r"(v));
    return v;
}

/// Where a warp stands in a ring: the place, and how often it has been round (a bit). In one
/// register.
struct RingPlace {
    std::uint32_t bits = 0;
    __device__ __forceinline__ std::uint32_t place() const { return bits & 0xff; }
    __device__ __forceinline__ std::uint32_t parity() const { return bits >> 8; }
    __device__ __forceinline__ void go_on(int places) {
        ++bits;
        if (static_cast<int>(place()) == places) bits = (bits ^ 0x100) & 0x100;
    }
};

/// The block's copy of the phases.
__device__ __forceinline__ const ChainPhase& phase_of(const ChainPlan& p,
                                                      const std::uint8_t* memory,
                                                      int index) {
    return reinterpret_cast<const ChainPhase*>(memory + p.phases)[index];
}
__device__ __forceinline__ const StreamShape& stream_of(const ChainPlan& p,
                                                        const std::uint8_t* memory,
                                                        int index) {
    return reinterpret_cast<const StreamShape*>(memory + p.streams)[index];
}
template <typename T>
__device__ __forceinline__ void copy_words(std::uint8_t* to,
                                           const T& from,
                                           int thread,
                                           int threads) {
    static_assert(sizeof(T) % 4 == 0);
    const auto* words = reinterpret_cast<const std::uint32_t*>(&from);
    for (int i = thread; i < static_cast<int>(sizeof(T) / 4); i += threads) {
        reinterpret_cast<std::uint32_t*>(to)[i] = words[i];
    }
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

#endif

}  // namespace veritune::kernels::cuda
