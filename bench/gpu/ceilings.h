// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/kernel_types.h"

#include <cstddef>
#include <cstdint>

/// What a card gives at best, measured in the process that measures the kernels: every figure of a
/// kernel is a fraction of these.
namespace veritune::kernels::bench {

struct Ceilings {
    double read = 0;  ///< R: bytes/s; a 4 GB buffer read once with 16-byte loads, best of 10
    double gemm = 0;  ///< G: FLOP/s of cuBLASLt, bf16, 8192^3, for 2 s; 0 without the library
};

/// On the current device; needs 5 GB of its memory and about 3 s.
/// errors  kFailed or kUnavailable: cuda::last_error() says why
Status measure_ceilings(Ceilings* found);

/// Reads `bytes` of device memory: afterwards the L2 cache holds them, and nothing that would have
/// to be written back. `bytes` a multiple of 16, with 4 more behind them.
Status flush_l2(void* memory, std::size_t bytes, Stream stream);

/// The card at this moment, by the driver's management library; zeros and "" where it is missing.
struct CardState {
    char driver[96] = {};
    int processor_mhz = 0;
    int memory_mhz = 0;
    double watts = 0;
};
CardState card_state();

/// Fills device memory with hashed 32-bit words, (word & keep) | set: no value repeats in a way
/// that a cache or a tensor core could profit from.
Status fill_random(
    void* to, std::size_t bytes, std::uint32_t keep, std::uint32_t set, std::uint32_t seed);

/// bf16 numbers of both signs and magnitude 2^-7 .. 2^-6, two a word.
inline constexpr std::uint32_t kBf16Keep = 0x807f807fU;
inline constexpr std::uint32_t kBf16Set = 0x3c003c00U;

}  // namespace veritune::kernels::bench
