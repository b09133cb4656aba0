// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/quant_mma.cuh"

/// wgmma (sm_90a only): four warps multiply 64 x 16 weights in registers with 16 inputs of kTokens
/// tokens in shared memory. Every warp's 16 rows have the fragments of mma.m16n8k16, and the sums
/// the same bits as that instruction's (measured on an H200: 0 of 1,638,400 differ, over chains of
/// up to 148 steps and factors of 2^40; WgmmaCuda.* repeats it).
namespace veritune::kernels::cuda {

/// Where a tile of [tokens][64 inputs] lies: rows of 128 bytes, the eight 16-byte pieces of row n
/// exchanged by XOR with n & 7 (the 128-byte swizzle), its start on 1,024 bytes. 32 bytes further
/// is the next step of 16 inputs.
__device__ __forceinline__ std::uint64_t swizzled_tile(std::uint32_t shared) {
    constexpr std::uint64_t kEightRows = 1024 / 16;  // from eight tokens to the next eight
    constexpr std::uint64_t kSwizzle128 = 1;
    return static_cast<std::uint64_t>((shared & 0x3ffff) >> 4) | std::uint64_t{1} << 16 |
           kEightRows << 32 | kSwizzle128 << 62;
}

/// Registers of the operands are about to be read by the tensor cores.
__device__ __forceinline__ void wgmma_fence() {
    asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}
__device__ __forceinline__ void wgmma_commit() {
    asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}
/// Until at most kPending of the newest groups are under way.
template <int kPending>
__device__ __forceinline__ void wgmma_wait() {
    asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(kPending) : "memory");
}

/// As above; what is computed from `word` comes after it.
template <int kPending>
__device__ __forceinline__ void wgmma_wait_before(std::uint32_t& word) {
    asm volatile("wgmma.wait_group.sync.aligned %1;" : "+r"(word) : "n"(kPending) : "memory");
}

/// All are done; `a` was made before.
__device__ __forceinline__ void wgmma_wait_after(AFragment& a) {
    asm volatile("wgmma.wait_group.sync.aligned 0;"
                 : "+r"(a.a0), "+r"(a.a1), "+r"(a.a2), "+r"(a.a3)::"memory");
}

// The accumulators as operands, eight at a time.
#define VT_ACC8(o)                                                                  \
    "+f"(acc[(o) + 0]), "+f"(acc[(o) + 1]), "+f"(acc[(o) + 2]), "+f"(acc[(o) + 3]), \
        "+f"(acc[(o) + 4]), "+f"(acc[(o) + 5]), "+f"(acc[(o) + 6]), "+f"(acc[(o) + 7])
#define VT_A_AND_B "r"(a.a0), "r"(a.a1), "r"(a.a2), "r"(a.a3), "l"(b)

/// acc += a x b: acc[4 c + e] = rows g, g + 8 (e >> 1) and tokens 8 c + 2 t + (e & 1).
template <int kTokens>
__device__ __forceinline__ void wgmma(float (&acc)[kTokens / 2],
                                      const AFragment& a,
                                      std::uint64_t b) {
    static_assert(kTokens == 32 || kTokens == 64 || kTokens == 128);
    if constexpr (kTokens == 32) {
        asm volatile(
            "wgmma.mma_async.sync.aligned.m64n32k16.f32.bf16.bf16 "
            "{%0,%1,%2,%3,%4,%5,%6,%7,%8,%9,%10,%11,%12,%13,%14,%15}, "
            "{%16,%17,%18,%19}, %20, 1, 1, 1, 0;"
            : VT_ACC8(0), VT_ACC8(8)
            : VT_A_AND_B);
    } else if constexpr (kTokens == 64) {
        asm volatile(
            "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 "
            "{%0,%1,%2,%3,%4,%5,%6,%7,%8,%9,%10,%11,%12,%13,%14,%15,"
            "%16,%17,%18,%19,%20,%21,%22,%23,%24,%25,%26,%27,%28,%29,%30,%31}, "
            "{%32,%33,%34,%35}, %36, 1, 1, 1, 0;"
            : VT_ACC8(0), VT_ACC8(8), VT_ACC8(16), VT_ACC8(24)
            : VT_A_AND_B);
    } else {
        asm volatile(
            "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 "
            "{%0,%1,%2,%3,%4,%5,%6,%7,%8,%9,%10,%11,%12,%13,%14,%15,"
            "%16,%17,%18,%19,%20,%21,%22,%23,%24,%25,%26,%27,%28,%29,%30,%31,"
            "%32,%33,%34,%35,%36,%37,%38,%39,%40,%41,%42,%43,%44,%45,%46,%47,"
            "%48,%49,%50,%51,%52,%53,%54,%55,%56,%57,%58,%59,%60,%61,%62,%63}, "
            "{%64,%65,%66,%67}, %68, 1, 1, 1, 0;"
            : VT_ACC8(0),
              VT_ACC8(8),
              VT_ACC8(16),
              VT_ACC8(24),
              VT_ACC8(32),
              VT_ACC8(40),
              VT_ACC8(48),
              VT_ACC8(56)
            : VT_A_AND_B);
    }
}
#undef VT_ACC8
#undef VT_A_AND_B

/// Registers of each thread of the four warps from here on; all of them take the same branch.
template <int kRegisters>
__device__ __forceinline__ void take_registers() {
    asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(kRegisters));
}
template <int kRegisters>
__device__ __forceinline__ void give_registers() {
    asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(kRegisters));
}

}  // namespace veritune::kernels::cuda
