// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/paged_kv.h"

#include <cuda_runtime.h>

#include <cstdint>

/// For .cu files only: what the attention kernels share. All instructions exist since sm_80.
namespace veritune::kernels::cuda {

inline constexpr unsigned kFullWarp = 0xffffffffU;
inline constexpr float kLog2E = 1.4426950408889634F;

/// c += a b. Lane 4g + t holds a: rows g, g+8 x inputs 2t, 2t+1 and 2t+8, 2t+9 as (g, low), (g+8,
/// low), (g, high), (g+8, high); b: column g, inputs 2t, 2t+1 and 2t+8, 2t+9; c: rows g, g, g+8,
/// g+8 x columns 2t, 2t+1.
__device__ inline void mma_bf16(float (&c)[4],
                                const std::uint32_t (&a)[4],
                                std::uint32_t b0,
                                std::uint32_t b1) {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
        "{%8, %9}, {%0, %1, %2, %3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

/// Transposes an 8 x 8 matrix of 16-bit numbers of which lane 4g + t holds row g, columns 2t, 2t+1.
__device__ inline std::uint32_t transpose_8x8(std::uint32_t pair) {
    std::uint32_t turned;
    asm volatile("movmatrix.sync.aligned.m8n8.trans.b16 %0, %1;" : "=r"(turned) : "r"(pair));
    return turned;
}

/// An address within shared memory, to be computed with: rows of a power of two bytes that start at
/// multiples of it can be swizzled by xor.
using SharedAddress = std::uint32_t;
__device__ inline SharedAddress shared_address(const void* at) {
    return static_cast<SharedAddress>(__cvta_generic_to_shared(at));
}
/// The same address, of which the compiler knows nothing: what is computed from it in a loop is not
/// kept in registers all the while.
__device__ inline SharedAddress afresh(SharedAddress at) {
    asm volatile("" : "+r"(at));
    return at;
}

/// Four 8 x 8 matrices of 16-bit numbers; lane 8i + r gives the address of row r of matrix i. Lane
/// 4g + t receives row g, columns 2t, 2t+1 of each; _turned: of the transposed matrices.
__device__ inline void load_matrices(std::uint32_t (&m)[4], SharedAddress row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(m[0]), "=r"(m[1]), "=r"(m[2]), "=r"(m[3])
                 : "r"(row)
                 : "memory");
}
__device__ inline void load_matrices_turned(std::uint32_t (&m)[4], SharedAddress row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(m[0]), "=r"(m[1]), "=r"(m[2]), "=r"(m[3])
                 : "r"(row)
                 : "memory");
}

/// 16 bytes of global memory into shared memory in the background; zeros when not `valid`.
__device__ inline void copy_async_16(void* to, const void* from, bool valid) {
    const auto at = static_cast<std::uint32_t>(__cvta_generic_to_shared(to));
    const int bytes = valid ? 16 : 0;
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
                 :
                 : "r"(at), "l"(from), "r"(bytes)
                 : "memory");
}
/// Closes what was started so far, and waits for all of it.
__device__ inline void commit_copies() { asm volatile("cp.async.commit_group;" ::: "memory"); }
__device__ inline void wait_for_copies() { asm volatile("cp.async.wait_group 0;" ::: "memory"); }

/// Loads past the first-level cache, which keeps nothing of use here and, under dependent launch,
/// may hold what an earlier kernel saw.
__device__ inline uint4 load_16(const void* from) {
    uint4 v;
    asm volatile("ld.global.cg.v4.u32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w)
                 : "l"(from));
    return v;
}
__device__ inline uint2 load_8(const void* from) {
    uint2 v;
    asm volatile("ld.global.cg.v2.u32 {%0, %1}, [%2];" : "=r"(v.x), "=r"(v.y) : "l"(from));
    return v;
}

/// 2^x, relative error below 2^-22; 0 for -infinity.
__device__ inline float exp2_approximately(float x) {
    float y;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}

/// Two numbers rounded to bf16, `low` in the low half.
__device__ inline std::uint32_t pack_bf16(float low, float high) {
    std::uint32_t pair;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
    return pair;
}

/// The signed bytes in bits 0-7 and 16-23 as a pair of bf16, exactly: bf16(0x4300 | low 7 bits) is
/// 128 + those bits, and 0x4300 | sign bit is 128 or 256.
__device__ inline std::uint32_t bytes_to_bf16(std::uint32_t word) {
    std::uint32_t low;
    std::uint32_t sign;
    std::uint32_t pair;
    const std::uint32_t base = 0x43004300U;
    asm("lop3.b32 %0, %1, %2, %3, 0xea;" : "=r"(low) : "r"(word), "r"(0x007f007fU), "r"(base));
    asm("lop3.b32 %0, %1, %2, %3, 0xea;" : "=r"(sign) : "r"(word), "r"(0x00800080U), "r"(base));
    asm("fma.rn.bf16x2 %0, %1, %2, %3;" : "=r"(pair) : "r"(sign), "r"(0xbf80bf80U), "r"(low));
    return pair;
}

/// The page, or -1 when the table or its entry leads outside the pool.
__device__ inline std::int32_t physical_page(const PagedKv& kv,
                                             const BlockTable& table,
                                             std::int64_t slot,
                                             std::int64_t logical) {
    if (slot < 0 || logical >= table.stride) return -1;
    const std::int32_t page = __ldcg(table.pages + slot * table.stride + logical);
    return page < kv.pages ? page : -1;
}

}  // namespace veritune::kernels::cuda
