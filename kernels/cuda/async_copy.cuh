// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

/// cp.async: 16 bytes per thread from global to shared memory, past the registers.
namespace veritune::kernels::cuda {

__device__ __forceinline__ std::uint32_t shared_address(const void* pointer) {
    return static_cast<std::uint32_t>(__cvta_generic_to_shared(pointer));
}

/// For what is read once: the lines leave L2 first.
__device__ __forceinline__ std::uint64_t evict_first_policy() {
    std::uint64_t policy;
    asm volatile("createpolicy.fractional.L2::evict_first.b64 %0, 1.0;" : "=l"(policy));
    return policy;
}

__device__ __forceinline__ void copy16(std::uint32_t to, const void* from, std::uint64_t policy) {
    asm volatile("cp.async.cg.shared.global.L2::cache_hint [%0], [%1], 16, %2;" ::"r"(to),
                 "l"(from),
                 "l"(policy)
                 : "memory");
}
__device__ __forceinline__ void copy16(std::uint32_t to, const void* from) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(to), "l"(from) : "memory");
}
__device__ __forceinline__ void commit_copies() {
    asm volatile("cp.async.commit_group;" ::: "memory");
}
/// Waits until at most `kPending` of this thread's newest groups are under way.
template <int kPending>
__device__ __forceinline__ void wait_for_copies() {
    asm volatile("cp.async.wait_group %0;" ::"n"(kPending) : "memory");
}

__device__ __forceinline__ uint4 load_shared16(std::uint32_t from) {
    uint4 v;
    asm volatile("ld.shared.v4.u32 {%0,%1,%2,%3}, [%4];"
                 : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w)
                 : "r"(from));
    return v;
}
__device__ __forceinline__ std::uint32_t load_shared4(std::uint32_t from) {
    std::uint32_t v;
    asm volatile("ld.shared.u32 %0, [%1];" : "=r"(v) : "r"(from));
    return v;
}

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900
/// Barriers in shared memory that count bytes (sm_90): one bulk copy, issued by one thread, moves a
/// run of bytes; whoever waits for the barrier sees it.
__device__ __forceinline__ void init_barrier(std::uint32_t barrier, std::uint32_t arrivals = 1) {
    asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(barrier), "r"(arrivals)
                 : "memory");
}
__device__ __forceinline__ void arrive(std::uint32_t barrier) {
    asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(barrier) : "memory");
}
/// Makes initialised barriers visible to the copy engine.
__device__ __forceinline__ void publish_barriers() {
    asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
}
__device__ __forceinline__ void expect_bytes(std::uint32_t barrier, std::uint32_t bytes) {
    asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(barrier), "r"(bytes)
                 : "memory");
}
/// 16-byte multiples, both addresses on 16 bytes.
__device__ __forceinline__ void bulk_copy(std::uint32_t to,
                                          const void* from,
                                          std::uint32_t bytes,
                                          std::uint32_t barrier,
                                          std::uint64_t policy) {
    asm volatile(
        "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.L2::cache_hint "
        "[%0], [%1], %2, [%3], %4;" ::"r"(to),
        "l"(from),
        "r"(bytes),
        "r"(barrier),
        "l"(policy)
        : "memory");
}
/// As above, the lines stay in L2 as long as others.
__device__ __forceinline__ void bulk_copy(std::uint32_t to,
                                          const void* from,
                                          std::uint32_t bytes,
                                          std::uint32_t barrier) {
    asm volatile(
        "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::
            "r"(to),
        "l"(from),
        "r"(bytes),
        "r"(barrier)
        : "memory");
}
/// One arrival, counted among those the barrier was made for, once this thread's copies so far are
/// there.
__device__ __forceinline__ void arrive_after_copies(std::uint32_t barrier) {
    asm volatile("cp.async.mbarrier.arrive.noinc.shared::cta.b64 [%0];" ::"r"(barrier) : "memory");
}
/// What this thread wrote, or has seen of others, is seen by the copy engine.
__device__ __forceinline__ void publish_to_copies() {
    asm volatile("fence.proxy.async;" ::: "memory");
}
__device__ __forceinline__ void wait_for_bytes(std::uint32_t barrier, std::uint32_t parity) {
    asm volatile(
        "{\n .reg .pred done;\n"
        "$again_%=:\n mbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1;\n"
        " @!done bra $again_%=;\n}" ::"r"(barrier),
        "r"(parity)
        : "memory");
}
#endif

}  // namespace veritune::kernels::cuda
