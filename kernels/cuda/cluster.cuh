// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// Blocks of one cluster (sm_90 and later) write into each other's shared memory. Before sm_90 a
/// block is alone and none of these is called.
namespace veritune::kernels::cuda {

/// Every thread of every block of the cluster arrives, then waits. What was written before the
/// arrival is seen after the wait.
__device__ __forceinline__ void arrive_at_cluster() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
    __syncwarp();
    asm volatile("barrier.cluster.arrive.release.aligned;" ::: "memory");
#endif
}
__device__ __forceinline__ void wait_for_cluster() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
    __syncwarp();
    asm volatile("barrier.cluster.wait.acquire.aligned;" ::: "memory");
#endif
}

/// Arrives without a promise about memory: the wait then says only that all blocks have started.
__device__ __forceinline__ void greet_cluster() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
    asm volatile("barrier.cluster.arrive.relaxed.aligned;" ::: "memory");
#endif
}

/// Where the shared address of this block lies in the block of that rank.
__device__ __forceinline__ std::uint32_t in_block(std::uint32_t address, int rank) {
    std::uint32_t there = address;
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
    asm("mapa.shared::cluster.u32 %0, %1, %2;" : "=r"(there) : "r"(address), "r"(rank));
#endif
    return there;
}

__device__ __forceinline__ void store_in_cluster(std::uint32_t to, const float (&v)[4]) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
    asm volatile("st.shared::cluster.v4.f32 [%0], {%1,%2,%3,%4};" ::"r"(to),
                 "f"(v[0]),
                 "f"(v[1]),
                 "f"(v[2]),
                 "f"(v[3])
                 : "memory");
#endif
}

}  // namespace veritune::kernels::cuda
