// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/cuda/async_copy.cuh"

#include <cuda.h>

/// Copies of many runs of bytes by one instruction (sm_90): a row tile's tiles of all slices at
/// once.
namespace veritune::kernels::cuda {

using TensorMap = CUtensorMap;

/// Bytes in memory as [rows][slices][words][word_bytes], without gaps; a copy takes `box_words`
/// words of every slice of one row, and zeros where a slice has fewer.
struct TensorShape {
    std::int64_t word_bytes;  ///< a multiple of 16, at most 1,024
    std::int64_t words;
    std::int64_t slices;
    std::int64_t rows;
    std::int64_t box_words;
};

/// False when the driver has no tensor maps or refuses the shape.
inline bool make_tensor_map(const void* from, const TensorShape& s, TensorMap* map) {
    static const auto encode = [] {
        void* entry = nullptr;
        cudaDriverEntryPointQueryResult found{};
        const cudaError_t error = cudaGetDriverEntryPointByVersion(
            "cuTensorMapEncodeTiled", &entry, 12000, cudaEnableDefault, &found);
        const bool there = error == cudaSuccess && found == cudaDriverEntryPointSuccess;
        return reinterpret_cast<decltype(&cuTensorMapEncodeTiled)>(there ? entry : nullptr);
    }();
    if (encode == nullptr) return false;
    const cuuint64_t sizes[4] = {static_cast<cuuint64_t>(s.word_bytes / 4),
                                 static_cast<cuuint64_t>(s.words),
                                 static_cast<cuuint64_t>(s.slices),
                                 static_cast<cuuint64_t>(s.rows)};
    const cuuint64_t strides[3] = {
        static_cast<cuuint64_t>(s.word_bytes),
        static_cast<cuuint64_t>(s.word_bytes * s.words),
        static_cast<cuuint64_t>(s.word_bytes * s.words * s.slices),
    };
    const cuuint32_t box[4] = {static_cast<cuuint32_t>(s.word_bytes / 4),
                               static_cast<cuuint32_t>(s.box_words),
                               static_cast<cuuint32_t>(s.slices),
                               1};
    const cuuint32_t steps[4] = {1, 1, 1, 1};
    return encode(map,
                  CU_TENSOR_MAP_DATA_TYPE_UINT32,
                  4,
                  const_cast<void*>(from),
                  sizes,
                  strides,
                  box,
                  steps,
                  CU_TENSOR_MAP_INTERLEAVE_NONE,
                  CU_TENSOR_MAP_SWIZZLE_NONE,
                  CU_TENSOR_MAP_L2_PROMOTION_L2_256B,
                  CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE) == CUDA_SUCCESS;
}

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
/// Words word.. of slices slice.. of row `row`; `to` on 128 bytes.
__device__ __forceinline__ void tensor_copy(std::uint32_t to,
                                            const TensorMap* map,
                                            int word,
                                            int slice,
                                            int row,
                                            std::uint32_t barrier,
                                            std::uint64_t policy) {
    asm volatile(
        "cp.async.bulk.tensor.4d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"
        ".L2::cache_hint [%0], [%1, {%2, %3, %4, %5}], [%6], %7;" ::"r"(to),
        "l"(map),
        "r"(0),
        "r"(word),
        "r"(slice),
        "r"(row),
        "r"(barrier),
        "l"(policy)
        : "memory");
}
#endif

}  // namespace veritune::kernels::cuda
